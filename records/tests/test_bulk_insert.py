"""Rows written past bulk_create read back the same."""

import datetime as dt
import gc

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry
from records import bulk
from records.models import new_code
from stations.models import Station
from veterans.models import Honour, Veteran

pytestmark = pytest.mark.django_db
KEPT = [
    field.attname for field in Veteran._meta.concrete_fields if field.attname not in ("id", "code")
]


def people(station, count):
    return [
        Veteran(
            station=station,
            name=f"张{number}",
            pinyin=f"zhang {number}",
            birth_date=dt.date(1950, 1, 1 + number % 28),
            id_number="321300198507010012" if number % 2 else "",
            care_categories=["disabled", "combat"] if number % 3 else [],
            is_priority=bool(number % 2),
        )
        for number in range(count)
    ]


def test_rows_read_back_as_bulk_create_wrote_them(station, cast):
    one, other = people(station, 7), people(station, 7)
    for mine, theirs in zip(one, other, strict=True):
        theirs.created_at, theirs.updated_at = mine.created_at, mine.updated_at
    bulk.insert(one)
    Veteran.objects.bulk_create(other)
    stored = Veteran.objects.in_bulk([person.pk for person in (*one, *other)])
    for mine, theirs in zip(one, other, strict=True):
        assert stored[mine.pk].code == mine.code
        for name in KEPT:
            assert getattr(stored[mine.pk], name) == getattr(stored[theirs.pk], name), name


def test_each_row_is_told_its_own_key(station):
    rows = people(station, 8)
    bulk.insert(rows[:5])
    between = Veteran.objects.create(station=station, name="李二")
    bulk.insert(rows[5:])
    assert len({between.pk, *(row.pk for row in rows)}) == 9
    assert [Veteran.objects.get(pk=row.pk).name for row in rows] == [f"张{n}" for n in range(8)]
    assert Veteran.objects.create(station=station, name="李三").pk > rows[-1].pk
    # What hangs on them finds its parent.
    bulk.insert([Honour(veteran=row, kind="merit_3") for row in rows])
    assert Honour.objects.filter(veteran__in=rows).count() == 8
    rows[0].name = "李一"
    rows[0].save()
    assert Veteran.objects.get(pk=rows[0].pk).name == "李一"


def test_equal_numbers_are_not_stored_alike(station):
    rows = people(station, 4)
    bulk.insert(rows)
    table = Veteran._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id_number FROM {table} WHERE id_number <> ''")
        sealed = [row[0] for row in cursor.fetchall()]
    assert len(sealed) == 2 and len(set(sealed)) == 2
    assert not any("321300" in text for text in sealed)


def test_words_and_json_keep_their_kind(station, cast):
    bulk.insert(
        [
            AuditEntry(action="a", after={"人数": 1, "名单": ["张三"]}, label="100%完成%s"),
            AuditEntry(action="b", after=None, actor=cast.manager, address="2001:db8::1"),
        ]
    )
    one, two = AuditEntry.objects.filter(action__in="ab").order_by("action")
    assert (one.after, one.label, one.actor) == ({"人数": 1, "名单": ["张三"]}, "100%完成%s", None)
    assert (two.after, two.actor, two.address) == (None, cast.manager, "2001:db8::1")
    assert one.address is None


@pytest.mark.parametrize(
    "text", ["\\N", "\\", "a\tb", "一\n二\r\n三\r", '"', "\\.", "\\t\\n", "𠮷\u2028"]
)
def test_signs_of_the_database_are_text(station, cast, text):
    """What ends a value, a row or the data where rows are copied in."""
    rows = people(station, 2)
    rows[0].note = rows[0].name = rows[0].id_number = text
    bulk.insert(rows)
    stored = Veteran.objects.get(pk=rows[0].pk)
    assert (stored.note, stored.name, stored.id_number) == (text, text, text)
    bulk.insert([AuditEntry(action="a", after={text: [text, None]})])
    assert AuditEntry.objects.get(action="a").after == {text: [text, None]}


def test_what_the_database_refuses_is_its_own_error_and_leaves_nothing(station):
    one, other = people(station, 2)
    other.code = one.code
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([one, other])
    assert not Veteran.objects.filter(code=one.code).exists()


def test_the_collector_is_put_back(station):
    with pytest.raises(ZeroDivisionError), bulk.collector_resting():
        assert not gc.isenabled()
        with bulk.collector_resting():
            pass
        assert not gc.isenabled()
        1 / 0  # noqa: B018
    assert gc.isenabled()


def test_a_parent_that_got_its_key_too_late_is_refused(station):
    """Else a child that may stand alone would be stored as an orphan."""
    person = people(station, 1)[0]
    entry = AuditEntry(action="a", station=Station(name="新站"))
    honour = Honour(veteran=person, kind="merit_3")
    bulk.insert([person])
    for child in (entry, honour):
        with pytest.raises(ValueError, match="was not saved"):
            bulk.insert([child])
    assert not AuditEntry.objects.filter(action="a").exists()


def test_another_row_shares_nothing_that_it_is_given(station, other_station):
    blank = Veteran(station=station, name="张三", care_categories=["disabled"])
    one = bulk.another(blank, code=new_code(), name="李四", care_categories=["combat"])
    other = bulk.another(blank, code=new_code(), station=other_station)
    third = bulk.another(blank, code=new_code(), station_id=other_station.pk)
    bulk.insert([one, other, third])
    stored = [Veteran.objects.get(pk=row.pk) for row in (one, other, third)]
    assert [(p.name, p.station, p.care_categories) for p in stored] == [
        ("李四", station, ["combat"]),
        ("张三", other_station, ["disabled"]),
        ("张三", other_station, ["disabled"]),
    ]
    assert third.station == other_station
    assert (blank.pk, blank.name, blank.station, blank._state.adding) == (
        None, "张三", station, True,
    )  # fmt: skip


def test_nothing_is_nothing():
    bulk.insert([])
