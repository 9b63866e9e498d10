"""Bad rows go home in the user's own file and come back as exactly those rows."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import RegionFactory, StationFactory
from veterans.importing.batches import WAITS
from veterans.models import RosterImport, Veteran
from veterans.tests.roster_files import FOLDER


def upload(client, station, name, content):
    data = {"station": station.pk, "file": SimpleUploadedFile(name, content)}
    client.post("/veterans/import/upload/", data)
    return RosterImport.objects.latest("pk")


def home(client, batch):
    answer = client.post(f"/veterans/import/{batch.code}/bad-rows/")
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def waiting(batch):
    rows = batch.rows.filter(WAITS).order_by("sheet", "number")
    return [(row.name, [n["message"] for n in row.notes if n["level"] == "ask"]) for row in rows]


def test_what_was_struck_out_or_commented_waits_again(station, cast, login):
    """Nothing of it is in a cell: an unchanged file must not bring the dead in as living."""
    client = login(cast.manager)
    first = upload(client, station, "marked.xlsx", (FOLDER / "marked.xlsx").read_bytes())
    before = waiting(first)
    book = home(client, first)

    second = upload(client, station, "again.xlsx", saved(book))

    # A row that was hidden is seen in this file: whoever sends it back has decided.
    assert waiting(second) == [one for one in before if "被隐藏" not in one[1][0]]
    assert len(waiting(second)) == 2 and second.rows.count() == 3


def test_corrected_rows_come_back_alone_and_nothing_is_doubled(station, cast, login):
    client = login(cast.manager)
    first = upload(client, station, "decide.xlsx", (FOLDER / "decide.xlsx").read_bytes())
    names = [name for name, _ in waiting(first)]
    client.post(f"/veterans/import/{first.code}/confirm/")
    written = set(Veteran.objects.values_list("name", flat=True))
    book = home(client, first)
    page = book.active
    heads = {cell.value: cell.column for cell in page[1]}
    assert [page.cell(row, heads["姓名"]).value for row in range(2, 6)] == [
        "沈民文", "吴立武", "曹军永（已故）", "姜胜向",
    ]  # fmt: skip
    for row, label, text in ((2, "出生年月", "1960.10"), (3, "身份证号", None),
                             (4, "姓名", "曹军永"), (5, "身份证号", None)):  # fmt: skip
        page.cell(row, heads[label]).value = text

    second = upload(client, station, "again.xlsx", saved(book))

    assert [(r.name, r.outcome) for r in second.rows.order_by("number")] == [
        (name, "created") for name in names
    ]
    client.post(f"/veterans/import/{second.code}/confirm/")
    assert Veteran.objects.count() == len(written) + 4
    assert {*names, *written} == set(Veteran.objects.values_list("name", flat=True))
    # 错误原因 is no column of the roster, whatever stands in it.
    assert not Veteran.objects.filter(note__contains="身份号码").exists()


@pytest.fixture
def street(tree, town_station):
    region = RegionFactory(code="321322100299", name="石篓居委会", parent=town_station.region)
    return StationFactory(region=region)


def test_rows_of_another_village_come_back_to_it(town_station, street, cast, login):
    """Its name stood in the title, which is no row."""
    book = openpyxl.Workbook()
    for row in (["河滨街道石篓居委会退役军人花名册"], ["姓名", "性别", "出生年月", "入伍时间"],
                ["张三", "男", 1985.1, "2003.12"], ["李四", "男", "1960.05", "1980.12"]):  # fmt: skip
        book.active.append(row)
    client = login(cast.town)
    first = upload(client, town_station, "titled.xlsx", saved(book))
    assert first.rows.filter(WAITS).get().station == street

    back = home(client, first)
    assert back.active["A1"].value == "石篓居委会退役军人花名册"
    second = upload(client, town_station, "again.xlsx", saved(back))

    assert [(r.name, r.station) for r in second.rows.all()] == [("张三", street)]


def test_the_sheet_is_read_without_drawing_its_columns_wider(station, cast, login):
    client = login(cast.manager)
    first = upload(client, station, "decide.xlsx", (FOLDER / "decide.xlsx").read_bytes())

    page = home(client, first).active

    letters = {cell.value: cell.column_letter for cell in page[1]}
    width = {label: page.column_dimensions[letter].width for label, letter in letters.items()}
    assert width["身份证号"] >= 20 and width["错误原因"] >= 60 and width["姓名"] >= 8
    assert page.freeze_panes == "A2" and page.page_setup.orientation == "landscape"
    assert page.cell(2, page[1][-1].column).alignment.wrap_text
