"""The roster as a workbook, and back."""

import datetime as dt
import io
import zipfile
from urllib.parse import unquote

import openpyxl
import pytest
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from accounts.models import AccessLog, AuditEntry
from records.fields import keyed_hash
from records.models import Job
from stations.models import Grid, Region, Station
from tests.factories import VeteranFactory
from veterans.exporting import export_roster
from veterans.id_numbers import check_digit
from veterans.importing.differences import missing_honours
from veterans.importing.honours import honours_text, read_honours
from veterans.importing.pipeline import read_roster
from veterans.models import ExportRequest, Honour, Strength, Veteran

DANGEROUS = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"]
NUMBER = "321300198507010012"


def export(tmp_path, code="321322"):
    path = tmp_path / "out.xlsx"
    call_command("export_roster", region=code, output=path)
    return path


def rows(path):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


@pytest.fixture
def people(station):
    full = VeteranFactory(
        station=station, name="张三", gender="male", birth_date=dt.date(1985, 7, 1),
        birth_precision="month", id_number=NUMBER, id_hash=keyed_hash(NUMBER), id_check="valid",
        phone="19900001111", phone_hash=keyed_hash("19900001111"), former_post="班长",
        former_post_state="answered", current_post_state="none", political_status="party_member",
        enlisted_on=dt.date(2003, 12, 1), discharged_on=dt.date(2005, 12, 1), strengths_text="会唱戏",
        strengths_state="answered", honours_state="answered", care_categories=["combat", "rural_60"],
        war_tags=["vietnam"], note="=1+1", plaque="hung", residence="away",
    )  # fmt: skip
    full.strengths.set(Strength.objects.filter(name__in=["驾驶操作", "水电维修"]))
    Honour.objects.create(veteran=full, kind="merit_3", count=2, awarded_on=dt.date(1988, 1, 1))
    Honour.objects.create(veteran=full, kind="medal", note="光荣在党50年纪念章")
    bare = VeteranFactory(station=station, name="李四", birth_date=dt.date(1960, 1, 1),
                          birth_precision="year", status="deceased")  # fmt: skip
    family = VeteranFactory(station=station, name="王五", person_kind="survivor",
                            birth_date=dt.date(1950, 3, 4), birth_precision="day",
                            care_categories=["martyr_family"])  # fmt: skip
    kin = VeteranFactory(station=station, name="赵六", person_kind="military_family",
                         birth_date=dt.date(1970, 3, 1))  # fmt: skip
    other = VeteranFactory(station=station, name="钱七", person_kind="other_care",
                           birth_date=dt.date(1971, 3, 1))  # fmt: skip
    return [full, bare, family, kin, other]


def test_an_export_is_masked_and_in_the_order_of_the_annex(people, tmp_path):
    table = rows(export(tmp_path))

    assert table[0][0] == "沭阳县退役军人花名册"
    assert table[2][1:6] == ["姓名", "原部队职务", "现任职务", "特点优长", "荣誉奖励"]
    text = str(table)
    assert "32*************012" in text and "199****1111" in text
    assert NUMBER not in text and "19900001111" not in text
    assert ["合计", "5人"] in [row[:2] for row in table]


def test_a_number_that_is_typed_into_an_export_stays_text(people, tmp_path):
    """An empty cell has no format but that of its column."""
    page = openpyxl.load_workbook(export(tmp_path)).active
    heads = {cell.value: cell.column_letter for cell in page[3]}

    for label in ("身份证号", "联系电话"):
        style = page.column_dimensions[heads[label]]
        assert style.number_format == "@"
        formats = {cell.number_format for cell in page[heads[label]][3:8] if cell.value}
        assert formats <= {"@"}


def test_an_export_that_is_imported_again_changes_nothing(people, station, tmp_path):
    content = export(tmp_path, code=station.region.code).read_bytes()

    reading = read_roster(content, station=station)

    assert {row.name: (row.outcome, row.changes) for row in reading.rows} == {
        person.name: ("unchanged", []) for person in people
    }


def test_a_town_exported_and_imported_again_changes_nothing(
    people, station, town_station, tmp_path
):
    content = export(tmp_path, code=town_station.region.code).read_bytes()

    reading = read_roster(content, station=town_station)

    assert {row.outcome for row in reading.rows} == {"unchanged"}


PHONES = "13700468250；0527-84358888(儿子)"
# What a page lets people type and an import would write in another way.
TYPED = ["a\r\nb", "  x  ", "\u200bx", "\x0bx", "\t=1", "<r>x</r>", "_x000D_", "某部副连长", "班长（83123）",
         "83123部队班长", "驾驶操作、水电维修", "驾驶操作；x", "会驾驶操作", "合计", "一组", "无。", "0", "#N/A",
         "😀", "𠮷" * 60, '"引号"', "1e5"]  # fmt: skip


