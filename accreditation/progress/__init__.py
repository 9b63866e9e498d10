"""How far the city and its units are: counts of a programme as they stood on a day.

All reading is a constant number of queries whatever the city's size (counts.py);
the rest is sums over those groups. What each number means is in docs/progress.md.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet
from django.utils import timezone

from accreditation.models import Programme
from accreditation.progress.counts import (
    count_named,
    count_ready,
    count_under_way,
    is_valid,
    read_named,
    read_schedules,
)
from accreditation.schedule import Gap, Schedule, line_on
from records.kept import kept
from stations.models import Region, Track

LEVELS = (Region.Level.TOWN, Region.Level.VILLAGE)
# What is counted for every cell (progress/counts.py).
NUMBERS = ("recognised", "valid", "in_notice", "in_review", "in_preparation")


@dataclass
class Cell:
    """One unit and one track. `target` is what the last confirmed step asks for, `due`
    what the last step already due asked for; none without a confirmed target."""

    counted_on: dt.date
    recognised: int = 0
    valid: int = 0
    in_notice: int = 0
    in_review: int = 0
    in_preparation: int = 0
    ready: int | None = None
    schedule: Schedule | None = None

    @property
    def target(self) -> int | None:
        return self.schedule.final if self.schedule else None

    @property
    def due(self) -> int | None:
        return self.schedule.due_on(self.counted_on) if self.schedule else None

    @cached_property
    def line(self) -> float | None:
        """The schedule line on the day, to one place for reading."""
        return line_on(self.schedule, self.counted_on) if self.schedule else None

    @cached_property
    def gap(self) -> Gap | None:
        return self.schedule.gap(self.counted_on, self.recognised) if self.schedule else None

    def as_dict(self) -> dict:
        gap = self.gap
        return {
            "target": self.target,
            "due": self.due,
            "schedule": self.line,
            "recognised": self.recognised,
            "valid": self.valid,
            "in_notice": self.in_notice,
            "in_review": self.in_review,
            "in_preparation": self.in_preparation,
            "ready": self.ready,
            "gap_stations": gap.stations if gap else None,
            "gap_days": gap.days if gap else None,
            "status": gap.text if gap else "",
        }


@dataclass
class Row:
    region: Region
    cells: dict[str, Cell]

    @property
    def tracks(self) -> list[tuple[Track, Cell]]:
        return [(track, self.cells[track]) for track in Track]

    @property
    def recognised(self) -> int:
        return sum(cell.recognised for cell in self.cells.values())

    @property
    def remarks(self) -> list[tuple[Track, Gap]]:
        """The tracks that are not on schedule."""
        gaps = [(track, cell.gap) for track, cell in self.tracks]
        return [(track, gap) for track, gap in gaps if gap and gap.stations]

    @property
    def differences(self) -> list[tuple[Track, int]]:
        """For a programme that is over: by how many the target was missed (below zero:
        surpassed)."""
        return [
            (track, cell.target - cell.recognised)
            for track, cell in self.tracks
            if cell.target is not None and cell.target != cell.recognised
        ]

    @property
    def has_target(self) -> bool:
        return any(cell.schedule for cell in self.cells.values())

    @property
    def has_numbers(self) -> bool:
        return any(
            cell.recognised or cell.in_notice or cell.in_review or cell.schedule
            for cell in self.cells.values()
        )

    def as_dict(self) -> dict:
        return {
            "code": self.region.code,
            "name": self.region.name,
            "tracks": {track.value: cell.as_dict() for track, cell in self.tracks},
        }


@dataclass
class Progress:
    programme: Programme
    on: dt.date
    counted_on: dt.date
    city: Row
    units: list[Row]
    levels: list[tuple[Region.Level, dict[str, Cell]]]
    assigned: dict[str, int]
    after_end: int = 0
    months: list[dict] = field(default_factory=list)
    level: str = ""

    @property
    def is_over(self) -> bool:
        return self.on > self.programme.ends_on

    @property
    def unassigned(self) -> dict[str, int]:
        """未分解数: the city's target less the sum of its units' confirmed ones."""
        return {
            track.value: cell.target - self.assigned[track]
            for track, cell in self.city.tracks
            if cell.target is not None
        }

    @property
    def target(self) -> int:
        return sum(cell.target or 0 for cell in self.city.cells.values())

    @property
    def valid(self) -> int:
        return sum(cell.valid for cell in self.city.cells.values())


def progress(
    programme: Programme,
    *,
    on: dt.date,
    city: Region,
    level: str = "",
    with_ready: bool = True,
) -> Progress:
    """The whole city; `units_for` afterwards leaves what a user may see. Five queries, four
    where nobody reads who is ready."""
    counted_on = min(on, programme.ends_on)
    regions = kept(_units, path=city.path)
    schedules = read_schedules(programme, city)
    named = read_named(programme, city, level)
    counts = count_named(named, on, counted_on)
    counts += count_under_way(programme, city, on, level)
    has_ready = with_ready and (not level or level in LEVELS)
    # Readiness is known for today only, and means nothing in a programme that is over.
    has_ready = has_ready and on == timezone.localdate() and on <= programme.ends_on
    if has_ready:
        counts += count_ready(programme, city, level)

    def cells(county: str, station_level: str, region: Region | None) -> dict[str, Cell]:
        return {
            track.value: Cell(
                **{name: counts[county, station_level, track.value, name] for name in NUMBERS},
                ready=counts[county, station_level, track.value, "ready"] if has_ready else None,
                # Targets do not tell towns from villages.
                schedule=schedules.get((region.pk, track.value)) if region and not level else None,
                counted_on=counted_on,
            )
            for track in Track
        }

    rows = [Row(region, cells(region.path, "", region)) for region in regions]
    units = [row for row in rows if row.region.is_active or row.has_numbers]
    return Progress(
        programme=programme,
        on=on,
        counted_on=counted_on,
        city=Row(city, cells("", "", city)),
        units=units,
        levels=[(each, cells("", each, None)) for each in LEVELS if level in ("", each)],
        assigned={
            track.value: sum(row.cells[track].target or 0 for row in units) for track in Track
        },
        after_end=sum(n for *_, named_on, _, n in named if programme.ends_on < named_on <= on),
        months=_months(programme, counted_on, named, schedules, city) if not level else [],
        level=level,
    )


def _units(path: str) -> QuerySet:
    return Region.objects.filter(path__startswith=path).county_level()


def _month_ends(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The last day of every month from `first` up to and including `last`."""
    day = first
    while day <= last:
        following = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        yield min(following - dt.timedelta(days=1), last)
        day = following


def _months(programme, counted_on, named, schedules, city) -> list[dict]:
    """The curve of the city: recognised by the end of each month, and on the day itself,
    beside the line."""
    months = []
    for day in sorted({*_month_ends(programme.starts_on, programme.ends_on), counted_on}):
        month: dict = {"on": day.isoformat(), "recognised": {}, "schedule": {}}
        for track in Track:
            line = schedules.get((city.pk, track.value))
            month["schedule"][track.value] = line_on(line, day) if line else None
            month["recognised"][track.value] = (
                sum(
                    n
                    for _, _, t, start, end, n in named
                    if t == track and is_valid(start, end, day)
                )
                if day <= counted_on
                else None
            )
        months.append(month)
    return months


def units_for(result: Progress, user) -> list[Row]:
    """Which rows a user sees: those that it manages, or the one that manages it. The
    city's sums are official figures and shown to all."""
    path = user.region.path
    return [
        row
        for row in result.units
        if row.region.path.startswith(path) or path.startswith(row.region.path)
    ]
