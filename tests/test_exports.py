"""S9: no cell of any file that leaves the system is ever a formula, and the text in it is
the text that was stored. A new module that writes tables fails until it stands here."""

import csv
import datetime as dt
import io
import re
import zipfile
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accreditation.dossier.archive import _manifest
from activities.ledger_prints import ledger_workbook
from activities.models import Participation
from records.workbooks import plain
from stations.models import Region, Station
from tests.factories import ActivityFactory, VeteranFactory
from veterans.exporting import export_roster
from veterans.importing import batches
from veterans.importing.bad_rows import write_bad_rows
from veterans.importing.pipeline import read_roster
from veterans.models import Honour, Veteran
from veterans.templates_xlsx import blank_roster
from veterans.tests.test_import_pages import sheet

SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
TEXTS = [f"{sign}1+cmd|' /C calc'!A0" for sign in SIGNS] + [
    "\t=1+1",
    "\r\n=1+1",
    " =1+1",
    "<r>b</c>=1</r>",
]
YEAR = dt.date.today().year
WRITES_TABLES = re.compile(
    r"\bWorkbook\(|\bcsv\.(writer|DictWriter)\(|(import_module|import) tablib|to_excel\("
)
FORMULA = re.compile(rb"<f[ />]")
# Files of ours that write tables, and of them those that write for the developer alone.
NOT_EXPORTS = {
    "bench/default_import.py",
    "bench/files.py",
    "config/demo/choose.py",
    "config/demo/paperwork.py",
}
# Figures with fixed words: nobody's text stands in them, and their cells are written as text.
FIGURES = {"accreditation/forecast/briefing.py", "accreditation/rubric_pages/workbook.py"}
GUESSES = re.compile(r"\.write\(\w+, |\.write_(row|column|formula|url)\(|strings_to_\w+\W+True")


def roster(world, text):
    for name in ("former_post", "current_post", "strengths_text"):
        setattr(world.person, name, text)
        setattr(world.person, f"{name.removesuffix('_text')}_state", "answered")
    world.person.branch, world.person.note = text, text
    world.person.save()
    Honour.objects.create(veteran=world.person, kind="medal", note=text)
    VeteranFactory(station=world.station, name=text)
    path = world.folder / "roster.xlsx"
    # Purpose, unit and name of whoever takes it stand on the sheet as well.
    Region.objects.filter(pk=world.station.region_id).update(name=text[:40], office_name=text[:40])
    region = Region.objects.get(pk=world.station.region_id)
    export_roster(
        Veteran.objects.all(), path, region=region, by=world.cast.manager, unmasked=True,
        purpose=text,
    )  # fmt: skip
    return path.read_bytes(), 7


def bad_rows(world, text):
    cells = [plain(text)] * 9
    content = sheet(["", "男", "1960.05", *cells], ["张三", "女", "1985.13", *cells])
    batch = batches.start(content, name="a.xlsx", station=world.station)
    batches.read(batch)
    return write_bad_rows(batch).read_bytes(), 5


def ledger(world, text):
    ActivityFactory(station=world.station, title=text, place=text, organiser=text, content=text,
                    outcome=text)  # fmt: skip
    path = ledger_workbook(world.cast.manager, world.station, str(YEAR), None)
    return path.read_bytes(), 5


def hours(world, text):
    world.person.name = text
    world.person.save()
    Station.objects.filter(pk=world.station.pk).update(name=text)
    activity = ActivityFactory(station=world.station, kind="volunteering")
    Participation.objects.create(activity=activity, veteran=world.person, role="volunteer", hours=2)
    client = world.login(world.cast.manager)
    answer = client.post(f"/volunteers/served/export/?first={YEAR}-01-01&last={YEAR}-12-31")
    return b"".join(answer.streaming_content), 2


def blank(world, text):
    return blank_roster(text), 1


def namings(world, text):
    """Headings alone: nobody's text stands in it."""
    return world.login(world.cast.city).get(reverse("accreditation_template")).content, 0


def accounts(world, text):
    return world.login(world.cast.admin).get(reverse("users_template")).content, 0


def manifest(world, text):
    return _manifest([(text, 1, "", text)]), 2


EXPORTS = {
    "veterans/exporting.py": roster,
    "veterans/importing/bad_rows.py": bad_rows,
    "activities/ledger_prints.py": ledger,
    "activities/served_views.py": hours,
    "veterans/templates_xlsx.py": blank,
    "accreditation/naming_pages/back_views.py": namings,
    "accounts/bulk_views.py": accounts,
    "accreditation/dossier/archive.py": manifest,
}


@pytest.fixture
def world(tree, cast, station, tmp_path, login):
    person = VeteranFactory(
        station=station, name="张三", gender="male", birth_date=dt.date(1960, 5, 1),
        birth_precision="month", current_post_state="none",
    )  # fmt: skip
    return SimpleNamespace(
        tree=tree, cast=cast, station=station, person=person, folder=tmp_path, login=login
    )


def test_every_module_that_writes_tables_is_tested_here():
    found = set()
    for path in settings.BASE_DIR.glob("*/**/*.py"):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        is_ours = not name.startswith(".") and "tests" not in path.parts
        if is_ours and WRITES_TABLES.search(path.read_text()):
            found.add(name)
    assert found - FIGURES == EXPORTS.keys() | NOT_EXPORTS
    for name in found & FIGURES:
        source = (settings.BASE_DIR / name).read_text()
        assert "SAFE" in source and not GUESSES.search(source), name


def cells_of(content):
    """All cells as text. In a workbook a formula is a formula only as <f>; in a text file
    it is one by its first sign."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            sheets = [n for n in packed.namelist() if n.startswith("xl/worksheets/sheet")]
            assert sheets and not any(FORMULA.search(packed.read(name)) for name in sheets)
            assert not any("externalLink" in name for name in packed.namelist())
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [str(c) for n in book.sheet_names for row in book.get_sheet_by_name(n).to_python()
                for c in row]  # fmt: skip
    cells = [c for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for c in row]
    assert not [cell for cell in cells if cell.startswith(SIGNS)]
    return [cell.removeprefix("'") for cell in cells]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", EXPORTS)
def test_no_cell_is_a_formula_and_the_text_is_the_text(name, text, world):
    content, least = EXPORTS[name](world, text)

    cells = cells_of(content)
    assert len(cells) >= 4
    assert sum(text.strip() in cell for cell in cells) >= least


@pytest.mark.parametrize("text", TEXTS)
def test_dangerous_text_comes_back_through_the_import_as_it_was(text, world):
    person = world.person
    for name in ("former_post", "current_post", "strengths_text", "branch", "note"):
        setattr(person, name, text.strip())
    for name in ("former_post_state", "current_post_state", "strengths_state"):
        setattr(person, name, "answered")
    person.save()
    path = world.folder / "roster.xlsx"
    export_roster(Veteran.objects.all(), path, region=world.station.region)

    reading = read_roster(path.read_bytes(), station=world.station)

    assert [(row.outcome, row.changes) for row in reading.rows] == [("unchanged", [])]
