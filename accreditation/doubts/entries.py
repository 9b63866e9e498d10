"""The ledger: a year at one sitting, days that cannot be."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.utils import timezone

from accreditation.doubts.found import Finding, side
from activities.models import Activity

# This share of a year's entries within two days, or so many within an hour
# whose days lie a quarter apart. Below ten entries a share says nothing.
SITTING = dt.timedelta(hours=48)
SITTING_SHARE = 0.4
FEWEST_ENTRIES = 10
HOUR = dt.timedelta(minutes=60)
SPREAD = dt.timedelta(days=90)
# Recorded so long after the day without being marked 补录.
LATE_AFTER = dt.timedelta(days=60)


class Entry(NamedTuple):
    station: int
    place: str
    recorded_at: dt.datetime
    happened_on: dt.date
    title: str
    pk: int


FIELDS = ("station_id", "station__region__code", "recorded_at", "happened_on", "title", "pk")


def _entries(on: dt.date) -> Iterator[tuple[int, list[Entry]]]:
    """Per station what was recorded in the last two calendar years and is not marked as
    entered afterwards, in the order in which it was recorded."""
    rows = Activity.objects.filter(
        recorded_at__date__gte=dt.date(on.year - 1, 1, 1),
        recorded_at__date__lte=on,
        is_late_entry=False,
    ).exclude(kind=Activity.Kind.TALK)
    station, found = None, []
    ordered = rows.order_by("station_id", "recorded_at", "pk").values_list(*FIELDS)
    for row in map(Entry._make, ordered.iterator(chunk_size=5000)):
        if row.station != station:
            if station is not None:
                yield station, found
            station, found = row.station, []
        found.append(row)
    if station is not None:
        yield station, found


def bulk_entry(on: dt.date) -> Iterator[Finding]:
    """A year's ledger in one sitting. One doubt per station and year."""
    for station, entries in _entries(on):
        years: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            years[timezone.localtime(entry.recorded_at).year].append(entry)
        for year, rows in years.items():
            run = _sitting(rows)
            if run:
                first, last = run[0], run[-1]
                days = sorted(entry.happened_on for entry in run)
                yield Finding(
                    "bulk_entry",
                    station,
                    (station, year),
                    side(f"{_clock(first)}至{_clock(last)}录入{len(run)}条", station=first.place,
                         text=f"{year}年共录入{len(rows)}条"),
                    side("这些活动的时间", station=first.place,
                         text=f"{days[0]:%Y-%m-%d}至{days[-1]:%Y-%m-%d}"),
                    "C6.4",
                )  # fmt: skip


def _sitting(rows: list[Entry]) -> list[Entry]:
    """The longest run that is too much for one sitting; empty where there is none."""
    long = _longest(rows, SITTING)
    if len(rows) >= FEWEST_ENTRIES and len(long) > SITTING_SHARE * len(rows):
        return long
    hour = _longest(rows, HOUR)
    days = [entry.happened_on for entry in hour]
    if len(hour) > FEWEST_ENTRIES and max(days) - min(days) > SPREAD:
        return hour
    return []


def _longest(rows: list[Entry], span: dt.timedelta) -> list[Entry]:
    best, start = (0, 0), 0
    for end, entry in enumerate(rows):
        while entry.recorded_at - rows[start].recorded_at > span:
            start += 1
        if end + 1 - start > best[1] - best[0]:
            best = (start, end + 1)
    return rows[slice(*best)]


def _clock(entry: Entry) -> str:
    return f"{timezone.localtime(entry.recorded_at):%Y-%m-%d %H:%M}"


def date_order(on: dt.date) -> Iterator[Finding]:
    """Recorded before it happened, or long after without being marked 补录. One doubt
    per station and month of recording."""
    for station, entries in _entries(on):
        months: dict[tuple[int, int], list[Entry]] = defaultdict(list)
        for entry in entries:
            recorded_on = timezone.localdate(entry.recorded_at)
            if not dt.timedelta(0) <= recorded_on - entry.happened_on <= LATE_AFTER:
                months[recorded_on.year, recorded_on.month].append(entry)
        for (year, month), rows in months.items():
            first = rows[0]
            yield Finding(
                "date_order",
                station,
                (station, year, month),
                side(f"{year}年{month}月录入{len(rows)}条", station=first.place,
                     text=first.title, day=timezone.localdate(first.recorded_at)),
                side("活动时间", station=first.place, text=first.title, day=first.happened_on),
                "C6.4",
            )  # fmt: skip
