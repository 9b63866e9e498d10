import datetime as dt

import pytest
from django.urls import reverse

from activities.models import KeyDate
from records.files import link
from records.models import Attachment
from tests.factories import ActivityFactory


@pytest.fixture
def address(station):
    return reverse("station_ledger", args=[station.code])


def titles(answer):
    return [row.title for _, _, rows in answer.context["months"] for row in rows]


def make(station, title, day, **fields):
    return ActivityFactory(station=station, title=title, happened_on=day, **fields)


def with_file(activity):
    attachment = Attachment.objects.create(
        station=activity.station, kind="photo", file="x.jpg", original_name="x.jpg",
        content_type="image/jpeg", size=1, sha256="0" * 64,
    )  # fmt: skip
    link(attachment, activity)


def test_months_have_headings_with_all_their_rows_counted(cast, station, address, login):
    for day in (1, 2, 3):
        make(station, f"三月{day}", dt.date(2026, 3, day))
    make(station, "二月", dt.date(2026, 2, 1))

    months = login(cast.manager).get(address).context["months"]

    assert [(m.month, n, len(rows)) for m, n, rows in months] == [(3, 3, 3), (2, 1, 1)]


def test_a_month_that_spans_two_pages_counts_whole(cast, station, address, login, monkeypatch):
    monkeypatch.setattr("activities.views.PAGE_SIZE", 2)
    for day in (1, 2, 3):
        make(station, f"三月{day}", dt.date(2026, 3, day))
    months = login(cast.manager).get(address, {"page": 2}).context["months"]
    assert [(n, len(rows)) for _, n, rows in months] == [(3, 1)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["八一", "补录的", "读书"]),
        ({"month": "2026-03"}, ["读书"]),
        ({"kind": "visit"}, ["八一"]),
        ({"tags": "red"}, ["读书"]),
        ({"evidence": "with"}, ["读书"]),
        ({"evidence": "without"}, ["八一", "补录的"]),
        ({"late": "on"}, ["补录的"]),
        ({"q": "八"}, ["八一"]),
    ],
)
def test_each_filter(cast, station, address, login, query, found):
    day = dt.date(2026, 8, 1)
    make(station, "八一", day, kind="visit", key_date=KeyDate.objects.get(code="august_first"))
    make(station, "补录的", dt.date(2026, 5, 1), is_late_entry=True)
    with_file(make(station, "读书", dt.date(2026, 3, 1), tags=["red", "theory"]))

    assert titles(login(cast.manager).get(address, query)) == found
    assert titles(login(cast.county).get("/activities/", query)) == found


def test_the_key_date_filters_and_stands_in_the_row(cast, station, address, login):
    key_date = KeyDate.objects.get(code="august_first")
    make(station, "慰问", dt.date(2026, 8, 1), key_date=key_date)
    make(station, "读书", dt.date(2026, 8, 2))

    page = login(cast.manager).get(address, {"key_date": key_date.pk})

    assert titles(page) == ["慰问"]
    assert "“八一”" in page.content.decode()


def test_a_wrong_month_is_said_and_hides_nothing(cast, station, address, login):
    make(station, "读书", dt.date(2026, 8, 2))
    page = login(cast.manager).get(address, {"month": "八月"})
    assert "月份请按“2026-11”的格式填写。" in page.content.decode()
    assert titles(page) == ["读书"]


def test_one_stations_page_shows_its_own_and_leads_to_the_entry(
    cast, station, town_station, address, login
):
    make(station, "本站的", dt.date(2026, 8, 1))
    make(town_station, "镇站的", dt.date(2026, 8, 1))

    page = login(cast.manager).get(address)
    above = login(cast.city).get(address).content.decode()

    assert titles(page) == ["本站的"]
    assert reverse("quick_activity", args=[station.code]) in page.content.decode()
    assert "导出（Excel、PDF、照片包）" in above
    assert reverse("quick_activity", args=[station.code]) not in above


@pytest.mark.parametrize("who", ["manager", "county"])
def test_the_pages_cost_the_same_with_many_rows(
    cast, station, address, login, who, django_assert_max_num_queries
):
    for month in range(1, 10):
        make(station, f"{month}月", dt.date(2026, month, 1))
    client = login(getattr(cast, who))
    client.get(address)
    for url in (address, "/activities/"):
        with django_assert_max_num_queries(8):
            client.get(url, {"evidence": "without"})
