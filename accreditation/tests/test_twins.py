"""The score against its twins, on seeded random records, for one station and for 36."""

import datetime as dt
from fractions import Fraction

import pytest

from accreditation.models import Programme
from accreditation.rubric import ensure_rubric_version_1
from accreditation.scoring import make_context, score_stations
from accreditation.scoring.explain import counted_rows
from accreditation.scoring.measures import MEASURES
from accreditation.tests.score_world import ON, World, build_tree
from accreditation.tests.twins_of_tracks import Twin
from stations.models import Station

QUERIES = 9


@pytest.fixture
def programme(db):
    return Programme.objects.create(
        name="测试方案", starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2028, 12, 31),
        rubric=ensure_rubric_version_1(), is_current=True,
    )  # fmt: skip


def share_of(found):
    return None if found.share is None else min(Fraction(1), Fraction(*found.share))


def differences(cards):
    found = []
    for station in Station.objects.filter(pk__in=cards).select_related("region__parent"):
        card, twin = cards[station.pk], Twin(station, ON)
        for requirement, result in zip(card.requirements, card.found, strict=True):
            wanted = twin.share(requirement.measure)
            if share_of(result) != wanted:
                found.append((station.code, requirement.code, requirement.measure, result, wanted))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_every_measure_equals_its_twin_for_all_stations_in_nine_queries(
    programme, seed, django_assert_num_queries
):
    build_tree()
    World(seed).fill()

    score_stations(Station.objects.all(), on=ON)  # looks up content types once
    with django_assert_num_queries(QUERIES):
        cards = score_stations(Station.objects.all(), on=ON)

    assert len(cards) == 36
    assert differences(cards) == []


def test_one_station_scores_the_same_alone_in_as_many_queries(
    programme, django_assert_num_queries, monkeypatch
):
    build_tree(towns=2)
    World(3).fill()
    monkeypatch.setattr("accreditation.scoring.facts.SCOPED_UP_TO", 0)
    everybody = score_stations(Station.objects.all(), on=ON)
    monkeypatch.setattr("accreditation.scoring.facts.SCOPED_UP_TO", 300)

    for station in Station.objects.all():
        with django_assert_num_queries(QUERIES):
            alone = score_stations(Station.objects.filter(pk=station.pk), on=ON)
        assert alone[station.pk].found == everybody[station.pk].found


def test_the_rows_behind_a_line_are_the_ones_that_were_counted(programme):
    build_tree(towns=2)
    World(4).fill()
    cards = score_stations(Station.objects.all(), on=ON)
    context = make_context(ON, None, is_scoped=False)
    wrong = []

    for station in Station.objects.select_related("region"):
        facts = cards[station.pk].facts
        for name, measure in MEASURES.items():
            if not measure.rows:
                continue
            for (_, counter), rows in zip(
                measure.rows, counted_rows(name, context, station), strict=True
            ):
                if counter.split(".")[0] in ("shown_people", "surveys", "editions"):
                    continue  # people once however often shown; answers; days
                ok = sum(row.ok for row in rows)
                guests = counter.startswith(("people.member", "people.hometown_member"))
                if ok != facts[counter] and not (guests and ok <= facts[counter]):
                    wrong.append((station.code, name, counter, ok, facts[counter]))

    assert wrong == []


def test_the_random_records_reach_both_ends_of_every_measure(programme):
    """A twin that agrees on nothing but zeros would prove nothing."""
    build_tree()
    World(1).fill()
    cards = score_stations(Station.objects.all(), on=ON).values()

    values = {name: set() for name in MEASURES if name != "judged"}
    for card in cards:
        for requirement, found in zip(card.requirements, card.found, strict=True):
            if requirement.measure in values:
                values[requirement.measure].add(share_of(found))

    dull = [name for name, seen in values.items() if len(seen) < 2]
    assert ",".join(dull) == ""
