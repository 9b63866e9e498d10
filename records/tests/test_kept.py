"""Statements that are compiled once give every reader their own rows, and only theirs."""

import datetime as dt
from functools import partial
from types import MethodType

import pytest
from django.db import DataError, connection, transaction
from django.utils import timezone

from records import kept as module
from records import prepared
from records.kept import KEPT, NotKept, Shelf, kept, kept_number
from stations.models import Region, Resource, Station
from tests.factories import VeteranFactory
from veterans.models import Veteran


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(module, "_STATEMENTS", Shelf(KEPT))


def _stations(reader):
    return Station.objects.visible_to(reader).select_related("region").order_by("pk")


def _of_level(reader, level, code):
    return _stations(reader).filter(region__level=level).exclude(region__code=code)


def _resources(reader):
    return Resource.objects.visible_to(reader).order_by("pk")


def _founded(reader, since):
    return _stations(reader).filter(founded_on__gte=since)


def test_every_reader_gets_what_the_queryset_gives_whoever_came_first(cast, station, town_station):
    people = [cast.city, cast.county, cast.manager, cast.town, cast.outsider, cast.leader]

    for _ in range(2):
        for person in [*people, *reversed(people)]:
            assert kept(_stations, person) == list(_stations(person))
            assert kept_number(_stations, person) == _stations(person).count()
    assert len({tuple(kept(_stations, person)) for person in people}) > 2


def test_a_reader_of_one_county_gets_nothing_of_another(cast, station, other_station):
    assert kept(_stations, cast.outsider) == [other_station]
    assert station in kept(_stations, cast.county)
    assert other_station not in kept(_stations, cast.county)


def test_what_is_given_is_put_in_every_time(cast, station, town_station):
    for level in ("town", "village", "' OR 1=1 --", "%"):
        for code in (station.region.code, town_station.region.code, ""):
            given = {"level": level, "code": code}
            assert kept(_of_level, cast.city, **given) == list(_of_level(cast.city, **given))


def test_a_clock_that_goes_on_is_another_statement(cast, station, time_machine):
    Station.objects.filter(pk=station.pk).update(founded_on=dt.date(2026, 11, 20))

    time_machine.move_to("2026-11-19 12:00+08:00", tick=False)
    assert kept(_founded_by_now, cast.manager) == []
    time_machine.move_to("2026-11-20 00:00+08:00", tick=False)
    assert kept(_founded_by_now, cast.manager) == [station]


def _founded_by_now(reader):
    return _stations(reader).filter(founded_on__lte=timezone.localdate())


def test_codes_above_the_reader_are_the_readers_own(cast, station, other_station):
    for owner in (station, other_station):
        for region in (owner.region, owner.region.parent):
            Resource.objects.create(region=region, theme="red", kind="martyr", name=region.name)

    for person in (cast.manager, cast.outsider, cast.county, cast.town, cast.manager):
        assert kept(_resources, person) == list(_resources(person))
    for person in (cast.manager, cast.outsider):
        assert [one.code for one in kept(_by_county, person)] == [person.region.county_code]


def test_a_row_is_what_the_queryset_makes_of_it_and_a_new_one_each_time(
    cast, station, django_assert_num_queries
):
    with django_assert_num_queries(1):
        (first,) = kept(_stations, cast.manager)
        assert first.region.name == station.region.name
    first.name = "改过"

    (second,) = kept(_stations, cast.manager)
    assert second.name == station.name


def test_the_function_runs_once_and_a_day_has_its_own(cast, station, monkeypatch):
    made = []
    make = module._make
    monkeypatch.setattr(module, "_make", lambda *a: made.append(a[2]) or make(*a))
    today = timezone.localdate()

    for day in (today, today, today + dt.timedelta(days=1), today):
        kept(_founded, cast.manager, since=day)

    assert made == [{"since": today}, {"since": today + dt.timedelta(days=1)}]


def _by_clock(reader):
    return _stations(reader).filter(created_at__lte=timezone.now())


def _by_name(reader):
    return _stations(reader).filter(name=reader.full_name)


def _by_county(reader):
    return Region.objects.filter(code=reader.region.county_code)


