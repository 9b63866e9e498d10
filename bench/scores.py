"""The score of one station and of all, beside a bare page and one statement written by hand."""

import datetime as dt

from django.db import connection
from django.db.models import Count
from django.test import Client

from accounts.models import User
from accreditation.models import Programme
from accreditation.scoring import score_stations
from bench.clock import in_turns
from bench.measure import Line, queries_of
from bench.pages import usual
from bench.score_check import differences
from bench.score_limit import score_sql
from stations.models import Region, Station


def measure_scores(rounds):
    client = Client()
    client.force_login(User.objects.get(username="city"))
    today = dt.date.today()  # noqa: DTZ011  (any day does)

    def detail():
        client.get("/bench/detail/")

    few = 12
    for what, station in (("village", usual("village")), ("town", town())):
        asked = Station.objects.filter(pk=station.pk)
        limit, ours, few = _beside(
            detail, lambda asked=asked: score_stations(asked, on=today), rounds
        )
        yield Line(f"score of a {what} station", ours, limit, 3, few, 12)
    everything = Station.objects.all()
    limit, ours, queries = _beside(
        by_hand(today), lambda: score_stations(everything, on=today), max(3, rounds // 3)
    )
    yield Line(f"score of {everything.count()} stations", ours, limit, 2, queries, few)


def _beside(limit, subject, rounds):
    return *in_turns(rounds, limit, subject), queries_of(subject)


def town():
    """With people of its own and at least as many villages as half of the towns have."""
    villages = Region.objects.filter(level="village").values("parent").annotate(n=Count("pk"))
    parents = list(villages.order_by("n", "parent").values_list("parent", flat=True))
    large = Station.objects.filter(region__in=parents[len(parents) // 2 :])
    return large.filter(veterans__isnull=False).order_by("pk").first() or usual("town")


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
