"""More rosters: dates that show their month only, people who are not the veteran, tables of
other people. Each says what a clerk would expect of it."""

import datetime as dt
import io

import pytest
from xlsxwriter import Workbook

from veterans.importing.looks import shows
from veterans.tests.roster_books import ID_1, line, only
from veterans.tests.test_import_layouts import HEADER, NAMES, PEOPLE, grid, person, reads_all


def dated(number_format, *cells):
    """One person a cell, born on it, with the same valid ID number of 1985-07-01."""
    buffer = io.BytesIO()
    book = Workbook(buffer)
    page = book.add_worksheet("花名册")
    page.write_row(0, 0, ["姓名", "性别", "出生年月", "入伍时间", "退役时间"])
    look = book.add_format({"num_format": number_format})
    for number, cell in enumerate(cells, 1):
        page.write_row(number, 0, [NAMES[number - 1], "男", "", "2003.12", "2005.12"])
        page.write_datetime(number, 2, cell, look)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ('yyyy"年"m"月"', "1985-07"),
        ("yyyy-mm", "1985-07"),
        ("mmm-yy", "1985-07"),
        ('[$-804]yyyy"年"m"月";@', "1985-07"),
        ("yyyy.mm", "1985-07"),
        (57, "1985-07"),
        ("yyyy", "1985-07"),  # more than it shows is known
        ("yyyy-mm-dd", "1985-07-01"),
        ('yyyy"年"m"月"d"日"', "1985-07-01"),
        (14, "1985-07-01"),
    ],
)
def test_a_date_says_as_much_as_its_cell_shows(number_format, text, read):
    row = read(dated(number_format, dt.datetime(1985, 7, 1))).rows[0]
    assert row.values["birth_date"] == text


def test_a_year_alone_is_a_year(read):
    row = read(dated("yyyy", dt.datetime(1985, 1, 1))).rows[0]
    assert row.values["birth_date"] == "1985"


def test_a_day_that_is_not_the_first_was_typed_as_a_day(read):
    row = read(dated("yyyy-mm", dt.datetime(1985, 7, 15))).rows[0]
    assert row.values["birth_date"] == "1985-07-15"


def test_a_year_that_became_a_day_is_still_asked_about(read):
    row = read(dated("yyyy-mm", dt.datetime(1905, 6, 1))).rows[0]
    assert "birth_date" not in row.values and row.outcome == "ask"


def test_a_month_does_not_contradict_the_number_of_a_later_day(read):
    """张三 was born on 1985-07-01 by number; here on the 15th."""

    def typed(_, page):
        page["C2"].value = dt.datetime(1985, 7, 1)
        page["C2"].number_format = 'yyyy"年"m"月"'

    number = "321300198507150019"
    from veterans.id_numbers import check_digit

    number = number[:17] + check_digit(number[:17])
    from veterans.tests.roster_books import book

    row = only(
        read(book(line(身份证号=number, 入伍时间="2003.12", 退役时间="2005.12"), change=typed))
    )
    assert row.outcome == "created" and row.values["birth_date"].startswith("1985-07")
    assert number != ID_1


@pytest.mark.parametrize("label", ["与退役军人关系", "与军人关系", "与本人关系", "与优抚对象关系"])
def test_a_relative_of_a_veteran_waits(label, read):
    header = [*HEADER, label]
    rows = [
        [*person("张建国"), "本人"],
        [*person("王小红", 性别="女"), "妻子"],
        [*person("张小军"), ""],
    ]

    reading = read(grid(header, *rows))

    assert [row.outcome for row in reading.rows] == ["created", "ask", "created"]
    assert "妻子" in next(note.message for note in reading.rows[1].notes if note.level == "ask")


@pytest.mark.parametrize(
    "title",
    ["甲一村现役军人花名册", "甲一村现役军人家属名册", "2022年适龄青年登记表", "甲一村基干民兵名册", "军属花名册",
     "甲一村烈属名单"],
)  # fmt: skip
def test_a_list_of_other_people_is_asked_about(title, read):
    reading = read(grid([title], HEADER, *PEOPLE))

    assert {row.outcome for row in reading.rows} == {"ask"}
    assert title in reading.rows[0].notes[-1].message


@pytest.mark.parametrize(
    "title",
    [
        "甲一村退役军人花名册",
        "退役军人及现役军人家属名册",
        "优抚对象花名册",
        "甲一村退伍军人、民兵名单",
        "",
    ],
)
def test_a_list_of_veterans_among_others_is_not(title, read):
    reads_all(read(grid([title], HEADER, *PEOPLE)))


@pytest.mark.parametrize(
    "cell", ["张建国\nZhang Jianguo", "张建国 Zhang Jianguo", "张建国A", "张建国a"]
)
def test_a_name_with_letters_beside_it_waits(cell, read):
    assert [row.outcome for row in read(grid(HEADER, person(cell))).rows] == ["ask"]


def test_a_name_in_letters_alone_is_a_name(read):
    assert [row.outcome for row in read(grid(HEADER, person("Aisikaer"))).rows] == ["created"]


def test_both_dates_below_each_other_in_one_cell(read):
    header = ["序号", "姓名", "性别", "出生年月", "入伍退役时间"]
    row = read(grid(header, [1, "张建国", "男", "1960.05", "1980.12\n1984.12"])).rows[0]

    assert (row.values["enlisted_on"], row.values["discharged_on"]) == ("1980-12", "1984-12")


def test_honours_in_columns_of_their_own_are_named_as_left_out(read):
    """三等功 | 嘉奖 with figures below: nothing is guessed, and the sheet says so."""
    rows = [[*HEADER, "立功受奖", ""], [""] * 9 + ["三等功", "嘉奖"], [*person("张建国"), 1, 2]]

    reading = read(grid(*rows, merges=["J1:K1"]))

    assert reading.rows[0].name == "张建国"
    assert [name for name in reading.sheets[0].left_out if "功" in name or "嘉奖" in name]


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [('yyyy"年"m"月"', "month"), ("yyyy", "year"), ("yyyy/m/d", ""), ("0.00", ""), ("General", ""),
     ("h:mm", ""), ("[红色]0", ""), ('"md"yyyy', "year")],
)  # fmt: skip
def test_what_a_format_shows_of_a_date(number_format, shown):
    assert shows(number_format) == shown
