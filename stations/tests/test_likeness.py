import pytest

from stations.likeness import is_near, normalise, warnings
from stations.models import Station
from tests.factories import ResourceFactory

pytestmark = pytest.mark.django_db


def edit(client, station, **values):
    data = {"name": station.name, "version": station.version} | values
    return client.post(f"/stations/{station.code}/edit/", data, follow=True)


@pytest.mark.parametrize(
    ("first", "second", "near"),
    [
        ("红色薪火", "“红色·薪火”品牌", True),
        ("红色薪火", "红色薪火传承", True),
        ("老兵先锋", "老兵调解", False),
        ("退役军人之家", "退役军人服务站", False),
        ("ＡＢ军号", "ab军号", True),
        ("", "", False),
        ("一", "二", False),
    ],
)
def test_texts_are_compared_without_what_every_station_writes(first, second, near):
    assert is_near(normalise(first), normalise(second)) is near


def test_a_station_learns_of_another_without_its_name_and_saves_all_the_same(
    station, other_station, cast, login
):
    Station.objects.filter(pk=other_station.pk).update(brand="红色薪火传承")

    html = edit(login(cast.manager), station, brand="红色薪火").content.decode()

    assert "品牌“红色薪火”与另一个服务站的品牌相近。" in html
    assert other_station.name not in html
    station.refresh_from_db()
    assert station.brand == "红色薪火"


def test_a_county_reads_names_of_its_own_stations_only(
    tree, station, town_station, other_station, cast
):
    Station.objects.filter(pk__in=[town_station.pk, other_station.pk]).update(brand="红色薪火")

    found = warnings(station, user=cast.county, values={"brand": "红色薪火"})

    assert len(found) == 1
    assert f"与{town_station.name}等2个服务站的品牌相近" in found[0]
    assert other_station.name not in found[0]


def test_the_form_says_it_again_until_it_is_changed(station, other_station, cast, login):
    Station.objects.filter(pk=other_station.pk).update(theme_statement="运河边的军号声")
    Station.objects.filter(pk=station.pk).update(theme_statement="运河边的军号声")
    client = login(cast.manager)

    html = client.get(f"/stations/{station.code}/edit/").content.decode()

    assert "特色主题“运河边的军号声”与另一个服务站的特色主题相近。" in html
    station.refresh_from_db()
    other = edit(client, station, theme_statement="湖畔老兵讲堂").content.decode()
    assert "相近" not in other


def test_a_closed_station_takes_no_brand(station, other_station, cast):
    Station.objects.filter(pk=other_station.pk).update(brand="红色薪火", is_active=False)

    assert warnings(station, user=cast.manager, values={"brand": "红色薪火"}) == []


def test_the_form_counts_what_the_place_has(tree, station, cast, login):
    ResourceFactory(region=tree.village)
    ResourceFactory(region=tree.town)
    ResourceFactory(region=tree.town, theme="rural", kind="industry")
    ResourceFactory(region=tree.village2)

    html = login(cast.manager).get(f"/stations/{station.code}/edit/").content.decode()

    assert "已登记红色资源2项、绿色资源1项，以“红色文化”的为多" in html


def test_agreeing_to_be_shown_is_a_switch_with_a_trail(station, cast, login):
    from accounts.models import AuditEntry

    edit(login(cast.manager), station, is_exemplar="on")

    station.refresh_from_db()
    assert station.is_exemplar
    entry = AuditEntry.objects.filter(action="record.change").latest("pk")
    assert "同意作为样板展示" in str(entry.after)


@pytest.mark.parametrize("count", [1, 30])
def test_the_form_asks_the_same_queries_for_any_number_of_stations(
    count, tree, station, cast, login, django_assert_num_queries
):
    from accreditation.tests.progress_world import a_village

    Station.objects.filter(pk=station.pk).update(brand="红色薪火")
    for _ in range(count):
        Station.objects.filter(pk=a_village(tree.zone).pk).update(brand="红色薪火")
    client = login(cast.manager)
    client.get(f"/stations/{station.code}/edit/")

    with django_assert_num_queries(QUERIES):
        client.get(f"/stations/{station.code}/edit/")


QUERIES = 6