@pytest.mark.parametrize(
    "field", ["former_post", "current_post", "strengths_text", "branch", "note"]
)
@pytest.mark.parametrize("unmasked", [False, True])
def test_whatever_was_typed_comes_back_as_the_same(field, unmasked, station, tmp_path):
    most = Veteran._meta.get_field(field).max_length
    for number, text in enumerate([*TYPED, *DANGEROUS], 1):
        VeteranFactory(
            station=station, name=f"张{chr(0x4E00 + number)}", birth_date=dt.date(1960, 5, 1),
            phone=PHONES, phone_hash=keyed_hash(PHONES), id_number="3213", **{field: text[:most]},
            former_post_state="answered", current_post_state="answered", strengths_state="answered",
        )  # fmt: skip
    path = tmp_path / "out.xlsx"
    people = Veteran.objects.all()
    export_roster(people, path, region=station.region, unmasked=unmasked, purpose="核对")

    reading = read_roster(path.read_bytes(), station=station)

    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    changed = [(row.name, row.outcome, row.changes) for row in reading.rows]
    assert [row for row in changed if row[1:] != ("unchanged", [])] == []
    assert len(changed) == len(TYPED) + len(DANGEROUS)


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_an_export_is_a_formula(text, station, tmp_path):
    VeteranFactory(station=station, name="张三", note=text, current_post=text, strengths_text=text,
                   former_post=text, branch=text)  # fmt: skip

    path = export(tmp_path)

    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert rows(path)[3][3].strip() == text.strip()
    assert Veteran.objects.get().note == text


def test_the_blank_roster_comes_back_without_a_question(station, cast, login):
    response = login(cast.manager).get("/veterans/import/template/?station=321322100201")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    page = book["花名册"]
    heads = [cell.value for cell in page[3]]
    row = dict.fromkeys(heads, None) | {
        "姓名": "张三", "性别": "男", "出生年月": "1960.10", "身份证号": NUMBER[:6] + "196010010015",
        "原部队职务": "班长", "现任职务": "无", "特点优长": "驾驶操作", "荣誉奖励": "三等功1次",
        "政治面貌": "群众", "入伍时间": "1980.12", "退役时间": "1984.12", "优抚类别": "带病回乡退役军人",
        "居住情况": "常住", "光荣牌": "已悬挂", "联系电话": "19900001111",
    }  # fmt: skip
    row["身份证号"] = row["身份证号"][:17] + check_digit(row["身份证号"][:17])
    for column, label in enumerate(heads, 1):
        page.cell(5, column, row[label])
    filled = io.BytesIO()
    book.save(filled)

    reading = read_roster(filled.getvalue(), station=station)

    assert page["A1"].value == "甲一村退役军人花名册"
    assert page["A2"].value.startswith("填报单位（盖章）：甲一村退役军人服务站")
    assert unquote(response.headers["Content-Disposition"]).endswith(
        "甲一村退役军人花名册（空白）.xlsx"
    )
    assert [(r.name, r.outcome, r.notes) for r in reading.rows] == [("张三", "created", [])]


