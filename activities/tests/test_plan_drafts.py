"""A year's plan proposed from the key dates, the track and what the station has."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from activities.models import KeyDate, Plan, PlanItem
from activities.plans import calendar, drafting
from tests.factories import (
    GroupFactory,
    PlanItemFactory,
    ResourceFactory,
    ResourceUseFactory,
    TeamFactory,
)

pytestmark = pytest.mark.usefixtures("in_november")
TODAY = dt.date(2026, 11, 20)
SIX = {
    "spring_festival", "lei_feng_month", "july_first", "august_first", "martyrs_day",
    "national_day",
}  # fmt: skip


def key_date(code):
    return KeyDate.objects.get(code=code)


@pytest.mark.parametrize("track", ["", "red", "historical", "rural"])
def test_a_year_is_proposed_from_the_key_dates_and_the_track(station, track):
    station.track = track

    rows = drafting.propose(station, 2027, TODAY)

    assert {row.key_date.code for row in rows if row.key_date} >= SIX
    assert {row.planned_on.month for row in rows} == set(range(1, 13))
    assert all(row.place and row.owner and row.title for row in rows)
    assert len({row.code for row in rows}) == len(rows)
    special = {row.title for row in rows} - {
        row.title for row in drafting.propose(_plain(station), 2027, TODAY)
    }
    assert bool(special) == bool(track)


def _plain(station):
    station.track = ""
    return station


def test_the_spring_festival_follows_the_calendar(station):
    visits = {
        year: next(
            row.planned_on
            for row in drafting.propose(station, year, TODAY)
            if row.title == "春节走访慰问"
        )
        for year in (2027, 2028)
    }

    assert visits == {2027: dt.date(2027, 1, 31), 2028: dt.date(2028, 1, 20)}


def test_a_day_of_study_gives_way_to_the_public_holidays(station):
    rows = {row.key: row for row in drafting.propose(station, 2027, TODAY)}
    holidays = calendar.public_holidays(2027)

    assert dt.date(2027, 2, 8) in holidays
    assert rows["study-2"].planned_on > dt.date(2027, 2, 8)
    assert rows["study-2"].planned_on not in holidays
    assert rows["national"].planned_on == dt.date(2027, 10, 1)


def test_days_that_have_passed_are_not_planned(station):
    assert min(row.planned_on for row in drafting.propose(station, 2026, TODAY)) >= TODAY


def test_places_and_groups_of_the_station_go_into_the_draft(station):
    use = ResourceFactory(name="烈士陵园", region=station.region, kind="memorial_place")
    ResourceUseFactory(station=station, resource=use)
    GroupFactory(team=TeamFactory(station=station), name="便民维修小组")

    rows = {row.code: row for row in drafting.propose(station, 2027, TODAY)}

    assert rows["2027:martyrs"].place == "烈士陵园"
    assert rows["2027:study-3"].place == station.name
    assert rows["2027:service-5"].title == "志愿服务日：便民维修小组"


def test_a_key_date_of_the_city_gets_an_item(station):
    KeyDate.objects.create(code="city-x", name="双拥日", month=6, day=10)

    titles = [row.title for row in drafting.propose(station, 2027, TODAY)]

    assert "双拥日活动" in titles


def draft_url(station, year=2027):
    return f"/stations/{station.code}/plans/draft/?year={year}"


def as_typed(proposals, **changes):
    data = {}
    for row in proposals:
        data |= {
            f"{row.key}-on": "1",
            f"{row.key}-day": row.typed_day,
            f"{row.key}-title": row.title,
            f"{row.key}-kind": row.kind,
            f"{row.key}-place": row.place,
            f"{row.key}-owner": row.owner,
        }
    return {name: value for name, value in (data | changes).items() if value is not None}


def make_draft(client, station, **changes):
    proposals = [
        row for _, rows in client.get(draft_url(station)).context.get("months", []) for row in rows
    ]
    return client.post(draft_url(station), as_typed(proposals, **changes), follow=True)


def test_the_draft_becomes_one_set_of_items_and_seventeen_papers(cast, station, login):
    response = make_draft(
        login(cast.manager),
        station,
        **{"study-1-on": None, "leifeng-day": "2027-03-06", "leifeng-place": "村广场"},
    )

    items = PlanItem.objects.filter(station=station)
    assert not items.filter(origin="2027:study-1").exists()
    moved = items.get(origin="2027:leifeng")
    assert (moved.planned_on, moved.place, moved.kind) == (
        dt.date(2027, 3, 6), "村广场", "volunteering",
    )  # fmt: skip
    assert moved.key_date == key_date("lei_feng_month")
    plans = Plan.objects.filter(station=station, year=2027)
    assert plans.count() == 17
    assert set(plans.values_list("state", flat=True)) == {"draft"}
    assert all(plan.body.startswith("（代拟稿）") for plan in plans)
    assert "17份计划草稿" in response.content.decode()
    assert AuditEntry.objects.get(action="plan.draft").after["计划"] == 17


def test_the_second_draft_proposes_only_what_is_missing(cast, station, login):
    client = login(cast.manager)
    make_draft(client, station, **{"walk-on": None})
    PlanItem.objects.filter(origin="2027:autumn").update(
        title="登高", planned_on=dt.date(2027, 11, 3)
    )

    page = client.get(draft_url(station))

    assert [row.key for _, rows in page.context["months"] for row in rows] == ["walk"]
    before = PlanItem.objects.count()
    client.post(draft_url(station), as_typed([]))
    assert PlanItem.objects.count() == before
    assert Plan.objects.count() == 17


def test_what_was_planned_by_hand_is_not_proposed_again(station):
    PlanItemFactory(
        station=station, planned_on=dt.date(2027, 9, 29), title="祭扫",
        key_date=key_date("martyrs_day"),
    )  # fmt: skip
    PlanItemFactory(station=station, planned_on=dt.date(2027, 5, 9), title="集中学习日（党课）")

    codes = {row.key for row in drafting.propose(station, 2027, TODAY)}

    assert not {"martyrs", "study-5"} & codes
    assert {"national", "study-6"} <= codes


def test_two_who_draft_at_once_make_no_item_twice(cast, station):
    proposals = drafting.propose(station, 2027, TODAY)

    first = drafting.create(station, 2027, proposals, actor=cast.manager)
    second = drafting.create(station, 2027, proposals, actor=cast.town)

    assert first == (len(proposals), 17)
    assert second == (0, 0)
    assert PlanItem.objects.count() == len(proposals)


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("walk-day", "2026-05-20", "日期应在2027年内"),
        ("walk-day", "五月", "请填写正确的日期"),
        ("walk-title", "", "请填写事项"),
        ("walk-place", "长" * 81, "地点不能超过80个字"),
    ],
)
def test_a_wrong_row_stops_all_and_keeps_what_was_typed(cast, station, login, cell, value, said):
    response = make_draft(login(cast.manager), station, **{cell: value, "leifeng-owner": "老赵"})

    page = response.content.decode()
    assert response.status_code == 400
    assert said in page
    assert 'value="老赵"' in page
    assert not PlanItem.objects.exists()
