import datetime as dt
import json
import re

import pytest
import time_machine
from django.core.management import call_command

from accreditation.tests.progress_world import (
    a_naming,
    a_programme,
    a_score,
    a_target,
    a_village,
    an_application,
    many_namings,
)

pytestmark = pytest.mark.django_db
D = dt.date
URL = "/accreditation/progress/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-23 09:00+08:00", tick=False):
        yield D(2026, 11, 23)


@pytest.fixture
def programme(tree, station):
    programme = a_programme(is_current=True)
    a_target(programme, tree.city, "red", 10)
    a_target(programme, tree.county, "red", 4)
    many_namings(programme, tree.county, 3, D(2025, 1, 1))
    many_namings(programme, tree.zone, 6, D(2025, 6, 1))
    an_application(
        programme, station, "red", [("draft", D(2026, 1, 1)), ("city_review", D(2026, 2, 1))]
    )
    an_application(
        programme, a_village(tree.other_town), "rural",
        [("draft", D(2026, 1, 1)), ("public_notice", D(2026, 2, 1))],
    )  # fmt: skip
    a_score(a_village(tree.town), "historical")
    return programme


def cell(html, code, name):
    """The text of one cell of the table."""
    row = re.search(rf'<tr data-unit="{code}">(.*?)</tr>', html, re.S)[1]
    text = re.search(rf'data-number="{name}">(.*?)</td>', row, re.S)[1]
    return re.sub(r"<[^>]*>", "", text).strip()


def units(html):
    return re.findall(r'<tr data-unit="(\d+)">', html)


def test_the_table_shows_the_numbers_of_the_command(programme, cast, login, capsys):
    html = login(cast.city).get(URL).content.decode()
    call_command("progress", format="json")
    printed = json.loads(capsys.readouterr().out)

    shown = json.loads(re.search(r'<script id="progress-data"[^>]*>(.*?)</script>', html, re.S)[1])
    assert shown == {"months": printed["months"]}
    for unit in [*printed["units"], printed["city"]]:
        for track, numbers in unit["tracks"].items():
            target = "—" if numbers["target"] is None else numbers["target"]
            got = [
                cell(html, unit["code"], f"{track}-{n}")
                for n in ("recognised", "in_review", "in_notice", "ready")
            ]
            assert got == [
                f"{numbers['recognised']} / {target}",
                str(numbers["in_review"]),
                str(numbers["in_notice"]),
                str(numbers["ready"]),
            ]
    assert f"建设进度：{printed['headline']}" in html
    assert "未分解" in html


@pytest.mark.parametrize(
    ("who", "rows"),
    [
        ("city", ["321322", "321391", "3213"]),
        ("admin", ["321322", "321391", "3213"]),
        ("leader", ["321322", "321391", "3213"]),
        ("county", ["321322", "3213"]),
        ("other_county", ["321391", "3213"]),
        ("manager", ["321322", "3213"]),
        ("outsider", ["321391", "3213"]),
    ],
)
def test_each_sees_its_own_units_and_the_sums_of_the_city(programme, cast, login, who, rows):
    html = login(getattr(cast, who)).get(URL).content.decode()

    assert units(html) == rows
    assert cell(html, "3213", "red-recognised") == "3 / 10"
    shown = json.loads(re.search(r'<script id="progress-data"[^>]*>(.*?)</script>', html, re.S)[1])
    assert list(shown) == ["months"]


def test_a_past_day_and_a_level_narrow_the_page(programme, cast, login):
    client = login(cast.leader)

    past = client.get(URL, {"as_of": "2025-03-01"}).content.decode()
    towns = client.get(URL, {"level": "town"}).content.decode()

    assert cell(past, "321391", "red-recognised") == "0 / —"
    assert cell(past, "321322", "red-ready") == "—"
    assert cell(towns, "3213", "red-recognised") == "0 / —"


