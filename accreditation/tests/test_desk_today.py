"""今天要办: what waits at a station; and what was noticed, on the record's own page."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accreditation.models import Doubt
from activities.models import Reception, ServiceRecord
from tests.factories import ActivityFactory, VeteranFactory

TODAY = timezone.localdate()


def lines(client):
    return [
        (line.label, line.is_late) for line in client.get(reverse("desk_today")).context["lines"]
    ]


def record_url(activity):
    code = activity.station.region.code
    return reverse("record", args=[code, "activities", "activity", activity.pk])


def doubt(activity, key="1", **more):
    fields = {"kind": "similar_photo", "key": key, "station": activity.station}
    left = {"label": "照片", "station": activity.station.region.code, "link": record_url(activity)}
    return Doubt.objects.create(**fields | {"left": left} | more)


def test_an_empty_desk_says_so(cast, station, login):
    page = login(cast.manager).get(reverse("desk_today"))
    assert (page.context["lines"], "没有到期" in page.content.decode()) == ([], True)


def test_what_waits_is_counted_with_the_page_that_does_it(cast, station, town_station, login):
    VeteranFactory(station=station, is_priority=True)
    VeteranFactory(station=town_station, is_priority=True)
    old, new = TODAY - dt.timedelta(days=20), TODAY - dt.timedelta(days=2)
    for day in (old, new):
        Reception.objects.create(station=station, received_on=day, visitor="某", matter="咨询")
    ServiceRecord.objects.create(
        station=station, kind="policy", received_on=old, matter="咨询", answered_on=new
    )
    doubt(ActivityFactory(station=station))

    page = login(cast.manager).get(reverse("desk_today"))

    found = [(line.label, line.text, line.url) for line in page.context["lines"]]
    assert found == [
        ("待答复2件", "最急的已超过期限5天", reverse("section", args=[station.code, "receptions"])),
        ("到期未走访1人", "按走访周期算出，其中重点走访对象1人",
         reverse("visits_due", args=[station.code])),
        ("待核实事项1条", "请核对或说明情况；不影响得分", reverse("doubts")),
    ]  # fmt: skip


def test_an_explained_doubt_waits_no_more(cast, station, login):
    doubt(ActivityFactory(station=station), explanation="同一活动")
    doubt(ActivityFactory(station=station), "2", kind="sudden_rise")
    assert lines(login(cast.manager)) == []


def panel(page):
    return [row for template, shown in page.context["panels"] if "doubts" in template
            for row in shown["rows"]]  # fmt: skip


@pytest.mark.parametrize(("reader", "sees"), [("manager", True), ("county", True), ("city", False)])
def test_what_was_noticed_stands_on_the_record_itself(cast, station, login, reader, sees):
    activity = ActivityFactory(station=station)
    row = doubt(activity)
    doubt(ActivityFactory(station=station), "2")

    found = panel(login(getattr(cast, reader)).get(record_url(activity)))

    assert found == ([row] if sees else [])


def test_it_is_explained_there_and_the_other_station_is_not_named(
    cast, station, other_station, login
):
    activity = ActivityFactory(station=station)
    right = {"label": f"{other_station.name} · 照片", "station": other_station.region.code}
    row = doubt(activity, right=right)
    client = login(cast.manager)
    page = client.get(record_url(activity)).content.decode()
    assert "该照片与另一张相似，请说明" in page
    assert "另一服务站的材料" in page and other_station.name not in page

    data = {"explanation": "两村联合开展", "then": "record"}
    answer = client.post(reverse("doubt_explain", args=[row.pk]), data)

    assert answer.url == record_url(activity)
    row.refresh_from_db()
    assert (row.explanation, row.explained_by) == ("两村联合开展", cast.manager)


def test_a_station_finds_its_doubts_in_the_menu(cast, station, login):
    assert reverse("doubts") in login(cast.manager).get(reverse("desk")).content.decode()
