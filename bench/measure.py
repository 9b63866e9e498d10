"""Medians of several rounds, in one process on one machine: ratios mean something, times
alone do not."""

import datetime as dt
import statistics
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accreditation.models import Application, Programme
from bench.score_check import differences
from bench.score_limit import score_sql
from stations.models import Station

BREATH = 2  # rounds before the measured ones: templates, plans and caches are warm


@dataclass
class Line:
    what: str
    milliseconds: float
    limit: float
    most: float
    queries: int
    most_queries: int
    note: str = ""

    @property
    def ratio(self):
        return self.milliseconds / self.limit if self.limit else 0

    @property
    def is_met(self):
        return not self.note and self.ratio <= self.most and self.queries <= self.most_queries

    def row(self):
        verdict = self.note or ("yes" if self.is_met else "**no**")
        return (
            f"| {self.what} | {self.milliseconds:.1f} | {self.limit:.1f} | {self.ratio:.1f} "
            f"(≤ {self.most:g}) | {self.queries} (≤ {self.most_queries}) | {verdict} |"
        )


HEAD = "| what | ms | limit ms | ratio | queries | met |\n|---|---|---|---|---|---|"


def median_time(function, rounds):
    for _ in range(BREATH):
        function()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        function()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def queries_of(function):
    with CaptureQueriesContext(connection) as captured:
        function()
    return len(captured)


def pages():
    """(what, user, address, address of the limit, most times it, most queries)."""
    station = Station.objects.select_related("region").order_by("pk")[:1].get()
    code = station.region.code
    county = f"county-{station.region.county_code}"
    number = Application.objects.order_by("pk").values_list("number", flat=True).first()
    found = [
        ("stations, 50 of all", "city", "/stations/", "stations", 3, 8),
        ("stations, searched", "city", "/stations/?q=镇", "stations/search", 3, 8),
        ("veterans, 50 of all", "city", "/veterans/", "veterans", 3, 8),
        ("veterans of a county", county, "/veterans/", "veterans", 3, 8),
        ("veterans, searched", "city", "/veterans/?q=王", "veterans/search", 3, 8),
        ("workspace", county, f"/stations/{code}/", "detail", 4, 15),
        ("scorecard", county, f"/stations/{code}/scorecard/", "detail", 4, 15),
        ("desk of the city", "city", "/", "aggregate", 3, 12),
        ("progress", "leader", "/accreditation/progress/", "aggregate", 3, 12),
    ]
    if number:
        address = f"/accreditation/applications/{number}/"
        found.append(("application", "city", address, "detail", 4, 15))
    return found


def measure_pages(rounds):
    clients = {}
    bare = {}
    for what, username, address, limit, most, most_queries in pages():
        if username not in clients:
            clients[username] = Client()
            clients[username].force_login(User.objects.get(username=username))
        client = clients[username]

        def visit(client=client, address=address):
            return client.get(address)

        if limit not in bare:
            bare[limit] = median_time(lambda c=client, a=limit: c.get(f"/bench/{a}/"), rounds)
        status = visit().status_code
        if status != 200:
            yield Line(what, 0, bare[limit], most, 0, most_queries, f"status {status}")
            continue
        spent = median_time(visit, rounds)
        yield Line(what, spent, bare[limit], most, queries_of(visit), most_queries)


def measure_scores(rounds):
    from accreditation.scoring import score_stations

    client = Client()
    client.force_login(User.objects.get(username="city"))
    detail = median_time(lambda: client.get("/bench/detail/"), rounds)
    one = Station.objects.filter(pk=Station.objects.order_by("pk")[0].pk)
    today = dt.date.today()  # noqa: DTZ011  (any day does)

    def score_one():
        score_stations(one, on=today)

    def score_all():
        score_stations(Station.objects.all(), on=today)

    spent = median_time(score_one, rounds)
    few = queries_of(score_one)
    yield Line("score of one station", spent, detail, 3, few, 12)
    times = max(3, rounds // 3)
    hand = median_time(by_hand(today), times)
    name = f"score of {Station.objects.count()} stations"
    yield Line(name, median_time(score_all, times), hand, 2, queries_of(score_all), few)


def by_hand(today):
    """The limit of the score: one statement (bench/score_limit.py)."""
    programme = Programme.objects.filter(is_current=True).first()
    statement = score_sql(today, connection.vendor, programme)

    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    wrong = differences(run(), today)
    if wrong:
        raise AssertionError(f"The limit does not count what the score counts: {wrong}")
    return run


def report(rounds, loading):
    from bench.files import measure_files

    lines = [*measure_pages(rounds), *measure_scores(rounds), *measure_files()]
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    print(f"\n### {engine}, {dt.date.today()}\n")  # noqa: DTZ011
    print(f"Loading the city took {loading:.0f} s (≤ 180).\n")
    print(HEAD)
    for line in lines:
        print(line.row())
    return 0 if all(line.is_met for line in lines) else 1
