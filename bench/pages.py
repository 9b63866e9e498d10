"""Pages beside the least that a page of their kind can cost (bench/limits.py)."""

from dataclasses import dataclass

from django.db.models import Count
from django.test import Client

from accounts.models import User
from accreditation.models import Application
from bench.clock import in_turns
from bench.measure import Line, queries_of
from stations.models import Station
from veterans.models import Veteran

LIST, SUMS, DETAIL = (3, 8), (3, 12), (4, 15)  # times the limit, queries


@dataclass(frozen=True)
class Page:
    what: str
    user: str
    address: str
    limit: str
    most: tuple[int, int]


def pages():
    village, town = usual("village"), usual("town")
    code = village.region.code
    county = f"county-{village.region.county_code}"
    own = User.objects.filter(role="station", is_active=True).order_by("pk")[0]
    people = Veteran.objects.filter(station=village, status="active").order_by("pk")
    reviewed = Application.objects.filter(state="city_review").order_by("pk")
    yield Page("stations, 50 of all", "city", "/stations/", "stations", LIST)
    yield Page("stations, searched", "city", "/stations/?q=镇", "stations/search", LIST)
    yield Page("veterans, 50 of all", "city", "/veterans/", "veterans", LIST)
    yield Page("veterans of a county", county, "/veterans/", "veterans", LIST)
    yield Page("veterans, searched", "city", "/veterans/?q=王", "veterans/search", LIST)
    yield Page("desk of the city", "city", "/", "aggregate", SUMS)
    yield Page("desk of a county", county, "/", "aggregate", SUMS)
    yield Page("desk of a station", own.username, "/", "aggregate", SUMS)
    yield Page("progress", "leader", "/accreditation/progress/", "aggregate", SUMS)
    yield Page("workspace", county, f"/stations/{code}/", "detail", DETAIL)
    yield Page("scorecard", county, f"/stations/{code}/scorecard/", "detail", DETAIL)
    of_town = f"/stations/{town.region.code}/"
    yield Page("workspace of a town", "city", of_town, "detail", DETAIL)
    yield Page("scorecard of a town", "city", f"{of_town}scorecard/", "detail", DETAIL)
    largest = f"/stations/{most_people().region.code}/"
    yield Page("workspace, most people", "city", largest, "detail", DETAIL)
    yield Page("scorecard, most people", "city", f"{largest}scorecard/", "detail", DETAIL)
    yield Page("person", county, f"/veterans/{people[0].code}/", "detail", DETAIL)
    for application in reviewed[:1]:
        address = f"/accreditation/applications/{application.number}/"
        yield Page("application in review", "city", address, "detail", DETAIL)


def usual(level):
    """A station in the middle of those that have people, by how many: a page without rows
    would measure nothing, one with most of them something else."""
    stations = Station.objects.filter(region__level=level).select_related("region__parent")
    filled = stations.annotate(people=Count("veterans")).filter(people__gt=0)
    return filled.order_by("people", "pk")[filled.count() // 2]


def most_people():
    counted = Station.objects.select_related("region").annotate(people=Count("veterans"))
    return counted.order_by("-people", "pk")[0]


def measure_pages(rounds):
    clients = {}
    for page in pages():
        if page.user not in clients:
            clients[page.user] = Client()
            clients[page.user].force_login(User.objects.get(username=page.user))
        yield _line(page, clients[page.user], rounds)


def _line(page, client, rounds):
    most, most_queries = page.most
    status = client.get(page.address).status_code
    if status != 200:
        return Line(page.what, 0, 0, most, 0, most_queries, f"status {status}")

    def visit():
        client.get(page.address)

    limit, ours = in_turns(rounds, lambda: client.get(f"/bench/{page.limit}/"), visit)
    return Line(page.what, ours, limit, most, queries_of(visit), most_queries)
