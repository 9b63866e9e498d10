"""The 42 cases of rosters as they really are: 14 to 30, what one cell says (the others are in
test_import_cases.py)."""

import datetime as dt

import pytest

from veterans.importing.dates import read_date
from veterans.importing.people import read_id, read_name, read_phone
from veterans.tests.roster_books import ID_1, ID_2, levels, line, only


def test_case_14_full_width_is_narrowed_but_names_are_not_rewritten(read):
    row = only(read(line("龍﨑", 身份证号="３２１３００１９８５０７０１０１２Ｘ"[:0] + "３２１３００１９８５０７０１００１２",
                         出生年月="１９８５．０７", 入伍时间="2003.12", 退役时间="2005.12")))  # fmt: skip

    assert row.name == "龍﨑"
    assert row.values["id_number"] == ID_1 and row.values["birth_date"] == "1985-07"


@pytest.mark.parametrize(
    ("raw", "name"),
    [("张  三", "张三"), ("张\u3000三", "张三"), ("张\xa0三", "张三"), ("张\u200b三", "张三"),
     ("买买提•艾力", "买买提·艾力"), ("买买提．艾力", "买买提·艾力"), ("买买提・艾力", "买买提·艾力")],
)  # fmt: skip
def test_case_15_blanks_and_dots_in_names(raw, name):
    assert read_name(raw).name == name


def test_case_16_rare_characters_stay_and_lost_ones_wait(read):
    reading = read(line("张𠮷"), line("李?"), line("王\ue000"), line("赵□"))

    assert reading.rows[0].name == "张𠮷"
    assert [row.outcome for row in reading.rows] == ["created", "ask", "ask", "ask"]


def test_case_17_notes_glued_to_names_are_split(read):
    gone, member, star, rest = read(
        line("张三（已故）"), line("李四(党员)"), line("王五*"), line("赵六（三组）")
    ).rows

    assert (gone.name, gone.outcome, gone.values["status"]) == ("张三", "ask", "deceased")
    assert (member.name, member.values["political_status"]) == ("李四", "party_member")
    assert (star.name, levels(star, "name")) == ("王五", {"note"})
    assert (rest.name, rest.values["note"]) == ("赵六", "三组")


@pytest.mark.parametrize(
    ("text", "state"),
    [("无", "none"), ("/", "none"), ("—", "none"), ("没有", "none"), ("暂无", "none"),
     ("不详", "unknown"), ("待补", "unknown"), ("", "blank")],
)  # fmt: skip
def test_case_18_the_answers_none_unknown_and_blank(read, text, state):
    row = only(read(line(现任职务=text)))

    assert row.values["current_post_state"] == state and "current_post" not in row.values


def test_case_18_a_nought_in_a_text_column_waits(read):
    assert only(read(line(现任职务=0))).outcome == "ask"


def test_case_19_ditto_fills_a_job_and_never_a_person(read):
    reading = read(line(现任职务="务农", 联系电话="19900001111"),
                   line("李四", 现任职务="同上", 联系电话="同上", 身份证号="〃"))  # fmt: skip

    assert reading.rows[1].values["current_post"] == "务农"
    assert "phone" not in reading.rows[1].values
    assert levels(reading.rows[1], "id_number") == {"blank"}


@pytest.mark.parametrize("text", ["1985.07", "1985.7", "1985年7月", "198507", "1985-07", "1985/7"])
def test_case_20_a_month_is_known(text):
    assert read_date(text).text == "1985-07"


def test_case_21_a_lost_nought_waits():
    assert read_date(1985.1).level == "ask"
    assert read_date("1985.1", is_text=True).level == "ask"
    assert read_date(1985.11).text == "1985-11"


@pytest.mark.parametrize(
    ("raw", "text"),
    [(19850701, "1985-07-01"), ("19850701", "1985-07-01"), ("1985-07-01 00:00:00", "1985-07-01"),
     (dt.date(1985, 7, 1), "1985-07-01"), ("一九八五年七月", "1985-07"),
     ("一九八五年十一月二十三日", "1985-11-23"), ("二〇〇三年十二月", "2003-12")],
)  # fmt: skip
def test_case_22_other_ways_to_write_a_date(raw, text):
    assert read_date(raw).text == text


