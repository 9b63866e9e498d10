"""Who belongs to whom, by the managing tree.

A merged region hangs below its successor in Region.path, so "own" of a station means: of the
same level below the same path.
"""

import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet

from accreditation.scoring.statements import AREA, STATIONS, fetch, kept, text_of
from stations.models import Station

LAST = "\U0010ffff"  # sorts behind whatever follows a path


class Place(NamedTuple):
    """What scoring knows of a station without its records."""

    pk: int
    region: int
    path: str
    level: str
    parent: int | None
    registered: int | None
    begin: dt.date | None
    name: str
    code: str


FIELDS = (
    "pk", "region_id", "region__path", "region__level", "region__parent_id",
    "registered_veterans", "records_begin_on", "name", "region__code",
)  # fmt: skip


@dataclass
class Tree:
    asked: list[Place]
    places: dict[int, Place]  # those below the area that all asked for have in common
    county_path: str = ""  # of that county-level unit, if it is one
    _county: dict[str, list[int]] = field(default_factory=dict)

    @cached_property
    def _ordered(self) -> list[Place]:
        """By path: whatever lies below a path stands together."""
        return sorted(self.places.values(), key=lambda place: place.path)

    @cached_property
    def _paths(self) -> list[str]:
        return [place.path for place in self._ordered]

    @cached_property
    def _by_path(self) -> dict[str, int]:
        return {place.path: place.pk for place in self.places.values()}

    def _below(self, path: str) -> list[Place]:
        return self._ordered[bisect_left(self._paths, path) : bisect_left(self._paths, path + LAST)]

    def own(self, place: Place) -> list[int]:
        return [one.pk for one in self._below(place.path) if one.level == place.level]

    def whole(self, place: Place) -> list[int]:
        return [one.pk for one in self._below(place.path)]

    def county(self, place: Place) -> list[int]:
        """Where there are several counties: of one all that is known may be a town."""
        path = county_of(place.path)
        if path not in self._county:
            self._county[path] = [one.pk for one in self._below(path)]
        return self._county[path]

    def town(self, place: Place) -> int | None:
        """The town station above a village's."""
        path = place.path
        while path := _above(path):
            pk = self._by_path.get(path)
            if pk and self.places[pk].level == "town":
                return pk
        return None


def _above(path: str) -> str:
    head, slash, _ = path.rstrip("/").rpartition("/")
    return head + slash


def county_of(path: str) -> str:
    """The first two levels of a path: the county-level unit with the city above it."""
    return _levels(path, 2)


def _levels(path: str, number: int) -> str:
    return "/".join(path.rstrip("/").split("/")[:number]) + "/"


def _common(asked: list[Place], levels: int) -> str:
    """Their path down to that level, or nothing where they differ."""
    found = {_levels(place.path, levels) for place in asked}
    return found.pop() if len(found) == 1 else ""


def read_tree(stations: QuerySet[Station] | list[int]) -> Tree:
    """Two statements: those asked for, and all stations of their town, their county-level unit
    or the city. Of numbers the first is kept as well."""
    if isinstance(stations, list):
        found = fetch(kept("asked", _asked), stations=stations)
    else:
        found = list(stations.order_by().values_list(*FIELDS))
    asked = [Place._make(row) for row in found]
    county = _common(asked, 2)
    rows = fetch(kept("stations", _stations), area=(_common(asked, 3) or county) + "%")
    return Tree(asked, {row[0]: Place._make(row) for row in rows}, county)


def _asked() -> str:
    rows = Station.objects.order_by().filter(pk__in_scope=STATIONS)
    return text_of(rows.values_list(*FIELDS))


def _stations() -> str:
    rows = Station.objects.order_by().filter(region__path__like_given=AREA)
    return text_of(rows.values_list(*FIELDS))
