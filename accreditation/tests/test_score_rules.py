"""The rules that are easy to get wrong, each by hand."""

import datetime as dt

from accreditation.models import NotApplicable, Programme
from accreditation.rubric import ensure_rubric_version_1
from accreditation.scoring import dates, numbers, score_station, score_stations, serialise
from accreditation.scoring.not_applicable import within_cap
from accreditation.scoring.stored import store_scores
from activities.models import Activity, Film, Reception, SurveyResponse
from records.models import CountyConfirmation
from stations.models import Station
from tests.factories import (
    ActivityFactory,
    MembershipFactory,
    RegionFactory,
    StationFactory,
    TeamFactory,
    VeteranFactory,
)

ON = dt.date(2026, 5, 20)


def card_of(station, on=ON):
    return score_stations(Station.objects.filter(pk=station.pk), on=on)[station.pk]


def test_points_are_rounded_half_up_in_integers():
    assert numbers.round_points(1, (1, 2)) == 1
    assert numbers.round_points(250, (1, 3)) == 83
    assert numbers.round_points(150, (5, 6)) == 125
    assert numbers.round_points(60, (0, 1)) == 0


def _answers(station, number, source="paper", honour=5):
    SurveyResponse.objects.bulk_create(
        SurveyResponse(
            station=station, source=source, respondent="veteran", honour=honour, belonging=5,
            gain=5, overall=2, given_on=ON,
        )
        for _ in range(number)
    )  # fmt: skip


def test_whose_answers_speak_for_a_station(tree, station, town_station, other_station):
    """Its own from five on, else its town's, else those that the county got by telephone; read
    alone or with others, the same."""
    sibling = tree.stations["321322100202"]
    elsewhere = StationFactory(region=RegionFactory(parent=tree.county, level="town"))

    def said():
        several = score_stations(Station.objects.all(), on=ON)
        found = {}
        for one in (station, sibling, town_station, elsewhere, other_station):
            found[one] = card_of(one).facts.survey
            assert found[one] == several[one.pk].facts.survey
            assert found[one] == score_station(one.pk, on=ON).facts.survey
        return found

    _answers(station, 2)
    _answers(sibling, 2, source="phone")
    _answers(elsewhere, 2, source="phone", honour=1)
    assert said()[station] == (2, 0, "")

    _answers(elsewhere, 1, source="phone")
    assert said()[station] == (5, 13, "county") == said()[elsewhere]
    assert said()[other_station] == (0, 0, "")

    _answers(town_station, 1)
    assert said()[station] == (5, 15, "town") and said()[town_station] == (5, 15, "own")
    assert said()[elsewhere] == (5, 13, "county")

    _answers(station, 3)
    assert said()[station] == (5, 15, "own") and said()[sibling] == (8, 24, "town")


def test_months_and_quarters_are_complete_ones():
    months = dates.last_months(dt.date(2026, 1, 31))
    quarters = dates.last_quarters(dt.date(2026, 3, 31))

    assert months[0] == (dt.date(2025, 1, 1), dt.date(2025, 1, 31))
    assert months[-1] == (dt.date(2025, 12, 1), dt.date(2025, 12, 31))
    assert quarters[-1] == (dt.date(2025, 10, 1), dt.date(2025, 12, 31))
    assert dates.months_before(dt.date(2024, 2, 29), 12) == dt.date(2023, 2, 28)


def test_the_spring_festival_moves_with_the_calendar():
    assert dates.key_date_before("spring_festival", ON) == dt.date(2026, 2, 17)
    assert dates.key_date_before("lei_feng_month", dt.date(2026, 2, 28)) == dt.date(2025, 3, 1)


def test_a_share_of_what_remains_rounds_up():
    assert dates.scaled(10, 12, 12) == 10
    assert dates.scaled(10, 12, 5) == 5
    assert dates.scaled(3, 4, 1) == 1


def test_months_before_the_records_begin_are_left_out(station):
    station.records_begin_on = dt.date(2026, 2, 10)
    station.save()
    ActivityFactory(station=station, happened_on=dt.date(2026, 3, 5))

    line = card_of(station).lines["C6.1"]

    assert (line.n, line.of, line.points) == (1, 2, 150)


def test_an_official_figure_that_is_missing_leaves_the_line_to_be_judged(station):
    VeteranFactory(station=station)

    card = card_of(station)

    assert card.lines["C2.1"].state == "pending"
    assert "C2.1" in card.track("red").musts_missing
    assert card.track("red").common_max == 6000 - 150 - 200 - 150 - 200