def _cut(reader, code):
    return _stations(reader).filter(region__code=code[:4])


def _of_related(reader):
    return reader.region.children.all()


@pytest.mark.parametrize("build", [_by_clock, _of_related])
def test_what_cannot_be_repeated_is_refused(cast, station, build):
    with pytest.raises(NotKept):
        kept(build, cast.manager)


def test_a_piece_of_what_is_given_is_refused(cast, station):
    with pytest.raises(NotKept):
        kept(_cut, cast.manager, code="321322")


def test_what_else_the_reader_is_cannot_be_asked(cast, station):
    with pytest.raises(NotKept):
        kept(_by_name, cast.manager)


def test_a_reader_of_another_role_or_place_is_another_reader(cast, station, other_station):
    person = cast.county
    assert station in kept(_stations, person)

    person.region = cast.other_county.region
    person.save()
    assert kept(_stations, person) == list(_stations(person))
    assert station not in kept(_stations, person)
    person.role, person.region = "viewer", cast.leader.region
    person.save()
    assert kept(_stations, person) == []
    assert station in kept(_stations, cast.city)


def _elsewhere(reader):
    return _stations(reader).using("elsewhere")


def test_rows_of_another_database_are_refused(cast, station):
    with pytest.raises(NotKept):
        kept(_elsewhere, cast.city)


def _next_one(reader, number):
    return _stations(reader).filter(pk=number + 1)


def _if_any(reader, number):
    return _stations(reader).filter(pk=number) if number else _stations(reader)


def _if_first(reader, number):
    return _stations(reader) if number == 1 else _stations(reader).none()


def _if_many(reader, number):
    return _stations(reader) if number > 1 else _stations(reader).none()


def _every_other(reader, number):
    return _stations(reader).filter(pk=number % 2)


def _changed_so_often(reader, number):
    return _stations(reader).filter(version=number)


@pytest.mark.parametrize(
    "build", [_next_one, _if_any, _if_first, _if_many, _every_other, _changed_so_often]
)
def test_a_number_is_neither_reckoned_with_nor_looked_at(cast, station, build):
    """One more than the number that stands for the first would stand for the reader; and a
    column that cannot hold it would be found empty for ever."""
    with pytest.raises(NotKept):
        kept(build, cast.city, number=1)


def _of_kind(reader, code):
    return _stations(reader) if code == "4" else _stations(reader).none()


def _if_said(reader, code):
    return _stations(reader).filter(region__code=code) if code else _stations(reader)


def _longer(reader, code):
    return _stations(reader).filter(region__code=f"{code}_")


def _with_more(reader, code):
    return _stations(reader).filter(region__code=code + "_")


def _long(reader, code):
    return _stations(reader).filter(pk=len(code))


@pytest.mark.parametrize("build", [_of_kind, _if_said, _longer, _with_more, _long])
def test_a_text_is_neither_compared_nor_made_longer(cast, station, build):
    with pytest.raises(NotKept):
        kept(build, cast.city, code="4")


class Chooser:
    def __init__(self, name):
        self.name = name

    def rows(self, reader):
        return _stations(reader).filter(name=self.name)


def test_only_a_plain_function_is_kept(cast, station):
    """A method and a function with something filled in hold more than can be seen."""
    for build in (Chooser("甲").rows, partial(_of_level, level="town")):
        with pytest.raises(NotKept):
            kept(build, cast.city, **({} if isinstance(build, MethodType) else {"code": "1"}))


def _of_the_first(reader):
    return _stations(reader).filter(pk=Station.objects.order_by("pk").first().pk)


def test_what_a_function_reads_is_not_kept(cast, station):
    with pytest.raises(NotKept):
        kept(_of_the_first, cast.city)


def _named_like(reader, part):
    return _stations(reader).filter(name__contains=part)


def test_what_stands_in_a_pattern_is_put_in_every_time(cast, station):
    """Also where SQLite would plan the statement anew each time (LIKE_ONCE)."""
    for part in ("甲", "村", "%", "_", "没有", "甲一村"):
        assert kept(_named_like, cast.city, part=part) == list(_named_like(cast.city, part))


