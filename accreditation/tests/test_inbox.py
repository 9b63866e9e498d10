import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation import workflow
from accreditation.inbox.reminders import remind_of_due_dates
from accreditation.models import Application, Problem
from accreditation.tests.workflow_world import World, a_card, a_programme
from accreditation.workflow import snapshots
from records.models import Announcement, Notice
from records.notices import notices_for

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-23 09:00+08:00", tick=False):
        yield


@pytest.fixture
def returned(cast, station, monkeypatch):
    monkeypatch.setattr(snapshots, "score", lambda station, **_: a_card())
    application = World(cast, station, a_programme()).at("county_review")
    workflow.return_application(
        application, level="station", due_on=TODAY + dt.timedelta(days=10), comment="请补照片",
        by=cast.county,
    )  # fmt: skip
    return application


def due():
    return Notice.objects.filter(kind="due")


def test_a_return_is_told_as_one(returned, cast, login):
    client = login(cast.manager)
    own = client.get("/notices/", {"kind": "returned"})

    assert [row.kind for row in own.context["rows"]] == ["returned"]
    assert "退回" in own.content.decode()
    assert not client.get("/notices/", {"kind": "announcement"}).context["rows"].object_list
    assert (
        not client.get("/notices/", {"kind": "returned", "read": "yes"}).context["rows"].object_list
    )


def test_ten_and_three_days_before_each_is_told_once(returned, cast):
    assert remind_of_due_dates(TODAY) == 1
    assert remind_of_due_dates(TODAY) == 0
    assert remind_of_due_dates(TODAY + dt.timedelta(days=1)) == 0
    assert remind_of_due_dates(TODAY + dt.timedelta(days=7)) == 1

    assert [("还有3天到期" in row.text, row.region) for row in due()] == [
        (True, returned.station.region), (False, returned.station.region),
    ]  # fmt: skip
    assert notices_for(cast.manager).filter(kind="due").count() == 2
    assert not notices_for(cast.outsider).filter(kind="due").exists()


def test_what_lies_with_the_county_is_told_to_the_county(returned, tree):
    Application.objects.update(returned_to="county")

    remind_of_due_dates(TODAY)

    assert due().get().region == tree.county


def test_a_problem_is_told_until_it_is_closed(station):
    row = Problem.objects.create(
        station=station, problem="缺光荣榜", owner="张", due_on=TODAY + dt.timedelta(days=3)
    )

    remind_of_due_dates(TODAY)
    assert "缺光荣榜" in due().get().text
    due().delete()
    Problem.objects.filter(pk=row.pk).update(closed_on=TODAY)
    assert remind_of_due_dates(TODAY) == 0


def test_reminding_once_a_day_is_logged(returned, cast, login):
    url = f"/accreditation/applications/{returned.number}/remind/"
    client = login(cast.county)

    assert "已向" in client.post(url, follow=True).content.decode()
    assert "今天已经催办过" in login(cast.city).post(url, follow=True).content.decode()
    with time_machine.travel("2026-11-24 09:00+08:00", tick=False):
        login(cast.county).post(url)

    rows = Notice.objects.filter(kind="reminder")
    assert {row.region for row in rows} == {returned.station.region} and rows.count() == 2
    assert AuditEntry.objects.filter(action="application.remind").count() == 2
    assert login(cast.other_county).post(url).status_code == 404


def test_only_what_is_late_and_lies_below_can_be_reminded_of(cast, station, login, monkeypatch):
    monkeypatch.setattr(snapshots, "score", lambda station, **_: a_card())
    one = World(cast, station, a_programme()).at("county_review")
    url = f"/accreditation/applications/{one.number}/remind/"

    assert "超过15天" in login(cast.city).post(url, follow=True).content.decode()
    Application.objects.update(state_since=timezone.now() - dt.timedelta(days=15))
    assert "超过15天" in login(cast.county).post(url, follow=True).content.decode()  # its own
    assert "已向沭阳县" in login(cast.city).post(url, follow=True).content.decode()
    assert login(cast.manager).post(url).status_code == 403


# --- 通知公告 ------------------------------------------------------------------------------------


def publish(client, **fields):
    data = {"title": "关于报送年度计划的通知", "body": "请于月底前报送。", "roles": ["station"]}
    return client.post("/announcements/new/", data | fields)


def test_a_county_reaches_its_stations_and_counts_readers(tree, cast, login):
    client = login(cast.county)
    assert publish(client).status_code == 302
    row = Announcement.objects.get()

    assert {n.user for n in row.notices.all()} == {cast.town, cast.manager}
    reader = login(cast.manager)
    url = f"/announcements/{row.pk}/"
    assert "请于月底前报送" in reader.get(url).content.decode()
    assert "已读 0 / 2" in client.get(url).content.decode()
    reader.post(f"/notices/{row.notices.get(user=cast.manager).pk}/read/")
    html = client.get(url).content.decode()
    assert "已读 1 / 2" in html and cast.town.full_name not in html.split("<main", 1)[1]
    assert "已读 1 / 2" not in reader.get(url).content.decode()
    assert login(cast.outsider).get(url).status_code == 404
    assert AuditEntry.objects.filter(action="announcement.publish").count() == 1


def test_the_city_reaches_roles_and_units(tree, cast, login):
    publish(login(cast.city), roles=["county", "viewer"], units=[tree.county.pk])

    assert {n.user for n in Notice.objects.filter(kind="announcement")} == {cast.county}


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(tree, cast, login):
    client = login(cast.county)

    nobody = publish(client, roles=[])
    foreign = publish(client, units=[tree.zone.pk])
    up = publish(client, roles=["county"])

    for answer in (nobody, foreign, up):
        assert answer.status_code == 422 and "请于月底前报送" in answer.content.decode()
    assert not Announcement.objects.exists()


def test_everything_is_marked_read_at_once(tree, cast, login):
    publish(login(cast.county))
    client = login(cast.manager)

    client.post("/notices/read/")

    assert not notices_for(cast.manager).filter(read_at=None).exists()
    assert notices_for(cast.town).filter(read_at=None).count() == 1


@pytest.mark.parametrize("n", [1, 10])
def test_the_lists_take_the_same_few_queries(n, cast, login, django_assert_max_num_queries):
    for number in range(n):
        publish(login(cast.county), title=f"通知{number}")
    client = login(cast.manager)
    client.get("/healthz")

    for url in ("/announcements/", "/notices/"):
        with django_assert_max_num_queries(8):
            client.get(url)
