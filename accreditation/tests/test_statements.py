"""Statements that are made once and kept: their text, their sets, their number."""

import datetime as dt
import gc
import tracemalloc

import pytest
from django.db import connection

from accreditation.models import Requirement
from accreditation.rubric import ensure_rubric_version_1
from accreditation.scoring import score_stations, statements
from accreditation.scoring.statements import fetch, kept, literal, read_once, statement
from records import prepared
from records.kept import Shelf
from stations.models import Station

ON = dt.date(2026, 5, 20)


def run(text, **given):
    return fetch(statement(text), **given)


@pytest.mark.parametrize(
    "value", ["it's", "100%", "%s", "%(stations)s", "a\\'b", "“春节”", ",red,", ""]
)
def test_a_text_comes_out_of_a_statement_as_it_went_in(db, value):
    assert run(f"SELECT {literal(value)}, 1") == [(value, 1)]


def test_other_values_have_their_text(db):
    rows = run(f"SELECT {literal(None)}, {literal(7)}, {literal(True)} WHERE {literal(True)}")

    assert [(a, b, bool(c)) for a, b, c in rows] == [(None, 7, True)]
    day = run(f"SELECT 1 WHERE {literal(dt.date(2026, 1, 2))} < {literal(dt.date(2026, 1, 10))}")
    assert day == [(1,)]


@pytest.mark.parametrize("value", ["a\0b", 1.5, dt.datetime(2026, 1, 1), b"x", [1]])
def test_what_has_no_text_is_refused(db, value):
    with pytest.raises(TypeError):
        literal(value)


def test_a_set_named_twice_is_read_once():
    text = "SELECT 1 FROM t WHERE a IN (SELECT b FROM c WHERE d = ')') OR e IN (SELECT b FROM c WHERE d = ')') OR f IN (SELECT g FROM h)"

    found = read_once(text)

    assert found.count("FROM c") == 1
    assert found.startswith("WITH set_0(id) AS MATERIALIZED (SELECT DISTINCT b FROM c WHERE d")
    assert "a IN (SELECT id FROM set_0) OR e IN (SELECT id FROM set_0)" in found
    assert "f IN (SELECT g FROM h)" in found


def test_a_bracket_that_never_closes_is_an_error():
    with pytest.raises(ValueError, match="bracket"):
        read_once("SELECT 1 WHERE a IN (SELECT b FROM c")


def test_what_is_kept_has_a_bound_and_the_least_used_goes():
    store = Shelf(2)
    store.get("a", lambda: 1)
    store.get("b", lambda: 2)
    store.get("a", lambda: 0)
    store.get("c", lambda: 3)

    assert list(store.rows) == ["a", "c"]
    assert store.get("a", lambda: 9) == 1
    assert store.get("b", lambda: 9) == 9


def test_what_is_kept_weighs_no_more_than_it_may():
    store = Shelf(50, len, 100)
    for number in range(30):
        store.get(number % 7, lambda number=number: "x" * (10 + number))
        assert store.bytes == sum(len(text) for text in store.rows.values()) <= 100

    store.get("too long", lambda: "x" * 101)
    assert (list(store.rows), store.bytes) == ([], 0)


def test_many_days_leave_a_bounded_number_of_statements(station):
    for day in range(20):
        score_stations(Station.objects.filter(pk=station.pk), on=ON + dt.timedelta(days=day))

    store = statements._STATEMENTS
    weights = [statements.weight(one) for one in store.rows.values()]
    assert 0 < len(weights) <= statements.KEPT
    assert store.bytes == sum(weights) <= statements.KEPT_BYTES
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE name LIKE 'score_%'")
            assert 0 < cursor.fetchone()[0] <= prepared.KEPT["score"]


@pytest.mark.long
def test_weeks_of_days_leave_the_memory_of_a_process_where_it_was(station):
    """What is kept per day fills its shelf in a fortnight, and the 128 statements that a
    connection to SQLite keeps in six weeks; from then on nothing grows."""
    asked = Station.objects.filter(pk=station.pk)

    def live(first, last):
        for number in range(first, last):
            score_stations(asked, on=ON + dt.timedelta(days=number))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        full = live(0, 45)
        later = live(45, 90)
    finally:
        tracemalloc.stop()

    assert later - full < 500_000


def test_behind_a_pooler_nothing_is_prepared(db, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    assert not prepared.is_possible()
    numbers = kept("numbers", lambda: f"SELECT 5 WHERE {literal('100%')} = '100%'")
    assert fetch(numbers) == [(5,)]


def test_a_changed_requirement_counts_at_once(station):
    rubric = ensure_rubric_version_1()
    asked = Station.objects.filter(pk=station.pk)
    before = score_stations(asked, on=ON)[station.pk].lines["C7.4"]

    Requirement.objects.filter(rubric=rubric, code="C7.4").update(points=70, label="改过")
    after = score_stations(asked, on=ON)[station.pk].lines["C7.4"]

    assert (before.max_points, after.max_points) == (50, 70)
    assert after.requirement.label == "改过"
