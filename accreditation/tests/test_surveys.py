import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accreditation.naming_pages.accreditations import LOOK_UPS
from activities.models import SurveyResponse

GOOD = {"honour": 5, "belonging": 4, "gain": 4, "overall": 2}


def answers(station, number, respondent="veteran", days_ago=1, **values):
    SurveyResponse.objects.bulk_create(
        SurveyResponse(
            station=station,
            source="paper",
            respondent=respondent,
            given_on=timezone.localdate() - dt.timedelta(days=days_ago),
            **(GOOD | values),
        )
        for _ in range(number)
    )


def results(client, station):
    return client.get(f"/stations/{station.code}/surveys/")


def test_below_the_smallest_sample_no_figure_is_shown(cast, station, login):
    answers(station, 4)

    response = results(login(cast.manager), station)

    page = response.content.decode()
    assert "样本不足，暂不计算" in page
    assert "还差1份" in page
    assert "75%" not in page
    assert "很不满意" not in page
    assert response.context["results"][0].satisfied is None


def test_from_the_smallest_sample_on_the_results_are_shown(cast, station, login):
    answers(station, 5)
    answers(station, 2, "family", honour=1)
    answers(station, 9, days_ago=400)

    response = results(login(cast.manager), station)

    veterans, family, _ = response.context["results"]
    assert (veterans.number, veterans.satisfied) == (5, 0.75)
    assert (family.number, family.satisfied) == (2, None)
    assert [share for _, _, share in veterans.rows()] == [1, 1, 1, 0]
    assert "75%" in response.content.decode()


def test_a_town_counts_its_villages(cast, station, town_station, login):
    answers(station, 3)
    answers(town_station, 2)

    response = results(login(cast.town), town_station)

    assert response.context["results"][0].number == 5


def test_the_county_sees_its_stations_in_their_order(cast, station, town_station, login):
    answers(station, 5)
    answers(town_station, 4)

    response = login(cast.county).get("/surveys/")

    table = {row["station"]: row["share"] for row in response.context["table"]}
    assert table[station] == 0.75
    assert table[town_station] is None
    paths = [row["station"].region.path for row in response.context["table"]]
    assert paths == sorted(paths)
    assert response.context["results"][0].number == 9


def test_the_city_narrows_to_one_county(cast, station, other_station, login):
    answers(station, 5)
    answers(other_station, 6)
    client = login(cast.city)

    whole = client.get("/surveys/").context["results"][0].number
    part = client.get("/surveys/?county=321391").context

    assert whole == 11
    assert part["results"][0].number == 6
    assert {row["station"].region.path[:12] for row in part["table"]} == {"3213/321391/"}


def test_no_county_sees_the_answers_of_another(cast, other_station, login):
    answers(other_station, 6)

    assert login(cast.county).get("/surveys/").context["results"][0].number == 0


@pytest.mark.parametrize(
    ("url", "queries"), [("/surveys/", 8), ("/stations/321322100201/surveys/", 6)]
)
def test_the_results_cost_the_same_with_few_and_many(
    cast, tree, station, login, url, queries, django_assert_num_queries
):
    answers(station, 1)
    client = login(cast.county)
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)
    for place in tree.stations.values():
        answers(place, 12)
        answers(place, 3, "resident", gain=1)
    with django_assert_num_queries(queries):
        client.get(url)


def test_one_address_looks_up_sixty_codes(db):
    client = Client()

    codes = [client.get("/verify/abc/").status_code for _ in range(LOOK_UPS)]
    refused = client.get("/verify/abc/")

    assert set(codes) == {404}
    assert refused.status_code == 429
    assert "过一刻钟再查" in refused.content.decode()
    assert Client(REMOTE_ADDR="10.0.0.2").get("/verify/abc/").status_code == 404
