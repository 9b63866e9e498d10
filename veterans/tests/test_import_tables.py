"""Headers, footers, headings and places in the other ways in which people write them."""

import pytest

from tests.factories import RegionFactory, StationFactory
from veterans.importing.headers import find_header
from veterans.tests.roster_books import HEADER, line, only


def names(reading):
    assert reading.refused is None
    return [row.name for row in reading.rows]


def fields(*rows):
    header = find_header([list(row) for row in rows])
    assert header is not None
    return header.columns


def test_a_header_of_which_the_upper_level_names_little_is_found():
    upper = ["编号", "名字", "身份", "", "军旅", "", "职务", "", "其他"]
    lower = ["", "", "性别", "出生日期", "参军时间", "复员时间", "服役期间", "现任", "特长"]

    assert fields(upper, lower) == {
        "name": 1, "gender": 2, "birth_date": 3, "enlisted_on": 4, "discharged_on": 5,
        "former_post": 6, "current_post": 7, "strengths": 8,
    }  # fmt: skip


def test_a_post_is_of_then_or_of_today_by_what_stands_above_it():
    upper = ["姓名", "性别", "出生年月", "服役情况", "", "", "就业情况", "", "备注"]
    lower = ["", "", "", "入伍时间", "退役时间", "职务", "职务", "工资", ""]

    found = fields(upper, lower)

    assert (found["former_post"], found["current_post"], found["note"]) == (5, 6, 8)


@pytest.mark.parametrize(
    ("heading", "name"),
    [("优抚对象姓名", "name"), ("退伍（转业）时间", "discharged_on"), ("退出现役时间", "discharged_on"),
     ("入伍/退役时间", "service"), ("联系电话1", "phone"), ("何时立功受奖", "honours"),
     ("优抚身份", "care"), ("就业单位", "current_post")],
)  # fmt: skip
def test_more_words_for_a_column(heading, name):
    columns = ["姓名"] if name != "name" else []
    assert name in fields([*columns, "性别", "出生年月", "政治面貌", heading])


def test_a_column_that_comes_twice_is_said_to_be_left_out(read):
    reading = read([*line(), "务工"], header=[*HEADER, "现任职务2"])

    assert reading.sheets[0].left_out == ["现任职务2"]


FOOTERS = [
    ["单位负责人（签字）：王某", "", "审核人：赵某"], ["", "填报人：钱某"], ["日期：2022年9月20日"],
    ["（盖章）"], ["第 1 页 共 1 页"], ["以下空白"], ["总人数：1人"], ["", "共计1人"], ["本页小计", "1"],
    ["一组"], ["第二村民小组（12人）"], ["7"], ["", "合计", "1", "2", "3", "4", "5", "6", "7"],
    ["姓名：", "性别："],
]  # fmt: skip


@pytest.mark.parametrize("footer", FOOTERS, ids=lambda row: "".join(row))
def test_what_is_no_person_is_skipped(read, footer):
    reading = read([1, *line()], footer, [2, *line("李四")], header=["序号", *HEADER])

    assert names(reading) == ["张三", "李四"]


def test_a_person_without_a_name_is_still_refused(read):
    nobody = [3, *line("")]

    assert [row.outcome for row in read(nobody, header=["序号", *HEADER]).rows] == ["rejected"]


def test_a_numbered_row_whose_name_is_an_unread_formula_is_not_passed_over(read):
    rows = read([1, *line()], [2, "=B2"], header=["序号", *HEADER]).rows
    assert [row.outcome for row in rows] == ["created", "rejected"]


def test_a_heading_merged_over_the_table_is_nobody(read):
    def merge(_, page):
        page.merge_cells("A2:F2")

    assert names(read(["东片"], line(), change=merge)) == ["张三"]


@pytest.mark.parametrize("text", ["合计：86人", "共计86人", "总人数：86"])
def test_a_total_in_one_cell_is_compared(read, text):
    assert "86人，读到1人" in read(line(), [text]).sheets[0].notes[0]


@pytest.mark.parametrize(
    "text", ["1.甲一村", "01-甲一", "甲一村（45人）", "甲乡甲一村", "甲一村三组", "甲一村12人"]
)
def test_a_place_is_found_among_numbers_groups_and_towns(read, tree, town_station, text):
    RegionFactory(code="321322100299", name="丙村", parent=tree.town)
    StationFactory(region=RegionFactory(code="321322100298", name="丁村", parent=tree.town))
    text = text.replace("甲乡", tree.town.name)

    by_sheet = read(line(), at=town_station, title=text)
    by_cell = read([text, *line()], at=town_station, header=["村名", *HEADER])

    assert by_sheet.rows[0].station.region == by_cell.rows[0].station.region == tree.village


def test_a_village_of_another_town_is_not_taken_for_one_of_ours(read, tree, town_station):
    RegionFactory(code="321322100299", name="丙村", parent=tree.town)
    row = only(read(["别处镇甲一村", *line()], at=town_station, header=["村名", *HEADER]))

    assert row.outcome == "ask" and row.station == town_station
