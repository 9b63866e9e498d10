"""Two people at the same import, or at the same people, at the same moment.

Two threads with a connection each. What must come out is the same on SQLite, which lets one
write after the other, and on PostgreSQL, where they really meet."""

import pytest

from records.fields import keyed_hash
from tests.at_once import at_once as several_at_once
from tests.factories import VeteranFactory
from veterans.importing import batches, undoing, writing
from veterans.models import ImportRow, RosterImport, Transfer, Veteran
from veterans.tests.test_import_pages import NUMBER, numbered, person, sheet

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    return several_at_once(*acts, refusals=(batches.StaleImport, undoing.CannotUndo))


def take_in(station, *rows):
    batch = batches.start(sheet(*rows), name="花名册.xlsx", station=station)
    batches.read(batch)
    return batch


def again(batch):
    return RosterImport.objects.select_related("station__region").get(pk=batch.pk)


def row_of(batch):
    return ImportRow.objects.select_related("station__region", "batch").get(batch=batch)


def people(count):
    return [person(f"张{chr(0x4E00 + number)}") for number in range(count)]


def test_the_same_file_confirmed_twice_at_once_makes_nobody_twice(station, cast):
    rows = people(60)
    both = [again(take_in(station, *rows)) for _ in range(2)]

    counts = at_once(*(lambda batch=batch: writing.write(batch) for batch in both))

    assert Veteran.objects.count() == 60
    assert sorted(one["created"] for one in counts) == [0, 60]


def test_one_batch_confirmed_by_two_is_written_once(station, cast):
    batch = take_in(station, *people(60))
    copies = [again(batch), again(batch)]

    outcomes = at_once(*(lambda copy=copy: writing.write(copy) for copy in copies))

    assert Veteran.objects.count() == 60
    assert all(isinstance(one, batches.StaleImport) or one["created"] == 60 for one in outcomes)


def test_one_person_in_two_stations_at_once_is_entered_once(station, other_station, cast):
    both = [again(take_in(place, numbered())) for place in (station, other_station)]

    counts = at_once(*(lambda batch=batch: writing.write(batch) for batch in both))

    assert Veteran.objects.count() == 1
    assert sorted((one["created"], one["returned"]) for one in counts) == [(0, 1), (1, 0)]


def test_a_row_is_written_or_left_as_was_decided_last(station, cast):
    """Never written although the log says that it shall not be."""
    for _ in range(5):
        Veteran.objects.all().delete()
        batch = take_in(station, person(出生年月="二〇二九年十三月"), *people(20))
        row = ImportRow.objects.select_related("batch", "station").filter(batch=batch).first()

        at_once(
            lambda batch=batch: writing.write(again(batch)),
            lambda row=row: batches.decide(row, "skip", by=cast.manager),
        )

        row.refresh_from_db()
        is_there = Veteran.objects.filter(code=row.person_code).exists()
        assert is_there == (row.written_at is not None) == (row.decision != "skip")


def test_of_two_who_decide_on_one_row_one_is_told(station, cast):
    VeteranFactory(station=station, name="张三")
    row = row_of(take_in(station, person(出生年月="", 入伍时间="")))
    other = row_of(row.batch)

    outcomes = at_once(
        lambda: batches.decide(row, "new", by=cast.manager),
        lambda: batches.decide(other, "skip", by=cast.town),
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["StaleImport", "list"]


def test_confirming_and_undoing_at_once_leave_one_of_the_two(station, cast):
    batch = take_in(station, person(), person(出生年月="", 入伍时间=""))
    writing.write(again(batch))
    batches.decide_waiting(batch, "accept", by=cast.manager)
    two = again(batch), again(batch)

    outcomes = at_once(lambda: writing.write(two[0]), lambda: undoing.undo(two[1], by=cast.town))

    batch.refresh_from_db()
    undone = batch.state == RosterImport.State.UNDONE
    assert sum(isinstance(one, Exception) for one in outcomes) == 1
    assert Veteran.objects.count() == (0 if undone else 2)


def test_nobody_decides_on_what_is_being_undone(station, cast):
    batch = take_in(station, person(), person(出生年月="", 入伍时间=""))
    writing.write(again(batch))
    row = batch.rows.select_related("batch", "station").get(written_at=None)
    undoing.undo(again(batch), by=cast.manager)

    with pytest.raises(batches.StaleImport):
        batches.decide(row, "accept", by=cast.town)
    with pytest.raises(batches.StaleImport):
        batches.decide_waiting(batch, "accept", by=cast.town)


def test_two_who_ask_for_one_person_at_once_ask_once(station, other_station, cast):
    VeteranFactory(
        station=other_station, name="张三", id_number=NUMBER, id_hash=keyed_hash(NUMBER),
        id_check="valid",
    )  # fmt: skip
    both = [take_in(station, numbered()) for _ in range(2)]
    for batch in both:
        batches.decide_waiting(batch, "accept", by=cast.manager)

    counts = at_once(*(lambda b=batch: writing.write(again(b), by=cast.manager) for batch in both))

    assert Transfer.objects.count() == 1
    assert sum(one["transfers"] for one in counts) == 1


def test_two_files_about_the_same_many_people_do_not_block_each_other(station, cast):
    rows = people(40)
    writing.write(take_in(station, *rows))
    posts = [[*row[:7], post, *row[8:]] for post in ("退休", "村会计") for row in rows]
    both = [take_in(station, *posts[:40]), take_in(station, *reversed(posts[40:]))]

    counts = at_once(*(lambda b=batch: writing.write(again(b)) for batch in both))

    assert sorted(one["updated"] for one in counts) == [0, 40]
    assert sorted(one["returned"] for one in counts) == [0, 40]
