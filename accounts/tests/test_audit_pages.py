from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from activities.models import Activity, Reception


def shown(client, query=""):
    response = client.get(f"/manage/audit/?{query}")
    return [entry.label for entry, *_ in response.context["rows"]]


@pytest.fixture
def log(cast, station):
    now = timezone.now()
    audit.record("login", by=cast.city, label="甲", at=now - timedelta(days=2))
    audit.record(
        "record.change",
        by=cast.county,
        obj=station,
        label="乙",
        before={"name": "a"},
        after={"name": "b"},
    )
    audit.record("denied", by=cast.town, label="丙", outcome="denied")


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("", ["丙", "乙", "甲"]),
        ("person=county", ["乙"]),
        ("action=登录", ["甲"]),
        ("action=record", ["乙"]),
        ("kind=stations.station", ["乙"]),
        ("outcome=denied", ["丙"]),
        ("since=2000-01-01&until=2000-01-02", []),
        ("since=x", []),
        ("kind=nothing", []),
    ],
)
def test_the_log_is_filtered(log, cast, login, query, labels):
    assert shown(login(cast.admin), query) == labels


def test_a_day_runs_from_midnight_to_midnight_of_the_city(log, cast, login):
    today = timezone.localdate()

    assert shown(login(cast.city), f"since={today}&until={today}") == ["丙", "乙"]


def test_an_entry_shows_what_changed(log, cast, login):
    entry = AuditEntry.objects.get(label="乙")

    response = login(cast.city).get(f"/manage/audit/{entry.pk}/")

    assert response.context["changes"] == [("名称", "a", "b", True)]
    assert "<td>a</td><td>b</td>" in response.content.decode()


def test_receptions_are_not_even_counted_above_the_county(cast, station, login):
    reception = Reception.objects.create(
        station=station, received_on="2026-01-01", visitor="某", matter="事", handler="王"
    )
    entry = audit.record("record.create", by=cast.manager, obj=reception)

    for person in (cast.admin, cast.city):
        client = login(person)
        assert shown(client) == []
        assert client.get(f"/manage/audit/{entry.pk}/").status_code == 404


def test_an_administrator_does_not_read_talks(cast, station, login):
    talk = Activity.objects.create(
        station=station, kind="talk", title="与某人谈心", happened_on="2026-01-01"
    )
    entry = audit.record(
        "record.change", by=cast.manager, obj=talk, before={"title": "x"}, after={"title": "y"}
    )
    admin, city = login(cast.admin), login(cast.city)

    assert "与某人谈心" not in admin.get("/manage/audit/").content.decode()
    page = admin.get(f"/manage/audit/{entry.pk}/")
    assert (page.context["changes"], "与某人谈心" in page.content.decode()) == ([], False)
    assert "与某人谈心" in city.get("/manage/audit/").content.decode()


def test_a_former_unit_is_on_no_page_of_the_log(cast, station, login):
    entry = audit.record("record.change", by=cast.manager, obj=station,
                         before={"former_unit": "", "原部队单位": "旧部"}, after={"原部队单位": "某旅"})  # fmt: skip

    page = login(cast.city).get(f"/manage/audit/{entry.pk}/").content.decode()

    assert "某旅" not in page
    assert "旧部" not in page


def test_who_unmasked_is_listed(cast, login):
    audit.record_access("unmask", by=cast.county, subject="张某", purpose="核对身份")
    audit.record_access("export", by=cast.manager, subject="甲一村", purpose="上报", count=3)
    client = login(cast.admin)

    everybody = client.get("/manage/audit/access/").context["page"]
    county = client.get("/manage/audit/access/?person=county").context["page"]

    assert [row.subject for row in everybody] == ["甲一村", "张某"]
    assert [row.subject for row in county] == ["张某"]


def test_the_log_costs_the_same_with_one_and_many(log, cast, login, django_assert_num_queries):
    client = login(cast.admin)
    client.get("/manage/audit/")
    with django_assert_num_queries(5):
        client.get("/manage/audit/?outcome=denied")
    for _ in range(60):
        audit.record("login", by=cast.city)
    with django_assert_num_queries(5):
        client.get("/manage/audit/")
