"""Lists of records: who sees which rows, filters, and what they cost."""

import datetime as dt

import pytest
from django.urls import reverse

from activities.models import Activity
from stations.models import Station
from stations.tests.record_pages import url
from tests.factories import FacilityFactory, StoryFactory, VeteranFactory

pytestmark = pytest.mark.django_db


def test_petitions_are_closed_to_everybody_above_the_county(cast, station, login):
    client = login(cast.county)
    client.post(
        url("record_new", station, "receptions", "reception"),
        {"received_on": "2026-01-05", "visitor": "甲", "matter": "询问政策", "handler": "乙"},
    )
    section = reverse("section", args=[station.region.code, "receptions"])

    assert "甲" in client.get(section).content.decode()
    assert login(cast.city).get(section).status_code == 403
    assert login(cast.admin).get(section).status_code == 403


def test_the_administrator_sees_no_talk(cast, station, login):
    for kind, title in (("talk", "谈心一次"), ("study", "学习一次")):
        Activity.objects.create(
            station=station, kind=kind, title=title, happened_on=dt.date(2026, 1, 5)
        )

    text = login(cast.admin).get(reverse("activities")).content.decode()

    assert "学习一次" in text and "谈心一次" not in text
    assert "谈心一次" in login(cast.city).get(reverse("activities")).content.decode()


@pytest.mark.parametrize("rows", [1, 40])
def test_a_list_takes_the_same_queries_for_one_and_many_rows(
    cast, station, login, django_assert_num_queries, rows
):
    VeteranFactory.create_batch(rows, station=station)
    client = login(cast.county)
    # The first visit also fills the cache of content types.
    client.get(reverse("section", args=[station.region.code, "roster"]))

    with django_assert_num_queries(7):
        client.get(reverse("veterans"))
    with django_assert_num_queries(8):
        client.get(reverse("section", args=[station.region.code, "roster"]))


def test_a_county_filters_stations(cast, tree, login):
    Station.objects.filter(region=tree.village).update(track="red")

    text = login(cast.county).get(reverse("stations"), {"track": "red"}).content.decode()

    assert "甲一村退役军人服务站" in text and "甲二村退役军人服务站" not in text


def test_the_city_narrows_every_list_to_one_county(cast, station, other_station, login):
    VeteranFactory(station=station, name="甲县人")
    VeteranFactory(station=other_station, name="乙区人")
    client = login(cast.city)

    people = client.get(reverse("veterans"), {"county": "321391"}).content.decode()
    places = client.get(reverse("stations"), {"county": "321391"}).content.decode()

    assert "乙区人" in people and "甲县人" not in people
    assert "乙一村退役军人服务站" in places and "甲一村退役军人服务站" not in places
    assert 'name="county"' not in login(cast.county).get(reverse("veterans")).content.decode()


def test_amounts_of_a_list_stand_below_one_another(cast, station, login):
    FacilityFactory(station=station, kind="reading_area", book_count=1211)

    page = login(cast.manager).get(reverse("section", args=[station.region.code, "facilities"]))

    assert dict(page.context["heads"]) == {
        "场所类型": False,
        "名称": False,
        "面积（平方米）": True,
        "共用": False,
        "图书册数": True,
        "最近更换日期": False,
    }


def test_a_filter_without_result_is_not_an_empty_section(cast, station, login):
    StoryFactory(station=station, theme="red")

    page = login(cast.manager).get(
        reverse("section", args=[station.region.code, "stories"]), {"theme": "rural"}
    )

    assert "没有符合条件的记录" in page.content.decode()
