"""Right after saving: this looks like an item of the plan."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity
from tests.factories import ActivityFactory, PlanItemFactory

TODAY = timezone.localdate()


def page_of(client, station, activity):
    address = reverse("record", args=[station.code, "activities", "activity", activity.pk])
    return client.get(address)


def suggested(page):
    """The items that the boxes of the page offer."""
    panels = [shown for template, shown in page.context["panels"] if "_suggested" in template]
    return [item for panel in panels for item in panel["items"]]


@pytest.fixture
def item(station):
    return PlanItemFactory(
        station=station, title="集中学习日", kind="study", planned_on=TODAY - dt.timedelta(days=2)
    )


@pytest.mark.parametrize(
    ("kind", "title", "days", "is_offered"),
    [
        ("study", "十一月学习", 0, True),
        ("study", "学习文件", 14, False),
        ("other", "集中学习", 0, True),
        ("volunteering", "清扫道路", 2, False),
        ("study", "集中学习日", 20, False),
    ],
)
def test_only_what_is_likely_is_offered(cast, station, item, login, kind, title, days, is_offered):
    activity = ActivityFactory(
        station=station, kind=kind, title=title, happened_on=item.planned_on - dt.timedelta(days)
    )
    found = suggested(page_of(login(cast.manager), station, activity))
    assert found == ([item] if is_offered else [])


def test_one_tap_links_and_the_question_goes(cast, station, item, login):
    client = login(cast.manager)
    data = {"kind": "study", "title": "十一月学习", "happened_on": TODAY, "other_headcount": "0"}
    saved = client.post(reverse("quick_activity", args=[station.code]), data)
    activity = Activity.objects.get()
    assert suggested(client.get(saved.url)) == [item]

    answer = client.post(
        reverse("item_link", args=[station.code, item.pk]),
        {"activity": activity.pk, "then": "record"},
    )

    assert answer.url == saved.url.partition("?")[0]
    activity.refresh_from_db()
    assert activity.plan_item == item
    assert suggested(client.get(saved.url)) == []


def test_who_records_the_next_at_once_is_asked_there_once(cast, station, item, login):
    client, quick = login(cast.manager), reverse("quick_activity", args=[station.code])
    data = {"kind": "study", "title": "十一月学习", "happened_on": TODAY, "other_headcount": "0"}

    client.post(quick, data | {"save_and_new": "1"})

    assert client.get(quick).context["panel"]["items"] == [item]
    assert client.get(quick).context["panel"] is None


@pytest.mark.parametrize("reader", ["city", "admin"])
def test_who_does_not_keep_the_records_is_not_asked(cast, station, item, login, reader):
    activity = ActivityFactory(station=station, kind="study", title="学习", happened_on=TODAY)
    assert suggested(page_of(login(getattr(cast, reader)), station, activity)) == []


def test_done_and_cancelled_items_are_not_offered(cast, station, item, login):
    PlanItemFactory(
        station=station, title="集中学习", kind="study", planned_on=TODAY, cancelled_reason="大雨"
    )
    ActivityFactory(station=station, plan_item=item)
    activity = ActivityFactory(station=station, kind="study", title="学习", happened_on=TODAY)
    assert suggested(page_of(login(cast.manager), station, activity)) == []
