import datetime as dt

import pytest
from django.utils import timezone

from accreditation import workflow
from accreditation.models import Accreditation, Pairing
from accreditation.tests.workflow_world import a_programme
from activities.models import Activity
from records.models import Notice

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
BASE = "/accreditation/pairings/"


@pytest.fixture
def named(tree, town_station, other_station):
    """The town's station and one of the other county are recognised."""
    programme = a_programme()
    rows = ((town_station, tree.county), (other_station, tree.zone))
    for n, (station, county) in enumerate(rows, 1):
        Accreditation.objects.create(
            programme=programme, station=station, county=county, track="red",
            number=f"2025R00{n}", named_on=dt.date(2025, 1, n),
        )  # fmt: skip
    return programme


def typed(exemplar, station):
    return {
        "exemplar": exemplar.pk, "station": station.region.code, "note": "每季度互访一次",
        "since": str(TODAY() - dt.timedelta(days=30)),
    }  # fmt: skip


def a_pair(exemplar, station, by, days=30):
    since = TODAY() - dt.timedelta(days=days)
    return workflow.pair(exemplar=exemplar, station=station, since=since, by=by)


def exchange(station, title, days_ago=1):
    return Activity.objects.create(
        station=station, kind="exchange", title=title,
        happened_on=TODAY() - dt.timedelta(days=days_ago),
    )  # fmt: skip


def test_within_one_county_it_takes_effect_at_once_and_both_are_told(
    named, station, town_station, tree, cast, login
):
    answer = login(cast.county).post(f"{BASE}new/", typed(town_station, station))

    row = Pairing.objects.get()
    assert answer.url == f"{BASE}{row.pk}/" and row.confirmed_on == TODAY()
    told = set(Notice.objects.values_list("region", "link"))
    assert told == {(tree.village.pk, answer.url), (tree.town.pk, answer.url)}
    again = login(cast.county).post(f"{BASE}new/", typed(town_station, station))
    assert again.status_code == 409 and "已经结对" in again.content.decode()
    assert "每季度互访一次" in again.content.decode()


def test_across_two_counties_the_city_confirms_or_declines_with_a_reason(
    named, station, other_station, tree, cast, login
):
    login(cast.county).post(f"{BASE}new/", typed(other_station, station))
    row = Pairing.objects.get()
    assert row.confirmed_on is None
    assert Notice.objects.get().region == tree.city
    assert login(cast.county).post(f"{BASE}{row.pk}/confirm/").status_code == 403
    assert login(cast.outsider).get(BASE).context["page"].paginator.count == 0

    city = login(cast.city)
    assert city.post(f"{BASE}{row.pk}/confirm/").status_code == 302
    assert city.post(f"{BASE}{row.pk}/confirm/").status_code == 409
    row.refresh_from_db()
    assert row.confirmed_on == TODAY()
    # The recognised station's people see the pair too, and nobody else's.
    assert login(cast.outsider).get(f"{BASE}{row.pk}/").status_code == 200

    other = a_pair(other_station, tree.stations["321322100202"], cast.county)
    assert city.post(f"{BASE}{other.pk}/decline/", {"reason": ""}).status_code == 422
    assert city.post(f"{BASE}{other.pk}/decline/", {"reason": "路太远"}).status_code == 302
    other.refresh_from_db()
    assert (other.declined_reason, other.ended_on) == ("路太远", TODAY())
    assert Notice.objects.get(kind="returned").region == tree.county


def test_only_a_recognised_station_is_an_exemplar(named, station, tree, cast, login):
    other = tree.stations["321322100202"]
    answer = login(cast.county).post(f"{BASE}new/", typed(other, station))

    assert answer.status_code == 422
    with pytest.raises(workflow.Refused, match="没有有效的认定"):
        a_pair(other, station, cast.county)
    with pytest.raises(workflow.NotAllowed):
        a_pair(station, tree.stations["321391100201"], cast.county)


def test_exchanges_that_name_the_other_count_and_others_are_counted_by_hand(
    named, station, town_station, cast, login
):
    row = a_pair(town_station, station, cast.county)
    exchange(station, "到甲镇服务站学习")
    exchange(town_station, "接待甲一村来访")
    type(station.region).objects.filter(pk=station.region_id).update(name="甲一村村民委员会")
    exchange(station, "到甲镇学习", days_ago=40)  # before the pair began
    unnamed = exchange(station, "外出学习")
    Activity.objects.create(
        station=station, kind="study", title="甲镇学习会", happened_on=TODAY()
    )  # no exchange
    manager = login(cast.manager)

    page = manager.get(f"{BASE}{row.pk}/")
    assert {one.title for one in page.context["exchanges"].counted} == {
        "到甲镇服务站学习", "接待甲一村来访",
    }  # fmt: skip
    assert page.context["exchanges"].others == [unnamed]
    url = f"{BASE}{row.pk}/exchanges/"
    assert manager.post(url, {"activity": unnamed.pk}).status_code == 302
    assert manager.post(url, {"activity": unnamed.pk}).status_code == 409
    counts = [len(found.counted) for _, found, _ in manager.get(BASE).context["lines"]]
    assert counts == [3]


def test_an_exchange_recorded_from_the_pair_counts(named, station, town_station, cast, login):
    row = a_pair(town_station, station, cast.county)

    page = login(cast.manager).get(f"{BASE}{row.pk}/")

    assert page.context["exchange_title"] == "与甲镇服务站结对交流"
    exchange(station, page.context["exchange_title"])
    page = login(cast.manager).get(f"{BASE}{row.pk}/")
    assert len(page.context["exchanges"].counted) == 1


def test_a_quiet_pair_is_marked_and_an_ended_one_may_begin_again(
    named, station, town_station, tree, cast, login
):
    row = a_pair(town_station, station, cast.county, days=100)
    city = login(cast.city)
    assert [quiet for *_, quiet in city.get(BASE).context["lines"]] == [True]
    exchange(station, "到甲镇学习")
    assert [quiet for *_, quiet in city.get(BASE).context["lines"]] == [False]
    rows = city.get(BASE).context["counties"]
    assert {row["unit"].code: (row["pairs"], row["exchanges"]) for row in rows} == {
        tree.county.code: (1, 1), tree.zone.code: (0, 0),
    }  # fmt: skip

    county = login(cast.county)
    assert county.post(f"{BASE}{row.pk}/end/", {"reason": "期满"}).status_code == 302
    assert a_pair(town_station, station, cast.county).pk != row.pk
    assert city.get(f"{BASE}?state=ended").context["page"].object_list[0] == row


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_many(
    number, named, town_station, tree, cast, login, django_assert_num_queries
):
    others = [tree.stations[code] for code in ("321322100201", "321322100202", "321391100201")]
    for other in others[:number]:
        a_pair(town_station, other, cast.city)
        exchange(other, "到甲镇学习")
    city = login(cast.city)
    city.get(BASE)

    with django_assert_num_queries(13):
        city.get(BASE)
