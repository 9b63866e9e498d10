"""Deadlines, the six functions, what a service record does not say, proof of publicity."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Publicity, Reception, ServiceRecord
from activities.service_rules import deadline, improper
from tests.factories import ActivityFactory, ParticipationFactory, VeteranFactory

TODAY = timezone.localdate()


def ago(days):
    return TODAY - dt.timedelta(days=days)


def service(station, days=0, **fields):
    fields = {"kind": "policy", "matter": "咨询", "received_on": ago(days)} | fields
    return ServiceRecord.objects.create(station=station, **fields)


@pytest.mark.parametrize(
    ("days", "answered", "said"),
    [(0, None, "还剩15天"), (15, None, "还剩0天"), (16, None, "已超过1天"), (40, ago(1), "")],
)
def test_the_days_that_an_answer_has_left(cast, station, days, answered, said):
    assert deadline(service(station, days, answered_on=answered)) == said


def test_both_lists_show_the_days_left(cast, station, login):
    service(station, 5)
    Reception.objects.create(
        station=station, visitor="甲", matter="事项", handler="乙", received_on=ago(20)
    )
    client = login(cast.manager)
    services = client.get(reverse("section", args=[station.code, "services"]))
    receptions = client.get(reverse("section", args=[station.code, "receptions"]))
    assert "还剩10天" in services.content.decode()
    assert "已超过5天" in receptions.content.decode()


@pytest.mark.parametrize(
    "text", ["发放慰问金500元", "补助两千元", "协调3.5万元", "人民币若干", "患有重病", "因高血压"]
)
def test_amounts_and_illness_are_found(text):
    assert improper(text)


@pytest.mark.parametrize("text", ["", "咨询带病回乡退役军人政策", "公元2026年单元楼", "多元服务"])
def test_harmless_words_are_not(text):
    assert improper(text) == ""


def test_a_service_record_with_an_amount_is_not_saved(cast, station, login):
    address = reverse("record_new", args=[station.code, "services", "service"])
    data = {"kind": "assistance", "received_on": TODAY.isoformat(), "matter": "发放500元"}

    page = login(cast.manager).post(address, data)

    assert "不填写金额：“500元”请删去。" in page.content.decode()
    assert not ServiceRecord.objects.exists()


def test_what_was_there_before_does_not_block_an_answer(cast, station, login):
    row = service(station, matter="补助500元")
    address = reverse("record", args=[station.code, "services", "service", row.pk])
    data = {"kind": row.kind, "received_on": row.received_on.isoformat(), "matter": row.matter}

    login(cast.manager).post(address, data | {"version": 1, "answered_on": TODAY.isoformat()})

    row.refresh_from_db()
    assert row.answered_on == TODAY


def test_the_six_functions_count_visits_and_talks_as_contact(cast, station, login):
    service(station, kind="contact"), service(station, kind="policy")
    service(station, kind="policy", received_on=dt.date(2020, 1, 1))
    visit = ActivityFactory(station=station, kind="visit", happened_on=TODAY)
    person = VeteranFactory(station=station)
    ParticipationFactory(activity=visit, veteran=person, role="visited")

    context = login(cast.manager).get(reverse("service_functions", args=[station.code])).context

    assert dict(context["rows"])["感情联络"] == 2
    assert dict(context["rows"])["政策咨询"] == 1
    assert len(context["rows"]) == 6
    assert len(context["waiting"]) == 3


def test_the_page_of_functions_has_a_constant_price(
    cast, station, login, django_assert_max_num_queries
):
    client, address = login(cast.manager), reverse("service_functions", args=[station.code])
    client.get(address)
    for _ in range(5):
        service(station)
    with django_assert_max_num_queries(7):
        client.get(address)


def test_publicity_without_link_or_picture_is_pointed_out(cast, station, login):
    address = reverse("record_new", args=[station.code, "publicity", "publicity"])
    data = {
        "channel": "tv", "level": "county", "title": "专题报道", "published_on": TODAY.isoformat(),
    }  # fmt: skip
    client = login(cast.manager)

    without = client.post(address, data, follow=True).content.decode()
    linked = client.post(address, data | {"url": "https://example.cn/1"}, follow=True)

    assert "既没有链接，也没有截图" in without
    assert "既没有链接，也没有截图" not in linked.content.decode()
    assert Publicity.objects.count() == 2


def test_the_ten_channels_are_taps(cast, station, login):
    address = reverse("record_new", args=[station.code, "publicity", "publicity"])
    page = login(cast.manager).get(address).content.decode()
    assert page.count('type="radio" name="channel"') == len(Publicity.Channel.choices)
