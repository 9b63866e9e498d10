"""No workbook crashes the importer, none writes a row that was not shown; half an import
does not exist."""

import io
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from accounts.models import AuditEntry
from veterans.faults.runs import check_stations
from veterans.importing import batches, writing
from veterans.importing.headers import ALIASES
from veterans.importing.opening import Refused, open_book
from veterans.importing.pipeline import read_roster
from veterans.models import DataFault, Honour, ImportRow, RosterImport, Veteran
from veterans.tests.roster_files import FOLDER

HEADINGS = [alias for aliases in ALIASES.values() for alias in aliases.split()]
WORDS = ["张三", "李四（已故）", "无", "同上", "1985.07", "1985.1", "85.7", "321300198507010012", "三等功1次",
         "合计", "党员", "=1+1", "-", "0", "\ue000", "83123部队班长", "13800001111", "2099.12", "不详"]  # fmt: skip
CELLS = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.text(max_size=12),
    st.integers(-(10**6), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)


def workbook(headings, rows):
    buffer = io.BytesIO()
    book = Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet()
    for number, row in enumerate([headings, *rows]):
        for column, cell in enumerate(row):
            if cell is not None and cell != "":
                page.write(number, column, cell)
    book.close()
    return buffer.getvalue()


def opened_or_refused(content):
    try:
        return bool(open_book(content))
    except Refused as refused:
        return str(refused)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    headings=st.lists(st.sampled_from(HEADINGS), max_size=8, unique=True),
    rows=st.lists(st.lists(CELLS, min_size=11, max_size=11), max_size=8),
)
def test_no_workbook_of_random_cells_crashes_or_writes_what_was_not_shown(station, headings, rows):
    Veteran.objects.all().delete()
    content = workbook(["姓名", "出生年月", "入伍时间", *headings], rows)

    reading = read_roster(content, station=station)
    if reading.refused:
        return
    batch = batches.start(content, name="x.xlsx", station=station)
    batches.store(batch, reading)
    batches.decide_waiting(batch, "accept", by=None)
    writing.write(batch)

    facts = ("name", "former_post", "current_post", "phone", "id_number", "note")
    written = Counter(Veteran.objects.values_list(*facts))
    shown, certain = (
        Counter(
            tuple(row.values.get(name, "") for name in facts)
            for row in reading.rows
            if row.outcome in outcomes
        )
        for outcomes in (("created", "ask"), ("created",))
    )
    assert written <= shown
    assert certain <= written
    assert sum(written.values()) == batch.rows.exclude(written_at=None).count()


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400))
def test_no_bytes_crash_the_opening(content):
    assert opened_or_refused(content)


@settings(max_examples=80, deadline=None)
@given(at=st.integers(0, 6000), value=st.integers(0, 255))
def test_no_damaged_workbook_crashes_the_opening(at, value):
    content = bytearray((FOLDER / "marked.xlsx").read_bytes())
    content[at % len(content)] = value
    assert opened_or_refused(bytes(content))


@pytest.mark.parametrize(
    "step", ["_create", "_update", "_ask_transfers", "_send_back", "_begin_records"]
)
def test_an_import_that_dies_in_the_middle_leaves_nothing(step, station, monkeypatch):
    content = (FOLDER / "clean.xlsx").read_bytes()
    batch = batches.start(content, name="clean.xlsx", station=station)
    batches.read(batch)
    own = getattr(writing.Writer, step)

    def die(writer):
        own(writer)
        raise SystemExit

    monkeypatch.setattr(writing.Writer, step, die)
    with pytest.raises(SystemExit):
        writing.write(batch)
    batch = RosterImport.objects.get(pk=batch.pk)

    assert not Veteran.objects.exists() and not Honour.objects.exists()
    assert not ImportRow.objects.exclude(written_at=None).exists()
    assert not AuditEntry.objects.filter(action="import.write").exists()
    assert batch.state == "ready" and batch.file
    monkeypatch.undo()
    assert writing.write(batch)["created"] == 20


def test_two_people_who_confirm_at_once_import_it_once(station):
    batch = batches.start((FOLDER / "clean.xlsx").read_bytes(), name="c.xlsx", station=station)
    batches.read(batch)
    late = RosterImport.objects.get(pk=batch.pk)

    writing.write(batch)
    with pytest.raises(batches.StaleImport):
        writing.write(late)

    assert Veteran.objects.count() == 20


def test_two_things_wrong_with_one_date_are_one_fault(station):
    """The open fault of a person, kind and field is one row of the database."""
    content = workbook(
        ["姓名", "出生年月", "入伍时间", "退役时间"], [["张三", "1960.05", "2099.12", "2098.13"]]
    )
    batch = batches.start(content, name="x.xlsx", station=station)
    batches.read(batch)
    row = batch.rows.get()
    doubled = [note for note in row.notes if note["field"] == "enlisted_on"]
    assert doubled
    row.notes += [note | {"message": "另一处问题。"} for note in doubled]
    row.save()

    writing.write(batch)
    check_stations([station.pk])

    faults = DataFault.objects.filter(closed_at=None)
    assert sorted(faults.values_list("field", flat=True)) == ["discharged_on", "enlisted_on"]
