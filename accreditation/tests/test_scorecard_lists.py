"""The overviews of what counties confirm and of what they hold not applicable."""

import datetime as dt

import pytest

from accreditation.models import NotApplicable
from accreditation.rubric import ensure_rubric_version_1
from records.models import CountyConfirmation
from stations.models import Station

pytestmark = pytest.mark.django_db
CONFIRMATIONS = "/accreditation/confirmations/"
PROPOSALS = "/accreditation/not-applicable/"


def confirmed(station, kind, number=2):
    return CountyConfirmation.objects.create(
        station=station, kind=kind, number=number, by="张三", on="2026-01-01"
    )


def listed(client, address, **query):
    rows = client.get(address, query).context["rows"]
    return [row.station.region.code for row in rows]


def track(station, name):
    Station.objects.filter(pk=station.pk).update(track=name)


def test_a_county_sees_which_stations_still_wait_for_a_figure(cast, tree, login):
    red, old, rural = (tree.stations[f"321322100{n}"] for n in ("201", "202", ""))
    track(red, "red"), track(old, "historical"), track(rural, "rural")
    track(tree.stations["321391100201"], "red")
    confirmed(red, "red_resource_count", 7)
    county = login(cast.county)

    assert listed(county, CONFIRMATIONS) == [red.code, old.code]
    assert listed(county, CONFIRMATIONS, state="open") == [red.code, old.code]
    confirmed(red, "martyr_story_count")
    assert listed(county, CONFIRMATIONS, state="open") == [old.code]
    assert listed(county, CONFIRMATIONS, track="red") == [red.code]
    assert listed(county, CONFIRMATIONS, q=old.name) == [old.code]
    page = county.get(CONFIRMATIONS).content.decode()
    assert f'href="/stations/{old.code}/scorecard/?track=historical#confirmations">去确认' in page
    assert '<td class="text-end">7</td>' in page


def test_only_a_county_is_asked_to_enter(cast, tree, login, station):
    track(station, "red")

    page = login(cast.city).get(CONFIRMATIONS).content.decode()

    assert "待确认" in page and "去确认" not in page


def test_nobody_sees_the_confirmations_or_proposals_of_another_county(cast, tree, login):
    far = tree.stations["321391100201"]
    track(far, "red")
    NotApplicable.objects.create(station=far, requirement="R4.1", reason="本地没有")

    assert listed(login(cast.county), CONFIRMATIONS) == []
    assert listed(login(cast.county), PROPOSALS) == []
    assert listed(login(cast.other_county), PROPOSALS) == [far.code]
    assert listed(login(cast.city), PROPOSALS) == [far.code]


def test_proposals_are_found_by_what_the_city_answered(cast, login, station, tree):
    ensure_rubric_version_1()
    today = dt.date(2026, 11, 23)
    made = {
        "open": NotApplicable.objects.create(station=station, requirement="R4.1", reason="没有"),
        "confirmed": NotApplicable.objects.create(
            station=station, requirement="R1.1", reason="没有", confirmed_on=today
        ),
        "declined": NotApplicable.objects.create(
            station=station, requirement="C1.2", reason="没有", declined_on=today
        ),
    }
    city = login(cast.city)

    for state, row in made.items():
        rows = city.get(PROPOSALS, {"state": state}).context["rows"]
        assert [found.pk for found in rows] == [row.pk]
    page = city.get(PROPOSALS).content.decode()
    assert f'href="/stations/{station.code}/scorecard/?track=red#R4.1"' in page
    assert "红色4-1 " in page
    assert page.count("去确认") == 1


def test_the_desk_of_a_county_leads_to_its_open_proposals(cast, login, station):
    NotApplicable.objects.create(station=station, requirement="R4.1", reason="没有")

    desk = login(cast.county).get("/").content.decode()

    assert f'href="{PROPOSALS}?state=open"' in desk


@pytest.mark.parametrize("address", [CONFIRMATIONS, PROPOSALS])
@pytest.mark.parametrize("person", ["town", "manager", "leader"])
def test_stations_and_readers_are_refused(address, person, cast, login):
    answer = login(getattr(cast, person)).get(address)

    assert answer.status_code == 403
    assert "由县（区）、功能区和市局查看" in answer.content.decode()


@pytest.mark.parametrize("address", [CONFIRMATIONS, PROPOSALS])
@pytest.mark.parametrize("rows", [1, 4])
def test_the_lists_cost_at_most_eight_queries(
    address, rows, cast, tree, login, django_assert_max_num_queries
):
    for station in list(tree.stations.values())[:rows]:
        track(station, "red")
        confirmed(station, "red_resource_count")
        NotApplicable.objects.create(station=station, requirement="R4.1", reason="没有")
    client = login(cast.city)
    client.get(address)

    with django_assert_max_num_queries(8):
        client.get(address)
