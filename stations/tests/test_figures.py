import threading

import pytest
from django.db import connection

from accounts.models import AuditEntry
from stations.figures import read_figure
from stations.models import Station
from tests.factories import RegionFactory, StationFactory

pytestmark = pytest.mark.django_db
URL = "/manage/figures/"


def sheet(*stations, **typed):
    """What a browser sends: what was shown, and the cells; `typed` by column replaces the
    cells of the first station."""
    data = {}
    for number, station in enumerate(stations):
        figures = {
            "registered_veterans": station.registered_veterans,
            "population": station.population,
            "fulltime_staff": station.fulltime_staff,
            "parttime_staff": station.parttime_staff,
        }
        texts = {name: "" if value is None else str(value) for name, value in figures.items()}
        data[f"seen-{station.pk}"] = ":".join(texts.values())
        texts |= typed if number == 0 else {}
        data |= {f"{name}-{station.pk}": text for name, text in texts.items()}
    return data


def add_villages(town, n):
    for _ in range(n):
        region = RegionFactory(parent=town)
        StationFactory(region=region)


def test_a_county_fills_in_the_figures_of_its_stations_at_once(
    cast, login, station, town_station, other_station
):
    data = sheet(station, registered_veterans="86", population="3,120", fulltime_staff="１")
    data |= sheet(town_station, registered_veterans="1204")

    page = login(cast.county).post(URL, data, follow=True)

    assert "已保存2个服务站的数据。" in page.content.decode()
    station.refresh_from_db()
    found = (
        station.registered_veterans,
        station.population,
        station.fulltime_staff,
        station.parttime_staff,
    )
    assert found == (86, 3120, 1, None)
    assert (station.version, station.updated_by) == (2, cast.county)
    town_station.refresh_from_db()
    assert town_station.registered_veterans == 1204
    entry = AuditEntry.objects.get(action="station.figures", station=station)
    assert entry.actor == cast.county
    assert entry.before == {
        "建档立卡退役军人数（县区填写）": None,
        "辖区人口": None,
        "专职人员数": None,
    }
    assert entry.after == {"建档立卡退役军人数（县区填写）": 86, "辖区人口": 3120, "专职人员数": 1}


def test_only_changed_rows_are_written(cast, login, station, town_station):
    Station.objects.filter(pk=station.pk).update(registered_veterans=5)
    station.refresh_from_db()

    login(cast.county).post(URL, sheet(station) | sheet(town_station, population="10"))

    station.refresh_from_db()
    town_station.refresh_from_db()
    assert (station.version, town_station.version) == (1, 2)
    assert AuditEntry.objects.filter(action="station.figures").count() == 1


def test_a_cell_can_be_emptied(cast, login, station):
    Station.objects.filter(pk=station.pk).update(registered_veterans=5)
    station.refresh_from_db()

    login(cast.county).post(URL, sheet(station, registered_veterans=" "))

    station.refresh_from_db()
    assert station.registered_veterans is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("八十六", "“八十六”不是整数，请只填数字。"),
        ("-3", "“-3”不是整数，请只填数字。"),
        ("3.5", "“3.5”不是整数，请只填数字。"),
        ("1e3", "“1e3”不是整数，请只填数字。"),
        ("²", "“²”不是整数，请只填数字。"),
        ("99999999999", "99999999999太大，最多200000，请核对。"),
    ],
)
def test_a_wrong_cell_is_named_everything_is_kept_and_nothing_is_written(
    cast, login, station, town_station, text, message
):
    data = sheet(station, registered_veterans=text) | sheet(town_station, population="777")

    html = login(cast.county).post(URL, data).content.decode()

    assert message in html
    assert f'value="{text}"' in html
    assert f'name="population-{town_station.pk}" value="777"' in html
    town_station.refresh_from_db()
    assert town_station.population is None


def test_of_two_savers_the_second_sees_both_values_and_overwrites_only_knowingly(
    cast, login, station, town_station
):
    opened = sheet(station, population="200") | sheet(town_station, population="9")
    Station.objects.filter(pk=station.pk).update(population=100, version=2)
    client = login(cast.county)

    html = client.post(URL, opened).content.decode()

    assert "有1个服务站的数据刚被别人改过，这次没有保存。" in html
    assert f'name="population-{station.pk}" value="200"' in html
    assert "现有：100" in html
    station.refresh_from_db()
    town_station.refresh_from_db()
    assert (station.population, town_station.population) == (100, None), "all or nothing"

    client.post(URL, opened | {f"seen-{station.pk}": ":100::"})

    station.refresh_from_db()
    town_station.refresh_from_db()
    assert (station.population, town_station.population) == (200, 9)


def test_a_change_to_something_else_of_the_station_is_no_conflict(cast, login, station):
    opened = sheet(station, population="200")
    Station.objects.filter(pk=station.pk).update(phone="0527-1", registered_veterans=7, version=5)

    login(cast.county).post(URL, opened)

    station.refresh_from_db()
    found = (station.population, station.registered_veterans, station.phone, station.version)
    assert found == (200, 7, "0527-1", 6)


def test_a_station_of_another_county_is_not_reached(cast, login, other_station):
    html = login(cast.county).post(URL, sheet(other_station, population="5"), follow=True).content

    other_station.refresh_from_db()
    assert other_station.population is None
    assert "没有改动" in html.decode()


def test_the_city_reads_one_county_at_a_time_and_writes_nothing(cast, login, tree, station):
    Station.objects.filter(pk=station.pk).update(registered_veterans=4321)
    client = login(cast.city)

    html = client.get(URL, {"county": "321322"}).content.decode()
    other = client.get(URL, {"county": "321391"}).content.decode()

    assert "4321" in html
    assert "<input class" not in html
    assert "4321" not in other
    assert client.post(URL, sheet(station, population="5")).status_code == 403
    station.refresh_from_db()
    assert station.population is None


@pytest.mark.parametrize("n", [0, 40])
def test_reading_costs_the_same_for_one_and_many(cast, login, tree, n, django_assert_num_queries):
    add_villages(tree.town, n)
    client = login(cast.county)
    client.get("/healthz")

    with django_assert_num_queries(4):
        client.get(URL)


@pytest.mark.parametrize("n", [1, 40])
def test_writing_costs_the_same_for_one_and_many(cast, login, tree, n, django_assert_num_queries):
    add_villages(tree.town, n)
    stations = Station.objects.exclude(region__in=[tree.town, tree.village])
    stations = stations.filter(region__path__startswith=tree.county.path)
    data = {}
    for station in stations[:n]:
        data |= sheet(station, population="5")
    client = login(cast.county)
    client.get("/healthz")

    with django_assert_num_queries(8):
        client.post(URL, data)
    assert Station.objects.filter(population=5).count() == n


def test_figures_are_read_as_people_write_them():
    texts = ("", " 12 ", "1,234", "1，234", "１２", "0")
    assert [read_figure(text, 5000) for text in texts] == [None, 12, 1234, 1234, 12, 0]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_exactly_one_wins(cast, login, station):
    station_sheets = [sheet(station, population=number) for number in ("100", "200")]
    barrier = threading.Barrier(2)
    statuses = {}

    def save(number):
        try:
            barrier.wait(timeout=30)
            statuses[number] = login(cast.county).post(URL, station_sheets[number]).status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(statuses.values()) == [302, 409]
    winner = next(number for number, status in statuses.items() if status == 302)
    station.refresh_from_db()
    assert station.population == (100, 200)[winner]
    assert AuditEntry.objects.filter(action="station.figures").count() == 1
