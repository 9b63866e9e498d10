"""Every sample roster gives what expected.json says."""

import json

import pytest
from django.core.management import call_command

from tests.factories import RegionFactory, StationFactory, VeteranFactory
from veterans.importing import matching
from veterans.importing.pipeline import read_roster
from veterans.importing.reporting import as_json, row_json
from veterans.importing.rows import PersonRow
from veterans.models import RosterImport, Veteran
from veterans.tests.roster_files import EXPECTED, FOLDER, faults


@pytest.fixture
def street(db):
    """The street of the samples with three of its neighbourhoods, by code."""
    city = RegionFactory(code="3213", name="宿迁市", level="city")
    county = RegionFactory(code="321302", name="宿城区", level="county", parent=city)
    town = RegionFactory(code="321302003", name="河滨街道", level="town", parent=county)
    places = {"321302003": town}
    for code, name in (
        ("321302003001", "石篓居委会"),
        ("321302003002", "药材居委会"),
        ("321302003003", "半窑居委会"),
    ):
        places[code] = RegionFactory(code=code, name=name, parent=town)
    return {code: StationFactory(region=region) for code, region in places.items()}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name, street):
    station = street[EXPECTED[name].get("station", "321302003002")]

    reading = read_roster((FOLDER / name).read_bytes(), station=station)

    assert faults(name, as_json(reading)) == []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_command_writes_what_it_shows(name, street, capsys):
    code = EXPECTED[name].get("station", "321302003002")

    call_command("import_roster", str(FOLDER / name), station=code, format="json")
    answer = json.loads(capsys.readouterr().out)

    assert faults(name, answer) == []
    written = [row for row in answer["rows"] if row["outcome"] == "created"]
    assert Veteran.objects.count() == len(written)
    assert sorted(Veteran.objects.values_list("name", flat=True)) == sorted(
        row["name"] for row in written
    )


def test_a_note_has_three_parts_whoever_makes_it(street):
    """Also what comparing with the roster says."""
    station = street["321302003002"]
    row = PersonRow("花名册", 2, [], values={"name": "张三"}, station=station)
    VeteranFactory(station=station, name="张三")
    matching.match([row], matching.StoredPeople([row]))

    assert [list(note) for note in row_json(row)["notes"]] == [["field", "level", "message"]]


@pytest.mark.parametrize("name", ["clean.xlsx", "fixable.xlsx", "titled.xlsx", "decide.xlsx"])
def test_a_second_import_changes_nothing(name, street, capsys):
    code = EXPECTED[name].get("station", "321302003002")
    call_command("import_roster", str(FOLDER / name), station=code, format="json")
    first = json.loads(capsys.readouterr().out)

    call_command("import_roster", str(FOLDER / name), station=code, format="json")
    second = json.loads(capsys.readouterr().out)

    assert second["created"] == second["updated"] == 0
    assert second["unchanged"] == first["created"]
    assert second["ask"] == first["ask"]


def test_a_second_import_says_that_it_changed_nothing(street, capsys):
    file = str(FOLDER / "clean.xlsx")
    call_command("import_roster", file, station="321302003002")
    assert "完全一致" not in capsys.readouterr().out
    before = list(Veteran.objects.order_by("pk").values_list("pk", "version", "updated_at"))

    call_command("import_roster", file, station="321302003002")

    assert "文件与花名册完全一致，没有任何改动。" in capsys.readouterr().out
    assert list(Veteran.objects.order_by("pk").values_list("pk", "version", "updated_at")) == before


def test_a_dry_run_writes_nothing(street, capsys):
    call_command(
        "import_roster", str(FOLDER / "clean.xlsx"), station="321302003002", dry_run=True,
        format="json",
    )  # fmt: skip

    assert json.loads(capsys.readouterr().out)["created"] == 20
    assert not Veteran.objects.exists()
    assert not RosterImport.objects.exists()