@pytest.mark.parametrize("query", ["2026-11-24", "31.12.2023", "x"])
def test_a_wrong_day_is_said_and_today_is_shown(programme, cast, login, query):
    html = (
        login(cast.city)
        .get(URL, {"as_of": query, "programme": "xx", "level": "moon"})
        .content.decode()
    )

    assert "下面是今天的情况" in html
    assert cell(html, "3213", "red-recognised") == "3 / 10"


def test_without_a_programme_the_page_says_what_to_do(cast, login):
    html = login(cast.leader).get(URL).content.decode()

    assert "还没有建设方案" in html


def test_after_the_end_the_state_at_the_end_stands_beside_todays(tree, cast, login):
    ended = a_programme("旧方案", D(2022, 9, 15), D(2025, 12, 31))
    a_target(ended, tree.city, "red", 5)
    a_naming(ended, a_village(tree.town), tree.county, "red", D(2025, 1, 1))
    a_naming(ended, a_village(tree.town), tree.county, "red", D(2025, 1, 1), D(2026, 2, 1))

    html = login(cast.city).get(URL).content.decode()

    assert "到2025年12月31日认定2个，比目标少：红色3个" in html
    assert "现仍有效 1个" in html
    assert "慢于序时" not in html
    assert f"programme={ended.pk}&amp;as_of=2025-12-31&amp;track=red" in html


@pytest.mark.parametrize(
    ("who", "queries"), [("city", 10), ("leader", 10), ("county", 11), ("manager", 11)]
)
@pytest.mark.parametrize("n", [1, 20])
def test_twelve_queries_at_most_whatever_the_size(
    tree, cast, login, who, queries, n, django_assert_num_queries
):
    programme = a_programme(is_current=True)
    many_namings(programme, tree.county, n, D(2025, 1, 1))
    for _ in range(n):
        a_score(a_village(tree.town), "red")
    client = login(getattr(cast, who))
    client.get("/healthz")  # the first page of a session also stores its start

    with django_assert_num_queries(queries):
        client.get(URL)


def test_every_number_leads_to_a_list_of_as_many(programme, cast, login):
    """Also for a county, whose lists hold less than the city's sums count."""
    for person in (cast.leader, cast.city, cast.county, cast.manager):
        client = login(person)
        html = client.get(URL).content.decode()
        links = re.findall(r'href="(/accreditation/named/[^"]*)"><strong>(\d+)<', html)

        assert links
        for url, number in links:
            listed = client.get(url.replace("&amp;", "&")).context["page"].paginator.count
            assert listed == int(number), url


# --- the list behind the numbers ---------------------------------------------------------------


def test_the_list_holds_whom_the_number_counts(programme, tree, cast, login):
    asked = {"programme": programme.pk, "track": "red", "county": "321391"}

    page = login(cast.leader).get("/accreditation/named/", asked)

    rows = list(page.context["page"])
    assert len(rows) == 2
    assert {(row.county_id, row.track) for row in rows} == {(tree.zone.pk, "red")}
    html = page.content.decode()
    assert all(row.station.name in html and row.number in html for row in rows)


def test_a_county_lists_only_its_own(programme, tree, cast, login):
    everybody = login(cast.leader).get("/accreditation/named/").context["page"].paginator.count
    own = login(cast.county).get("/accreditation/named/").context["page"]
    foreign = login(cast.county).get("/accreditation/named/", {"county": "321391"}).context["page"]
    of_a_station = login(cast.manager).get("/accreditation/named/").context["page"]

    assert everybody == 9
    assert {row.county_id for row in own} == {tree.county.pk}
    assert own.paginator.count == of_a_station.paginator.count == 3
    assert foreign.paginator.count == 0


@pytest.mark.parametrize("n", [1, 30])
def test_the_list_costs_the_same_for_one_and_many(tree, cast, login, n, django_assert_num_queries):
    many_namings(a_programme(), tree.county, n, D(2025, 1, 1))
    client = login(cast.leader)
    client.get("/healthz")

    with django_assert_num_queries(6):
        client.get("/accreditation/named/")
