"""Medians of several rounds, in one process on one machine: ratios mean something, times
alone do not."""

import datetime as dt
import statistics
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.clock import BREATH, seen


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
    """By the clock: for files, where waiting for a disk is part of the work."""
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


def report(rounds, loading, parts):
    """Prints a table per part as soon as it is measured: a run of an hour that is stopped
    leaves what it found."""
    from bench.files import measure_files
    from bench.pages import measure_pages
    from bench.scores import measure_scores

    chosen = {"pages": measure_pages, "scores": measure_scores, "files": lambda _: measure_files()}
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    print(f"\n### {engine}, {dt.date.today()}\n")  # noqa: DTZ011
    if loading:
        print(f"Loading the city took {loading:.0f} s (≤ 180).")
    lines = []
    for part in parts:
        how = "by the clock (imports: processor time)" if part == "files" else seen()
        print(f"\nMeasured: {part}, {how}.\n\n{HEAD}", flush=True)
        for line in chosen[part](rounds):
            print(line.row(), flush=True)
            lines.append(line)
    return 0 if all(line.is_met for line in lines) else 1