def test_case_22_two_digit_years_belong_to_a_life(read):
    row = only(read(line(出生年月="85.7.1", 入伍时间="03.12", 退役时间="05.12")))

    assert [row.values[name] for name in ("birth_date", "enlisted_on", "discharged_on")] == [
        "1985-07-01", "2003-12", "2005-12",
    ]  # fmt: skip


def test_case_23_serials_of_excel():
    assert (read_date(31229).text, read_date(31229).level) == ("1985-07-01", "note")
    assert read_date(29767, is_1904=True).text == "1985-07-01"


@pytest.mark.parametrize("text", ["1985.13", "2月30日", "1985.02.30", "0", "很久以前"])
def test_case_24_impossible_dates_are_blank(text):
    assert (read_date(text).text, read_date(text).level) == ("", "blank")


def test_case_24_a_life_in_the_wrong_order_is_blank(read):
    wrong, child, future = read(
        line("张三", 入伍时间="1984.12", 退役时间="1980.12"),
        line("李四", 入伍时间="1970.12"),
        line("王五", 退役时间="2099.12"),
    ).rows

    assert not {"enlisted_on", "discharged_on"} & wrong.values.keys()
    assert "enlisted_on" not in child.values
    assert "discharged_on" not in future.values
    assert "1984-12" in wrong.notes[0].message


@pytest.mark.parametrize("text", ["1985.10-1989.3", "1985年10月至1989年3月", "1985.10—1989.03"])
def test_case_25_a_span_is_two_dates(read, text):
    row = only(read(line(出生年月="1965.05", 入伍时间=text, 退役时间="")))

    assert (row.values["enlisted_on"], row.values["discharged_on"]) == ("1985-10", "1989-03")
    assert "note" in levels(row, "enlisted_on")


@pytest.mark.parametrize("raw", [321300198507010012.0, 321300198507010012, "3.213E+17"])
def test_case_26_a_rounded_number_is_never_repaired(read, raw):
    row = only(read(line(身份证号=raw)))

    assert "id_number" not in row.values and row.values["id_check"] == "lost"
    assert row.outcome == "created" and levels(row, "id_number") == {"blank"}


def test_case_26_a_text_that_ends_in_noughts_is_fine():
    number = "321300194001050000"  # its check digit is right

    found = read_id(number)

    assert (found.number, found.check, found.notes) == (number, "valid", [])


@pytest.mark.parametrize(
    "text",
    [
        "32130019850701008x",
        "'32130019850701008X",
        "321300 19850701 008X",
        "身份证：32130019850701008X",
    ],
)
def test_case_27_case_blanks_and_prefix(text):
    assert read_id(text).number == "32130019850701008X"


def test_case_27_letters_for_digits_wait():
    assert [note.level for note in read_id("3213OO198507010012").notes] == ["ask"]


def test_case_28_an_old_number_is_converted():
    read = read_id("321300850701001")

    assert read.number == ID_1 and [note.level for note in read.notes] == ["note"]


def test_case_29_a_number_that_contradicts_waits(read):
    digit, birth, gender = read(
        line("张三", 身份证号="321300196005010010"),
        line("李四", 身份证号=ID_2, 性别="女"),
        line("王五", 身份证号=ID_1, 出生年月="1985.07", 入伍时间="2003.12", 退役时间="", 性别="女"),
    ).rows

    assert (digit.outcome, digit.values["id_check"]) == ("ask", "invalid")
    assert digit.values["id_number"] == "321300196005010010"  # kept, as not checked
    assert birth.outcome == gender.outcome == "ask"
    assert levels(birth, "birth_date") == levels(gender, "gender") == {"ask"}


@pytest.mark.parametrize(
    ("raw", "phone", "level"),
    [(13812345678.0, "13812345678", None), ("138-1234-5678", "13812345678", None),
     ("1.38E+10", "", "blank"), ("0527-84358888", "0527-84358888", None),
     ("13812345678、13912345678", "13812345678；13912345678", "note"),
     ("13812345678(儿子)", "13812345678(儿子)", "note")],
)  # fmt: skip
def test_case_30_phones(raw, phone, level):
    number, notes, _ = read_phone(raw)

    assert number == phone
    assert [note.level for note in notes] == ([level] if level else [])