def test_95_percent_is_full_and_70_is_nothing(station):
    station.registered_veterans = 20
    station.save()
    for _ in range(14):
        VeteranFactory(station=station)
    assert card_of(station).lines["C2.1"].points == 0

    for _ in range(5):
        VeteranFactory(station=station)
    assert card_of(station).lines["C2.1"].state == "met"


def test_a_person_in_two_teams_of_the_subtree_counts_once_for_the_town(station, town_station):
    person = VeteranFactory(station=station)
    for owner in (station, town_station):
        MembershipFactory(team=TeamFactory(station=owner), veteran=person)

    assert card_of(station).lines["C3.2"].n == 1
    assert card_of(town_station).lines["C3.2"].n == 1


def test_a_town_sees_a_villager_in_its_team_whom_the_village_does_not(station, town_station):
    person = VeteranFactory(station=station)
    MembershipFactory(team=TeamFactory(station=town_station), veteran=person)

    assert card_of(station).lines["C3.2"].n == 0
    assert card_of(town_station).lines["C3.2"].n == 1


def test_what_a_merged_village_recorded_is_its_successors(station):
    merged = StationFactory(region=RegionFactory(parent=station.region))
    ActivityFactory(station=merged, happened_on=ON, tags=["red"])

    assert card_of(station).lines["R1.3"].n == 1


def test_the_archive_holds_no_number_of_petitions(station):
    for answered in (ON, None):
        Reception.objects.create(
            station=station, received_on=dt.date(2026, 4, 30), visitor="x", matter="x",
            handler="x", answered_on=dt.date(2026, 5, 1) if answered else None,
        )  # fmt: skip

    line = serialise(card_of(station))["lines"]["C7.4"]

    assert (line["n"], line["of"]) == (500, 1000)
    assert line["found"] == "15天内答复或转办的占50.0%"
    assert line["points"] == 28


def test_no_war_veterans_is_full_only_when_the_county_confirms(station):
    assert card_of(station).lines["R2.1"].points == 0

    CountyConfirmation.objects.create(station=station, kind="no_war_veterans", by="张三", on=ON)

    assert card_of(station).lines["R2.1"].points == 300


def test_a_confirmed_not_applicable_earns_full_points_up_to_the_cap(station):
    for code in ("R4.1", "R4.2", "R4.3", "R2.2"):
        NotApplicable.objects.create(
            station=station, requirement=code, reason="本地没有", confirmed_on=ON
        )

    card = card_of(station)

    states = [card.lines[code].state for code in ("R4.1", "R4.2", "R4.3", "R2.2")]
    assert states == ["not_applicable"] * 3 + ["missing"]
    assert card.track("red").own == 800


def test_a_smaller_one_still_fits_under_the_cap():
    points = {"C1.1": 200, "C1.2": 150, "C1.6": 100}

    assert list(within_cap([("C1.1", ""), ("C1.2", ""), ("C1.6", "")], points)) == ["C1.1", "C1.6"]


def test_fewer_than_two_rural_stories_earn_nothing(station):
    assert card_of(station).lines["U4.1"].points == 0


def test_year_plans_wait_for_the_first_60_days(station):
    station.records_begin_on = ON - dt.timedelta(days=59)
    station.save()
    assert card_of(station).lines["C5.1"].state == "pending"

    station.records_begin_on = ON - dt.timedelta(days=60)
    station.save()
    assert card_of(station).lines["C5.1"].state == "missing"


def test_stored_scores_are_written_only_where_they_changed(tree, station):
    assert store_scores(on=ON) == 15
    assert store_scores(on=ON) == 0

    ActivityFactory(station=station, happened_on=ON, kind=Activity.Kind.VOLUNTEERING)

    assert store_scores(on=ON) == 6  # the village and its town, three tracks each


def test_a_film_counts_within_the_programme_it_is_scored_for(station):
    programme = Programme.objects.create(
        name="旧方案", starts_on=dt.date(2022, 9, 15), ends_on=dt.date(2025, 12, 31),
        rubric=ensure_rubric_version_1(),
    )  # fmt: skip
    Film.objects.create(station=station, title="x", duration=900, made_on=dt.date(2026, 1, 1))
    own = Station.objects.filter(pk=station.pk)

    assert score_stations(own, on=ON, programme=programme)[station.pk].lines["C6.5"].points == 0
    assert score_stations(own, on=ON)[station.pk].lines["C6.5"].points == 150