def test_what_is_filtered_is_exported_in_the_background(
    people, cast, login, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        login(cast.county).post("/veterans/export/", {"filters": "person_kind=survivor"})

    job = Job.objects.get()
    assert (job.state, job.message) == ("done", "已导出1人。")
    table = CalamineWorkbook.from_filelike(job.result.open("rb")).get_sheet_by_index(0).to_python()
    assert [row[1] for row in table[3:4]] == ["王五"]


NUMBERS = ["321300198507010012", "138 1234 5678", "１３８１２３４５６７８"]


@pytest.mark.parametrize("words", NUMBERS)
@pytest.mark.parametrize("unmasked", ["", "1"])
def test_no_number_typed_in_a_search_is_kept(words, unmasked, people, cast, login):
    """Neither a job nor a request nor the log: it is refused, and no address has it."""
    client, before = login(cast.county), AuditEntry.objects.count()
    data = {"filters": f"q={words}", "unmasked": unmasked, "purpose": "核对"}

    response = client.post("/veterans/export/", data, follow=True)

    page = response.content.decode()
    assert response.redirect_chain == [("/veterans/", 302)]
    assert "没有导出：" in page and "请不要填写身份号码、电话。" in page and words not in page
    assert not Job.objects.exists() and not ExportRequest.objects.exists()
    assert AuditEntry.objects.count() == before


def test_only_known_conditions_are_kept(people, cast, login):
    number = NUMBERS[0]
    login(cast.county).post(
        "/veterans/export/", {"filters": f"x={number}&priority={number}&columns={number}&q=zs"}
    )
    assert Job.objects.get().parameters["filters"] == "q=zs&priority=on"

    login(cast.county).post("/veterans/export/", {"filters": "station=13812345678"})
    assert Job.objects.count() == 1


def test_a_grid_chosen_at_a_station_is_exported(
    station, cast, login, django_capture_on_commit_callbacks
):
    """The grid is known only where its station is: the file was empty."""
    grid = Grid.objects.create(station=station, name="一网格")
    VeteranFactory(station=station, name="张三", grid=grid)
    VeteranFactory(station=station, name="李四")
    filters = f"grid={grid.pk}&station={station.region.code}"

    with django_capture_on_commit_callbacks(execute=True):
        login(cast.manager).post("/veterans/export/", {"filters": filters})

    assert Job.objects.get().message == "已导出1人。"


def test_an_unmasked_export_needs_a_purpose_and_is_logged(
    people, cast, login, django_capture_on_commit_callbacks
):
    client = login(cast.manager)
    asked = client.post("/veterans/export/", {"unmasked": "1"})
    assert asked.status_code == 200 and "须填写用途" in asked.content.decode()
    refused = client.post("/veterans/export/", {"unmasked": "1", "purpose": " "})
    assert refused.status_code == 400 and "须填写用途" in refused.content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/veterans/export/", {"unmasked": "1", "purpose": "八一走访"})

    log = AccessLog.objects.get()
    assert (log.kind, log.purpose, log.row_count) == ("export", "八一走访", 5)
    text = str(
        CalamineWorkbook.from_filelike(Job.objects.get().result.open("rb"))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert NUMBER in text and "八一走访" in text


@pytest.mark.parametrize("kind", Honour.Kind.values)
@pytest.mark.parametrize(
    ("note", "year", "count"),
    [
        ("", None, 1),
        ("", 1988, 3),
        ("光荣在党50年", 2018, 1),
        ("光荣在党50年", None, 1),
        ("抗洪抢险、模范带头；受到表彰", 1998, 2),
        ("三等功臣之家（嘉奖）", 2001, 1),
    ],
)
def test_every_honour_reads_back_from_its_own_cell(kind, note, year, count):
    stored = {"kind": kind, "note": note, "year": year, "count": count}
    cell = honours_text([stored])
    read = read_honours(cell)
    assert (len(read.honours), read.rest) == (1, ""), cell
    assert missing_honours(read.honours, [stored]) == [], (cell, read.honours)


def honour(note="", year=None, count=1, kind="civil"):
    return {"kind": kind, "note": note, "year": year, "count": count}


FIRST, THIRD = honour("先进个人", 2001), honour("先进个人", 2003)


@pytest.mark.parametrize(
    ("new", "stored", "missing"),
    [
        ([FIRST, THIRD], [FIRST], [THIRD]),
        ([FIRST, THIRD], [THIRD, FIRST], []),
        # The year or the count may stand in the words alone.
        ([THIRD], [honour("2001年先进个人")], [THIRD]),
        ([FIRST], [honour("2001年先进个人")], []),
        ([honour("先进个人", count=3)], [honour("先进个人3次", count=3)], []),
        ([honour("先进个人", count=3)], [honour("先进个人3次")], []),
        # One without a year answers for one, and not for the one that has its twin.
        ([honour("先进个人"), FIRST], [FIRST], [honour("先进个人")]),
        ([FIRST, THIRD], [honour("先进个人"), FIRST], []),
        ([FIRST, THIRD], [honour("先进个人")], [THIRD]),
        ([honour(kind="merit_3")] * 2, [honour(kind="merit_3")], [honour(kind="merit_3")]),
        ([honour(kind="merit_3")], [honour(kind="merit_2")], [honour(kind="merit_3")]),
    ],
)
def test_only_the_same_honour_of_the_same_year_is_not_taken_again(new, stored, missing):
    assert missing_honours(new, stored) == missing


def test_a_town_that_shares_its_name_with_a_village_comes_back_unchanged(tree, tmp_path):
    """双庄街道 and 双庄社区 below it differ by the ending only."""
    Region.objects.filter(pk=tree.town.pk).update(name="双庄街道")
    Region.objects.filter(pk=tree.village.pk).update(name="双庄社区")
    town = Station.objects.select_related("region").get(region=tree.town)
    for place in (tree.town, tree.village):
        VeteranFactory(
            station=tree.stations[place.code],
            name=f"张{place.name}",
            birth_date=dt.date(1960, 1, 1),
        )
    content = export(tmp_path, code=town.region.code).read_bytes()

    reading = read_roster(content, station=town)

    assert [(row.outcome, row.asks) for row in reading.rows] == [("unchanged", False)] * 2
