"""Cells once more, in the other ways in which people write dates, honours, numbers and names."""

import datetime as dt

import pytest
from openpyxl.comments import Comment

from veterans.importing.dates import read_date
from veterans.importing.honours import honours_text, read_honours
from veterans.importing.people import read_gender, read_id, read_name, read_phone, read_political
from veterans.importing.units import post_without_unit
from veterans.tests.roster_books import HEADER, levels, line, only


@pytest.mark.parametrize(
    ("raw", "text"),
    [("1985年七月", "1985-07"), ("1985年7月份", "1985-07"), ("1985年元月", "1985-01"),
     ("1985—07", "1985-07"), ("1985–07–01", "1985-07-01"), ("1985 07", "1985-07"),
     ("1985\\7\\1", "1985-07-01"), ("1985·07", "1985-07"), ("1985.7月1日", "1985-07-01"),
     ("农历1985年7月", "1985-07"), ("1985年7月1日（农历）", "1985-07-01"), ("2021年3月退役", "2021-03"),
     ("至1984.12", "1984-12"), ("12/1984", "1984-12"), ("1985.7.", "1985-07"), ("一九八五年", "1985"),
     ("２０２０．１", "2020-01")],
)  # fmt: skip
def test_more_ways_to_write_a_date(raw, text):
    read = read_date(raw)
    assert (read.text, read.end) == (text, None)


@pytest.mark.parametrize(
    ("raw", "text"), [(85.07, "85-07"), ("八五年七月", "85-07"), ("Dec-84", "84-12"), ("12月-84", "84-12")]
)  # fmt: skip
def test_years_without_their_century(raw, text):
    assert (read_date(raw).text, read_date(raw).is_short) == (text, True)


@pytest.mark.parametrize("raw", ["约1985年", "1985年初", "1985年下半年", "1985年左右"])
def test_a_vague_time_is_kept_and_said(raw):
    assert (read_date(raw).text, read_date(raw).level) == ("1985", "note")


@pytest.mark.parametrize(
    "raw", ["1985年7月生于淮安", "3人", "服役20年", "1985.7.1.2.3", "9" * 40_000]
)
def test_what_is_no_date_stays_blank(raw):
    assert (read_date(raw).text, read_date(raw).level) == ("", "blank")


@pytest.mark.parametrize("raw", [85.1, dt.datetime(1905, 6, 7)])
def test_more_numbers_that_excel_may_have_changed_wait(raw):
    assert read_date(raw).level == "ask"


@pytest.mark.parametrize(
    "text",
    ["1985-10 至 1989-03", "1985-10-01至1989-03-01", "1985年10月入伍，1989年3月退伍", "198510-198903",
     "1985.10\n1989.3", "1985-10—1989-03", "19851001-19890301", "自1985年10月起至1989年3月止",
     "85.10-89.3"],
)  # fmt: skip
@pytest.mark.parametrize("column", ["入伍时间", "退役时间"])
def test_more_ways_to_write_a_span_in_either_column(read, text, column):
    both = {"入伍时间": "", "退役时间": ""} | {column: text}
    row = only(read(line(出生年月="1965.05", **both)))

    assert row.values["enlisted_on"].startswith("1985-10")
    assert row.values["discharged_on"].startswith("1989-03")


@pytest.mark.parametrize(
    ("text", "found"),
    [("三等功 嘉奖", [("merit_3", 1, None), ("commendation", 1, None)]),
     ("三等功及嘉奖2次", [("merit_3", 1, None), ("commendation", 2, None)]),
     ("1.三等功 2.嘉奖3次", [("merit_3", 1, None), ("commendation", 3, None)]),
     ("三等功1次嘉奖", [("merit_3", 1, None), ("commendation", 1, None)]),
     ("荣立Ⅲ等功一次", [("merit_3", 1, None)]), ("III等功", [("merit_3", 1, None)]),
     ("II等功", [("merit_2", 1, None)]), ("三 等 功", [("merit_3", 1, None)]),
     ("三等功×2", [("merit_3", 2, None)]), ("叁等功壹次", [("merit_3", 1, None)]),
     ("两次三等功", [("merit_3", 2, None)]),
     ("3次嘉奖，1次三等功", [("commendation", 3, None), ("merit_3", 1, None)]),
     ("二、三等功各一次", [("merit_2", 1, None), ("merit_3", 1, None)]),
     ("88、89年优秀士兵", [("four_have", 1, 1988), ("four_have", 1, 1989)]),
     ("嘉奖（87年、88年）", [("commendation", 1, 1987), ("commendation", 1, 1988)]),
     ("嘉奖两次（84、86年）", [("commendation", 1, 1984), ("commendation", 1, 1986)]),
     ("集体三等功", [])],
)  # fmt: skip
def test_more_ways_to_write_honours(text, found):
    read = read_honours(text)

    assert [(one["kind"], one["count"], one["year"]) for one in read.honours] == found
    assert read.rest or found


