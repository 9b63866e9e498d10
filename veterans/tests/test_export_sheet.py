"""The exported roster as a sheet of paper: title, edges, heights, what it says of itself."""

import datetime as dt
import io

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from records.models import Job
from tests.factories import UserFactory, VeteranFactory
from veterans.exporting import COLUMNS, export_roster
from veterans.importing.pipeline import read_roster
from veterans.models import Veteran

A4_WIDTH_MM = 297 - 2 * 0.4 * 25.4
UNIT_MM = 7 / 96 * 25.4  # one unit of a column's width: the digit of the standard font


def sheet(tmp_path, region, **options):
    path = tmp_path / "花名册.xlsx"
    export_roster(Veteran.objects.all(), path, region=region, **options)
    return openpyxl.load_workbook(path).active


def exported(client, capture, **filters):
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    with capture(execute=True):
        client.post("/veterans/export/", {"filters": query})
    found = Job.objects.latest("pk")
    return CalamineWorkbook.from_filelike(found.result.open("rb")).get_sheet_by_index(0).to_python()


def test_all_columns_stand_on_a4_in_letters_that_can_be_read(station, tmp_path):
    page = sheet(tmp_path, station.region)

    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.page_setup.fitToHeight == 0 and page.page_setup.fitToWidth in (None, 1)
    assert page.print_title_rows == "$1:$3"
    scale = A4_WIDTH_MM / (sum(width for _label, width in COLUMNS) * UNIT_MM)
    assert page["B3"].font.name == "宋体"
    assert page["B3"].font.sz * scale > 7


def test_every_cell_has_its_edges_and_every_row_the_height_of_its_words(station, tmp_path):
    VeteranFactory(station=station, name="张三", pinyin="a", note="备" * 300)
    VeteranFactory(station=station, name="李四", pinyin="b", care_categories=["combat", "rural_60"])
    VeteranFactory(station=station, name="王五", pinyin="c")

    page = sheet(tmp_path, station.region)

    for row in page.iter_rows(min_row=4, max_row=6, max_col=len(COLUMNS)):
        written = [cell for cell in row if cell.value]
        assert all(cell.border.left.style and cell.border.bottom.style for cell in written)
    (rule,) = page.conditional_formatting
    assert (str(rule.sqref), rule.rules[0].type) == ("A4:U6", "containsBlanks")
    assert rule.rules[0].dxf.border.left.style and rule.rules[0].dxf.border.bottom.style
    height = {page.cell(row, 2).value: page.row_dimensions[row].height for row in (4, 5, 6)}
    # No row is taller than Excel allows.
    assert 408 < height["张三"] <= 409
    # 退役军人、参战退役人员、年满60周岁农村籍退役士兵 takes three lines; all rows have two.
    assert 32 + 14 <= height["李四"] < 62
    assert 32 <= height["王五"] < 33


def test_a_roster_is_filled_in_by_its_station_and_a_countys_by_its_bureau(station, tree, tmp_path):
    village, county = (sheet(tmp_path, region) for region in (station.region, tree.county))

    assert village["A2"].value.startswith(f"填报单位（盖章）：{station.name}    填报时间：")
    assert county["A2"].value.startswith(f"填报单位（盖章）：{tree.county.office_title}    ")
    assert village["A5"].value.endswith("站长：")
    assert county["A5"].value.endswith("负责人：")


def test_an_export_says_whose_it_is_and_whether_it_is_all(
    station, town_station, cast, login, django_capture_on_commit_callbacks
):
    VeteranFactory(station=station, name="张三", birth_date=dt.date(1960, 5, 1))
    VeteranFactory(station=town_station, name="李四", person_kind="survivor")

    def heading(by=cast.county, **filters):
        table = exported(login(by), django_capture_on_commit_callbacks, **filters)
        return table[0][0], "按条件筛选" in table[1][0]

    county = cast.county.region
    assert heading() == ("沭阳县退役军人花名册", False)
    assert heading(cast.city, county=county.code) == ("沭阳县退役军人花名册", False)
    assert heading(station=station.region.code) == ("甲一村退役军人花名册", False)
    assert heading(person_kind="veteran") == ("甲一村退役军人花名册", True)
    assert heading(status="active") == ("沭阳县退役军人花名册", True)


@pytest.mark.parametrize("is_filtered", [True, False])
def test_what_the_sheet_says_of_itself_is_no_row_of_it(station, is_filtered, tmp_path):
    user = UserFactory(full_name="R&D", region=station.region, is_demo=True)
    VeteranFactory(station=station, name="张三", birth_date=dt.date(1960, 5, 1))
    page = sheet(tmp_path, station.region, by=user, unmasked=True, purpose="走访",
                 is_filtered=is_filtered)  # fmt: skip

    assert page.oddFooter.left.text.startswith("演示数据 甲一村 R&")
    assert "用途：走访" in page["A7"].value
    reading = read_roster((tmp_path / "花名册.xlsx").read_bytes(), station=station)
    assert [(row.name, row.outcome, row.notes) for row in reading.rows] == [
        ("张三", "unchanged", [])
    ]
    assert not reading.refused


def test_the_blank_roster_can_be_printed_and_filled_in_by_hand(station, cast, login):
    answer = login(cast.manager).get(f"/veterans/import/template/?station={station.region.code}")
    page = openpyxl.load_workbook(io.BytesIO(answer.content))["花名册"]

    widths = [page.column_dimensions[cell.column_letter].width for cell in page[3]]
    scale = A4_WIDTH_MM / (sum(widths) * UNIT_MM)
    assert page["B3"].font.sz * scale > 7
    for row in page.iter_rows(min_row=4, max_row=24):
        assert all(cell.border.left.style and cell.number_format == "@" for cell in row)
    assert "站长：" in page.oddFooter.left.text and page.print_title_rows == "$1:$3"
    # Lines alone are nobody.
    reading = read_roster(answer.content, station=station)
    assert [row for row in reading.rows if row.outcome != "skipped"] == []