def test_a_function_that_closes_over_something_is_refused(cast, station):
    name = station.name

    def build(reader):
        return _stations(reader).filter(name=name)

    with pytest.raises(NotKept):
        kept(build, cast.manager)


def test_only_numbers_texts_and_days_can_be_given(cast, station):
    with pytest.raises(NotKept):
        kept(_of_level, cast.manager, level="town", code=station)


def _nobody(reader):
    return Veteran.objects.none()


def test_nothing_is_nothing(cast, station, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert kept(_nobody, cast.manager) == []
        assert kept_number(_nobody, cast.manager) == 0


def test_what_is_kept_has_a_bound(cast, station, monkeypatch):
    monkeypatch.setattr(module, "_STATEMENTS", Shelf(3))
    first = dt.date(2026, 1, 1)

    for number in range(10):
        kept(_founded, cast.manager, since=first + dt.timedelta(days=number))

    assert len(module._STATEMENTS.rows) == 3


# --- kept prepared by PostgreSQL ----------------------------------------------------------


needs_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="not on SQLite")


def _named(reader, station, words):
    """A constant with signs of its own, one value in several places."""
    found = Veteran.objects.visible_to(reader).filter(station=station, name__contains=words)
    return found.exclude(note="100%s").exclude(note__endswith=words).order_by("pk")


def _prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


@needs_postgres
def test_what_is_found_by_a_number_is_prepared_and_the_same(cast, station, other_station):
    VeteranFactory(station=station, name="张三")
    VeteranFactory(station=station, name="李%四", note="100%s")
    before = len(_prepared())

    for _ in range(3):
        for place in (station, other_station):
            for words in ("张", "%", "'", "\\"):
                given = {"station": place.pk, "words": words}
                assert kept(_named, cast.city, **given) == list(_named(cast.city, place, words))
                assert kept_number(_named, cast.city, **given) == len(
                    _named(cast.city, place, words)
                )

    assert len(_prepared()) == before + 2


@needs_postgres
def test_people_of_a_whole_county_are_planned_for_that_county(cast, station):
    assert kept(_people_of, cast.county) == kept(_stations_of, cast.county) == []
    assert not [text for text in _prepared() if "无此人" in text]
    assert len([text for text in _prepared() if "无此站" in text]) == 1


@needs_postgres
def test_what_is_looked_up_row_by_row_is_planned_once_for_all_readers(cast, station, other_station):
    mine, theirs = VeteranFactory(station=station), VeteranFactory(station=other_station)
    before = len(_prepared())

    found = {reader: kept(_few_people, reader) for reader in (cast.county, cast.outsider)}

    assert found == {cast.county: [mine], cast.outsider: [theirs]}
    assert len(_prepared()) == before + 1


def _few_people(reader):
    return Veteran.objects.row_by_row().visible_to(reader).order_by("pk")


def _people_of(reader):
    return Veteran.objects.visible_to(reader).filter(name="无此人").order_by("pk")


def _stations_of(reader):
    return Station.objects.visible_to(reader).filter(name="无此站").order_by("pk")


@needs_postgres
def test_a_run_that_failed_is_prepared_anew(cast, station):
    """A name whose PREPARE did not come through is not used."""
    statement = "SELECT 1 / $1"
    for _ in range(2):
        with (
            pytest.raises(DataError),
            transaction.atomic(),
            prepared.prepared("page", statement, ["bigint"]) as text,
            connection.cursor() as cursor,
        ):
            cursor.execute(text, [0])
    with prepared.prepared("page", statement, ["bigint"]) as text, connection.cursor() as cursor:
        cursor.execute(text, [1])
        assert cursor.fetchone() == (1,)


@needs_postgres
def test_the_least_used_statement_goes(db, monkeypatch):
    monkeypatch.setitem(prepared.KEPT, "few", 3)
    for number in range(6):
        with (
            prepared.prepared("few", f"SELECT {number}", []) as text,
            connection.cursor() as cursor,
        ):
            cursor.execute(text, [])
            assert cursor.fetchone() == (number,)
    left = [text.partition(" AS ")[2] for text in _prepared() if "PREPARE few_" in text]
    assert sorted(text[:8] for text in left) == ["SELECT 3", "SELECT 4", "SELECT 5"]
