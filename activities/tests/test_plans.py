"""Plans: states, approval, what was done for an item, the calendar."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from activities.models import Plan, PlanItem
from activities.plans import calendar, workflow
from activities.plans.items import state_of, tally, window
from tests.factories import (
    ActivityFactory,
    PlanFactory,
    PlanItemFactory,
)

pytestmark = pytest.mark.usefixtures("in_november")
TODAY = dt.date(2026, 11, 20)


# --- how it stands -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "done", "reason", "state"),
    [
        (11, False, "", "planned"),
        (10, False, "", "due"),
        (0, False, "", "due"),
        (-1, False, "", "late"),
        (-1, True, "", "done"),
        (-1, False, "大雨", "cancelled"),
    ],
)
def test_the_states_of_an_item(days, done, reason, state):
    assert state_of(TODAY + dt.timedelta(days=days), done, reason, TODAY) == state


def test_windows_of_the_three_papers():
    assert window("year", 2027, 1) == (dt.date(2027, 1, 1), dt.date(2027, 12, 31))
    assert window("quarter", 2027, 2) == (dt.date(2027, 4, 1), dt.date(2027, 6, 30))
    assert window("month", 2028, 2) == (dt.date(2028, 2, 1), dt.date(2028, 2, 29))


def test_the_share_kept_counts_done_and_cancelled_of_what_has_passed(cast, station, login):
    days = [dt.date(2026, 10, day) for day in (5, 12, 19, 26)]
    items = [PlanItemFactory(station=station, planned_on=day) for day in days]
    PlanItemFactory(station=station, planned_on=TODAY)
    ActivityFactory(station=station, plan_item=items[0], happened_on=days[0])
    ActivityFactory(station=station, plan_item=items[1], happened_on=days[1])
    PlanItem.objects.filter(pk=items[2].pk).update(cancelled_reason="大雨")

    rows = login(cast.manager).get(f"/stations/{station.code}/plans/").context["rows"]

    october = next(row["tally"] for row in rows if row["label"] == "10月")
    assert (october.past, october.done, october.cancelled, october.open) == (4, 2, 1, 1)
    assert october.share == 0.75
    november = next(row["tally"] for row in rows if row["label"] == "11月")
    assert (november.planned, november.past, november.share) == (1, 0, None)
    assert tally([], TODAY).share is None


def test_the_county_sees_each_station_in_its_own_order(
    cast, tree, station, town_station, other_station, login
):
    done = PlanItemFactory(station=town_station, planned_on=dt.date(2026, 3, 1))
    ActivityFactory(station=town_station, plan_item=done, happened_on=TODAY)
    PlanItemFactory(station=station, planned_on=dt.date(2026, 3, 1))
    PlanItemFactory(station=other_station, planned_on=dt.date(2026, 3, 1))
    PlanFactory(station=station, year=2026, state="approved")

    table = login(cast.county).get("/plans/").context["table"]

    assert [row["station"].code for row in table] == [
        "321322100", "321322100201", "321322100202",
    ]  # fmt: skip
    assert [row["tally"].share for row in table] == [1, 0, None]
    assert [row["has_year"] for row in table] == [False, True, False]


# --- approving, cancelling, linking ------------------------------------------------------


def approve(client, station, *plans, **data):
    data = {
        "plan": [p.pk for p in plans],
        "approved_by": "张站长",
        "approved_on": "2026-11-19",
    } | data
    return client.post(f"/stations/{station.code}/plans/approve/", data, follow=True)


@pytest.fixture
def drafts(station):
    PlanItemFactory(station=station, planned_on=dt.date(2026, 11, 25))
    return [
        PlanFactory(station=station, year=2026, body="（代拟稿）\n全年安排。"),
        PlanFactory(station=station, year=2026, period="month", number=11, title="11月方案"),
    ]


def test_plans_are_approved_together(cast, station, login, drafts):
    approve(login(cast.town), station, *drafts)

    for plan in drafts:
        plan.refresh_from_db()
        assert (plan.state, plan.approved_by, str(plan.approved_on)) == (
            "approved", "张站长", "2026-11-19",
        )  # fmt: skip
    assert drafts[0].body == "全年安排。"
    assert AuditEntry.objects.filter(action="plan.approve").count() == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"approved_by": ""}, "请填写审定人"),
        ({"approved_on": "2026-11-21"}, "不能晚于今天"),
        ({"approved_on": "x"}, "请填写正确的日期"),
        ({"plan": []}, "请先勾选"),
        ({"plan": ["x", "²", "9" * 30]}, "请先勾选"),
    ],
)
def test_an_approval_that_lacks_something_is_refused(cast, station, login, drafts, data, said):
    response = approve(login(cast.manager), station, *drafts, **data)

    assert said in response.content.decode()
    assert not Plan.objects.filter(state="approved").exists()


def test_an_empty_paper_is_not_approved_and_none_with_it(cast, station, login, drafts):
    empty = PlanFactory(station=station, year=2026, period="month", number=12, title="12月方案")

    response = approve(login(cast.manager), station, *drafts, empty)

    assert "“12月方案”还没有计划事项" in response.content.decode()
    assert not Plan.objects.filter(state="approved").exists()


def test_of_two_who_approve_one_is_told(cast, drafts):
    stale = list(Plan.objects.all())
    workflow.approve(stale, name="甲", on=TODAY, actor=cast.manager)

    with pytest.raises(workflow.Refused, match="刚刚被其他人"):
        workflow.approve(stale, name="乙", on=TODAY, actor=cast.town)

    assert set(Plan.objects.values_list("approved_by", flat=True)) == {"甲"}


def test_cancelling_asks_for_a_reason(cast, station, login):
    item = PlanItemFactory(station=station)
    client, url = login(cast.manager), f"/stations/{station.code}/plans/item/{item.pk}/cancel/"

    refused = client.post(url, {"reason": " "}).content.decode()
    client.post(url, {"reason": "连日大雨"})

    item.refresh_from_db()
    assert "请填写取消原因" in refused
    assert item.cancelled_reason == "连日大雨"
    assert AuditEntry.objects.get(action="plan.cancel").reason == "连日大雨"


def test_what_was_done_is_not_cancelled(cast, station, login):
    item = PlanItemFactory(station=station)
    ActivityFactory(station=station, plan_item=item)

    page = login(cast.manager).post(
        f"/stations/{station.code}/plans/item/{item.pk}/cancel/", {"reason": "大雨"}
    )

    item.refresh_from_db()
    assert "已有活动记录" in page.content.decode()
    assert item.cancelled_reason == ""


@pytest.fixture
def item(station):
    return PlanItemFactory(
        station=station, planned_on=dt.date(2026, 11, 10), title="老兵讲战斗故事"
    )


def activity(station, day, title, **fields):
    return ActivityFactory(
        station=station, happened_on=dt.date(2026, 11, 10) + dt.timedelta(days=day), title=title,
        **fields,
    )  # fmt: skip


def test_the_likeliest_activity_comes_first(cast, station, other_station, item):
    alike = activity(station, 9, "老兵讲战斗故事活动")
    near = activity(station, 0, "植树")
    activity(station, 16, "老兵讲战斗故事")
    activity(station, 1, "老兵讲战斗故事", plan_item=PlanItemFactory(station=station))
    activity(other_station, 0, "老兵讲战斗故事")

    assert workflow.activities_for(item, cast.manager) == [alike, near]
    assert workflow.items_for(alike, [item]) == [item]
    assert workflow.items_for(activity(station, 16, "远"), [item]) == []


def test_an_item_is_linked_to_what_was_done(cast, station, login, item):
    done = activity(station, 2, "老兵讲故事")
    client = login(cast.manager)
    url = f"/stations/{station.code}/plans/item/{item.pk}/link/"

    shown = client.get(url).context["activities"]
    client.post(url, {"activity": done.pk})

    done.refresh_from_db()
    assert shown == [done]
    assert done.plan_item == item
    assert AuditEntry.objects.get(action="plan.link").label == "老兵讲故事"


def test_without_an_activity_the_item_leads_to_recording_one(cast, station, login, item):
    page = login(cast.manager).get(f"/stations/{station.code}/plans/item/{item.pk}/link/")

    assert f"activities/quick/?plan_item={item.pk}" in page.content.decode()


def test_activities_are_linked_from_their_own_side(cast, station, login, item):
    done, left = activity(station, 2, "老兵讲故事"), activity(station, 3, "植树")
    client = login(cast.manager)
    url = f"/stations/{station.code}/plans/unplanned/"

    rows = client.get(url).context["rows"]
    client.post(url, {f"a{done.pk}": item.pk, f"a{left.pk}": ""})

    done.refresh_from_db(), left.refresh_from_db()
    assert {row[0] for row in rows} == {done, left}
    assert (done.plan_item, left.plan_item) == (item, None)


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 30])
def test_an_activity_that_is_not_there_is_not_linked(cast, station, login, item, key):
    url = f"/stations/{station.code}/plans/item/{item.pk}/link/"

    assert login(cast.manager).post(url, {"activity": key}).status_code == 404


def test_a_linked_activity_is_not_taken_away(cast, station, item):
    done = activity(station, 2, "老兵讲故事")
    workflow.link(done, item, actor=cast.manager)

    with pytest.raises(workflow.Refused, match="已经关联"):
        workflow.link(done, PlanItemFactory(station=station), actor=cast.manager)

    done.refresh_from_db()
    assert done.plan_item == item


def test_a_cancelled_item_or_one_elsewhere_takes_no_activity(cast, station, town_station, item):
    done = activity(station, 2, "老兵讲故事")
    gone = PlanItemFactory(station=station, cancelled_reason="大雨")

    with pytest.raises(workflow.Refused, match="已经取消"):
        workflow.link(done, gone, actor=cast.manager)
    with pytest.raises(workflow.Refused, match="不属于同一个服务站"):
        workflow.link(done, PlanItemFactory(station=town_station), actor=cast.town)


# --- calendar and paper ------------------------------------------------------------------


def test_a_month_shows_items_key_dates_and_holidays(cast, station):
    item = PlanItemFactory(station=station, planned_on=dt.date(2026, 10, 1), title="升国旗")

    weeks = calendar.month_weeks(station, cast.manager, 2026, 10, TODAY)

    days = {day.date: day for week in weeks for day in week}
    first = days[dt.date(2026, 10, 1)]
    assert (first.key_dates, first.items, first.items[0].state) == (["“十一”"], [item], "late")
    assert first.holiday
    assert not days[dt.date(2026, 9, 30)].is_in_month
    assert len(weeks) == 5


def test_a_planned_talk_is_not_shown_to_the_administrator(cast, station, login):
    for title, kind in (("老兵谈心", ""), ("上门走走", "talk"), ("集体学习", "study")):
        PlanItemFactory(station=station, title=title, kind=kind, planned_on=dt.date(2026, 11, 25))
    url = f"/stations/{station.code}/plans/calendar/?year=2026&month=11"

    shown = {
        name: [
            title
            for title in ("老兵谈心", "上门走走", "集体学习")
            if title in login(getattr(cast, name)).get(url).content.decode()
        ]
        for name in ("admin", "manager", "county")
    }

    everything = ["老兵谈心", "上门走走", "集体学习"]
    assert shown == {"admin": ["集体学习"], "manager": everything, "county": everything}


@pytest.mark.parametrize("query", ["", "?month=2", "?month=13", "?month=²", "?year=x&month=0"])
def test_the_calendar_answers_whatever_is_asked(cast, station, login, query):
    response = login(cast.manager).get(f"/stations/{station.code}/plans/calendar/{query}")

    assert response.status_code == 200
    assert ("weeks" in response.context) == (query == "?month=2")


def test_a_paper_lists_the_items_of_its_period(cast, station, login, drafts):
    PlanItemFactory(station=station, planned_on=dt.date(2026, 12, 1), title="下月的事")
    month = drafts[1]

    page = login(cast.manager).get(f"/stations/{station.code}/plans/paper/{month.pk}/")

    assert [item.planned_on for item in page.context["items"]] == [dt.date(2026, 11, 25)]


def test_recording_an_activity_from_an_item_knows_its_kind(cast, station, login):
    item = PlanItemFactory(station=station, kind="talk", title="老兵谈心")

    form = (
        login(cast.manager)
        .get(f"/stations/{station.code}/activities/activity/new/?plan_item={item.pk}")
        .context["form"]
    )

    assert form.initial["kind"] == "talk"


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/stations/321322100201/plans/", 8),
        ("/stations/321322100201/plans/calendar/", 6),
        ("/stations/321322100201/plans/calendar/?month=11", 6),
        ("/stations/321322100201/plans/draft/", 9),
        ("/stations/321322100201/plans/unplanned/", 6),
        ("/plans/", 8),
    ],
)
def test_pages_cost_the_same_with_few_and_many(
    cast, station, login, url, queries, django_assert_max_num_queries
):
    client = login(cast.county)
    client.get(url)
    with django_assert_max_num_queries(queries) as few:
        client.get(url)
    for number in range(25):
        PlanItemFactory(station=station, planned_on=TODAY + dt.timedelta(days=number - 12))
        activity(station, number, f"活动{number}")
        PlanFactory(station=station, year=2000 + number)
    with django_assert_max_num_queries(len(few)):
        client.get(url)