def test_an_honour_of_the_collective_that_is_a_persons_own_comes_back_as_it_was():
    stored = {"kind": "merit_3", "count": 1, "year": None, "note": "集体三等功"}
    again = read_honours(honours_text([stored])).honours

    assert [honour["kind"] for honour in again] == ["merit_3"]


@pytest.mark.parametrize("text", ["未立功", "无立功受奖", "没有受过奖励"])
def test_no_honours_in_more_words_is_none(read, text):
    row = only(read(line(荣誉奖励=text)))
    assert (row.outcome, row.values["honours_state"]) == ("created", "none")


@pytest.mark.parametrize(
    ("raw", "phone", "level"),
    [("138  1234  5678", "13812345678", None), ("0086-13812345678", "13812345678", None),
     ("手机：13812345678", "13812345678", None), ("(0527)84358888", "0527-84358888", None),
     ("0527 84358888转801", "0527-84358888-801", None), ("4008123456", "4008123456", None),
     ("13812345678（本人）13912345678（儿子）", "13812345678(本人)；13912345678(儿子)", "note"),
     ("儿子：13812345678", "13812345678(儿子)", "note"),
     ("13812345678或13912345678", "13812345678；13912345678", "note"),
     ("1381234567813912345678", "13812345678；13912345678", "note"),
     ("13812345678，1391234567", "13812345678", "note"),
     ("1381234567", "", "blank"), ("138123456789", "", "blank"), ("138****567", "", "blank")],
)  # fmt: skip
def test_more_phones(raw, phone, level):
    number, notes, _ = read_phone(raw)

    assert (number, {note.level for note in notes}) == (phone, {level} if level else set())
    assert not number or read_phone(number)[0] == number  # what an export writes reads back


@pytest.mark.parametrize(
    "text",
    ["32130019850701008X（本人）", "ID:32130019850701008X", "公民身份号码 32130019850701008X",
     "32130019850701008Х", "\u202d32130019850701008X\u202c", "３２１３００　１９８５０７０１　００８ｘ"],
)  # fmt: skip
def test_more_signs_around_an_id_number(text):
    assert read_id(text).number == "32130019850701008X"


def test_a_rounded_number_that_became_a_text_is_lost_all_the_same():
    found = read_id("321300198507010000")
    assert (found.number, found.check) == ("", "lost")


@pytest.mark.parametrize("text", ["321300********0012", "3213001985070100**"])
def test_another_systems_mask_is_said_and_ours_is_silent(text):
    assert [note.level for note in read_id(text).notes] == ["blank"]
    assert read_id("32*************012").is_masked


@pytest.mark.parametrize(
    ("raw", "name", "remark"),
    [("张三（已故", "张三", ""), ("(已故)张三", "张三", ""), ("张三〔病故〕", "张三", ""),
     ("张三—已故", "张三", ""), ("张三 已故", "张三", ""), ("张三丰已故", "张三丰", "")],
)  # fmt: skip
def test_more_ways_to_say_that_somebody_died(raw, name, remark):
    read = read_name(raw)
    assert (read.name, read.is_gone, read.remark) == (name, True, remark)


@pytest.mark.parametrize(
    ("raw", "name", "status", "remark"),
    [("张三（三组、党员）", "张三", "party_member", "三组"), ("张三<党员>", "张三", "party_member", ""),
     ("张三（预备党员）", "张三", "probationary", ""), ("张三{低保户}", "张三", "", "低保户")],
)  # fmt: skip
def test_more_brackets_behind_a_name(raw, name, status, remark):
    read = read_name(raw)
    assert (read.name, read.political_status, read.remark) == (name, status, remark)


@pytest.mark.parametrize("raw", ["张三、李四", "李*明", "张三/李四"])
def test_two_people_or_a_masked_name_wait(raw):
    assert "ask" in {note.level for note in read_name(raw).notes}


@pytest.mark.parametrize(
    ("raw", "name"), [("〇 一", "〇一"), ("努尔●艾力", "努尔·艾力"), ("无", ""), ("不详", "")]
)
def test_more_names(raw, name):
    assert read_name(raw).name == name


