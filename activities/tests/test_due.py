"""Who is due a visit."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities.due import (
    due_visits,
    last_day_over,
    months_after,
    standing_reasons,
    years_before,
)
from activities.models import Activity, CareReason
from tests.factories import ActivityFactory, ParticipationFactory, StationFactory, VeteranFactory

TODAY = dt.date(2026, 11, 23)


def visit(person, day, *, kind="visit", role="visited", **fields):
    activity = ActivityFactory(station=person.station, kind=kind, happened_on=day, **fields)
    return ParticipationFactory(activity=activity, veteran=person, role=role)


def due(station, user):
    return due_visits(station, user, list(standing_reasons()), on=TODAY)


def names(found):
    return {one.person.name: [reason.applies_to for reason in one.reasons] for one in found}


def test_each_reason_finds_its_people(cast, station):
    VeteranFactory(station=station, name="重点", is_priority=True)
    VeteranFactory(station=station, name="八十", birth_date=dt.date(1946, 11, 23))
    VeteranFactory(station=station, name="未满", birth_date=dt.date(1946, 11, 24))
    VeteranFactory(station=station, name="带病", care_categories=["returned_ill"])
    VeteranFactory(station=station, name="烈属", care_categories=["martyr_family"])
    VeteranFactory(station=station, name="寻常")

    assert names(due(station, cast.manager)) == {
        "重点": ["priority"],
        "八十": ["aged"],
        "带病": ["care", "returned_ill"],
        "烈属": ["care", "bereaved"],
    }


@pytest.mark.parametrize("status", ["deceased", "moved", "lost"])
def test_nobody_is_reminded_of_who_is_not_there(cast, station, status):
    VeteranFactory(station=station, is_priority=True, status=status)
    assert due(station, cast.manager) == []


@pytest.mark.parametrize(
    ("day", "late"),
    [
        (dt.date(2026, 8, 23), None),
        (dt.date(2026, 8, 22), 1),
        (dt.date(2026, 2, 22), 185),
    ],
)
def test_a_visit_counts_for_its_period_of_three_months(cast, station, day, late):
    person = VeteranFactory(station=station, is_priority=True)
    visit(person, day)
    assert [one.late for one in due(station, cast.manager)] == ([late] if late else [])


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"kind": "talk", "role": "participant"}, True),
        ({"by_phone": True}, True),
        ({"kind": "study", "role": "participant"}, False),
    ],
)
def test_visits_talks_and_calls_count_and_nothing_else(cast, station, changes, counts):
    person = VeteranFactory(station=station, is_priority=True)
    visit(person, TODAY, **changes)
    assert (due(station, cast.manager) == []) is counts


def test_only_the_reasons_whose_period_is_over_remain(cast, station):
    person = VeteranFactory(station=station, is_priority=True, birth_date=dt.date(1930, 1, 1))
    visit(person, dt.date(2026, 7, 1))
    assert list(names(due(station, cast.manager)).values()) == [["priority"]]


def test_priority_first_then_who_never_was_visited(cast, station):
    late = VeteranFactory(station=station, name="久", birth_date=dt.date(1930, 1, 1))
    visit(late, dt.date(2020, 1, 1))
    VeteranFactory(station=station, name="从未", birth_date=dt.date(1930, 1, 1))
    recent = VeteranFactory(station=station, name="重点", is_priority=True)
    visit(recent, dt.date(2026, 8, 1))

    assert list(names(due(station, cast.manager))) == ["重点", "从未", "久"]


def test_a_reason_out_of_use_or_without_a_period_lists_nobody(cast, station):
    VeteranFactory(station=station, is_priority=True)
    CareReason.objects.filter(applies_to="priority").update(is_active=False)
    assert due(station, cast.manager) == []


def test_the_end_of_a_month_and_of_february():
    assert months_after(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 28)
    assert months_after(dt.date(2026, 1, 31), 12) == dt.date(2027, 1, 31)
    assert years_before(dt.date(2028, 2, 29), 81) == dt.date(1947, 2, 28)


def test_one_tap_opens_the_visit_and_saving_it_clears_the_list(cast, station, login):
    person = VeteranFactory(station=station, is_priority=True, residence="away")
    client, address = login(cast.manager), reverse("visits_due", args=[station.code])
    page = client.get(address).content.decode()
    reason = CareReason.objects.get(applies_to="priority")
    link = f"?kind=visit&amp;people={person.pk}&amp;care_reason={reason.pk}&amp;by_phone=on"
    assert link in page

    quick = reverse("quick_activity", args=[station.code])
    form = client.get(quick + link.replace("&amp;", "&")).context["form"]
    data = {name: form[name].value() for name in ("kind", "care_reason", "by_phone", "people")}
    client.post(quick, data | {"title": "走访", "happened_on": form["happened_on"].value()})

    activity = Activity.objects.get()
    assert (activity.by_phone, activity.care_reason) == (True, reason)
    assert client.get(address).context["page"].paginator.count == 0


def test_the_list_narrows_to_one_reason(cast, station, login):
    VeteranFactory(station=station, name="重点", is_priority=True)
    VeteranFactory(station=station, name="带病", care_categories=["returned_ill"])
    reason = CareReason.objects.get(applies_to="returned_ill")
    address = reverse("visits_due", args=[station.code])

    page = login(cast.county).get(address, {"reason": reason.pk}).context["page"]

    assert [one.person.name for one in page] == ["带病"]


def test_ten_people_cost_no_more_than_one(cast, station, login, django_assert_max_num_queries):
    client, address = login(cast.manager), reverse("visits_due", args=[station.code])
    client.get(address)
    for _ in range(10):
        visit(VeteranFactory(station=station, is_priority=True), dt.date(2020, 1, 1))
    # One query for each of the five reasons that the city keeps.
    with django_assert_max_num_queries(11):
        assert client.get(address).context["page"].paginator.count == 10


def test_object_and_period_are_entered_together(cast, login):
    row = CareReason.objects.get(scheme="五关爱", name="权益维护")
    address = reverse("list_row", args=["care-reasons", row.pk])
    client = login(cast.city)
    opened = client.get(address).context["opened"]
    data = {"scheme": row.scheme, "name": row.name, "sort_order": row.sort_order}

    half = client.post(address, data | {"applies_to": "aged", "opened": opened})
    client.post(address, data | {"applies_to": "aged", "every_months": "2", "opened": opened})

    assert "请一起填写" in half.content.decode()
    row.refresh_from_db()
    assert (row.applies_to, row.every_months) == ("aged", 2)


def overview(client, **query):
    return client.get(reverse("visits_overview"), query).context


def test_the_last_day_that_is_over_for_every_day_and_period():
    for number in range(0, 800, 7):
        today = dt.date(2027, 1, 1) + dt.timedelta(days=number)
        for months in (1, 3, 6, 12, 36):
            day = last_day_over(today, months)
            assert months_after(day, months) < today
            assert months_after(day + dt.timedelta(days=1), months) >= today


def test_the_county_sees_how_many_are_due_at_each_station(cast, station, other_station, login):
    reason = CareReason.objects.get(applies_to="priority")
    VeteranFactory(station=station, name="甲", is_priority=True)
    seen = VeteranFactory(station=station, name="乙", birth_date=dt.date(1930, 1, 1))
    visit(seen, dt.date(2020, 1, 1))
    visit(VeteranFactory(station=station, is_priority=True), timezone.localdate())
    VeteranFactory(station=other_station, is_priority=True)

    page = overview(login(cast.county))
    narrowed = overview(login(cast.county), reason=reason.pk, view="people")

    counts = {one: found for one, found in page["page"] if found}
    assert counts == {station: {"station": station.pk, "due": 2, "priority": 1, "never": 1}}
    assert page["totals"] == {"due": 2, "priority": 1, "never": 1}
    assert [one.person.name for _, one in narrowed["page"]] == ["甲"]


def test_the_list_across_stations_says_what_each_station_says(cast, station, login):
    for day in (None, dt.date(2020, 1, 1), dt.date(2025, 12, 1), timezone.localdate()):
        for fields in ({"is_priority": True}, {"birth_date": dt.date(1930, 1, 1)}, {}):
            person = VeteranFactory(station=station, care_categories=["disabled"], **fields)
            if day:
                visit(person, day)
    client = login(cast.county)

    rows = [one for _, one in overview(client, view="people")["page"]]
    own = client.get(reverse("visits_due", args=[station.code])).context["page"]

    said = {one.person.pk: (one.last, one.late, {r.pk for r in one.reasons}) for one in own}
    assert {o.person.pk: (o.last, o.late, {r.pk for r in o.reasons}) for o in rows} == said
    assert 8 <= len(said) < 12


def test_a_town_sees_its_villages_and_a_talk_counts_there_too(cast, station, town_station, login):
    visit(VeteranFactory(station=station, is_priority=True), timezone.localdate(), kind="talk")
    VeteranFactory(station=town_station, is_priority=True)

    totals = overview(login(cast.town))["totals"]

    assert totals["due"] == 1


@pytest.mark.parametrize("view", ["", "people"])
def test_many_stations_cost_no_more_than_one(cast, station, login, view, django_assert_num_queries):
    client = login(cast.county)
    VeteranFactory(station=station, is_priority=True)
    overview(client, view=view)
    with CaptureQueriesContext(connection) as one:
        overview(client, view=view)
    for _ in range(8):
        place = StationFactory(region__parent=station.region.parent)
        visit(VeteranFactory(station=place, is_priority=True), dt.date(2020, 1, 1))
    with django_assert_num_queries(len(one)):
        assert overview(client, view=view)["totals"]["due"] == 9