@pytest.mark.parametrize(
    ("text", "state"),
    [("／", "none"), ("無", "none"), ("（无）", "none"), ("－－", "none"), ("不知", "unknown")],
)
def test_more_answers(read, text, state):
    assert only(read(line(现任职务=text))).values["current_post_state"] == state


@pytest.mark.parametrize("ditto", ["同上。", "〃〃", "″"])
def test_more_dittos(read, ditto):
    rows = read(line(现任职务="务农"), line("李四", 现任职务=ditto)).rows
    assert rows[1].values["current_post"] == "务农"


@pytest.mark.parametrize(
    ("text", "value"),
    [("党 员", "party_member"), ("中国共产党员", "party_member"), ("党员（2010年入党）", "party_member"),
     ("中共党员（预备期）", "probationary"), ("民革党员", "other_party"), ("九三学社社员", "other_party"),
     ("入党积极分子", ""), ("非党员", "")],
)  # fmt: skip
def test_more_political_words(text, value):
    assert read_political(text) == value


@pytest.mark.parametrize(("text", "value"), [("（男）", "male"), ("Ｆ", "female"), ("男女", "")])
def test_more_genders(text, value):
    assert read_gender(text) == value


@pytest.mark.parametrize(
    "text", ["83123 班长", "班长（83123部队）", "班长 83123", "０１２４部队班长"]
)
def test_more_units(text):
    assert post_without_unit(text) == ("班长", True)


def test_parents_of_soldiers_are_a_military_family(read):
    row = only(read([*line(), "现役军人父母"], header=[*HEADER, "优抚类别"]))
    assert row.values["person_kind"] == "military_family"


def test_a_long_cell_of_brackets_and_signs_hangs_nobody(read):
    hostile = ["三等功(" * 7_000, "88、" * 10_000, "次 " * 15_000]
    rows = read(*(line(f"张{n}", 荣誉奖励=text, 联系电话=text, 身份证号=text) for n, text in enumerate("甲乙丙")),
                *(line("张三", 荣誉奖励=text, 出生年月=text) for text in hostile)).rows  # fmt: skip
    assert len(rows) == 6 and levels(rows[-1], "birth_date") == {"blank"}


ID, PHONE, CARD = "321300198507010012", "13700468250", "6222000011112222333"


@pytest.mark.parametrize(
    "number",
    [
        ID,
        PHONE,
        CARD,
        "321300 19850701 0012",
        "137-0046-8250",
        "３２１３００１９８５０７０１００１２",
    ],
)
@pytest.mark.parametrize(
    "column", ["姓名", "性别", "出生年月", "入伍时间", "荣誉奖励", "政治面貌", "备注", "优抚类别"]
)
def test_a_number_in_the_wrong_column_stands_in_no_sentence(read, number, column):
    header = [*HEADER, "政治面貌", "优抚类别"]
    given = dict(zip(header, [*line(), "群众", ""], strict=True)) | {column: number}
    row = only(read([given[label] for label in header], header=header))

    said = row.name + str([note.message for note in row.notes])
    assert number not in said and number[:9] not in said


def test_a_number_where_the_name_should_be_is_no_name(read):
    row = only(read(line(ID)))
    assert (row.name, row.outcome) == ("", "rejected")


def test_a_comment_does_not_carry_a_number_into_the_report(read):
    def mark(_, page):
        page["B2"].comment = Comment(f"身份证{ID}，电话{PHONE}", "x")

    row = only(read(line(), change=mark))
    assert ID not in str(row.notes) and PHONE not in str(row.notes) and row.notes


def test_a_number_among_the_words_is_told(read):
    row = only(read(line(备注=f"儿子电话{PHONE}")))
    assert "不会脱敏" in row.notes[0].message and levels(row, "note") == {"note"}


@pytest.mark.parametrize(
    ("text", "categories", "said"),
    [("义务兵", [], False), ("退役军人、其他", ["other"], False), ("参战", ["combat"], False),
     ("特困人员", [], True), ("甲类", [], True)],
)  # fmt: skip
def test_a_category_that_nobody_knows_is_not_passed_over(text, categories, said, read):
    """Ours are read, 其他 too; what is none of them is told, not lost."""
    row = only(read(["张三", "1960.05", text], header=["姓名", "出生年月", "优抚类别"]))

    assert row.values.get("care_categories", []) == categories
    notes = [note.message for note in row.notes]
    assert any("没有对应的优抚类别" in message for message in notes) is said
