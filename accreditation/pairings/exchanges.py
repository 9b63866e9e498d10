"""The exchanges of pairs: activities of the kind 交流 of either station, from the day the pair
began until it ended, that name the other station's place, or were counted by hand."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from activities.models import Activity
from stations.regions import readable_name

LONG_AGO = dt.timedelta(days=90)


@dataclass
class Exchanges:
    counted: list[Activity] = field(default_factory=list)
    # Of either station in the time of the pair, without a word of the other one.
    others: list[Activity] = field(default_factory=list)

    @property
    def last_on(self) -> dt.date | None:
        return max((row.happened_on for row in self.counted), default=None)


def exchanges_of(pairings, *, today: dt.date) -> dict[int, Exchanges]:
    """Two queries for any number of pairs, whose stations and regions are fetched along."""
    pairings = list(pairings)
    stations = {key for row in pairings for key in (row.station_id, row.exemplar_id)}
    rows = Activity.objects.filter(
        station__in=stations, kind=Activity.Kind.EXCHANGE, happened_on__lte=today
    ).order_by("-happened_on", "-pk")
    of_station = defaultdict(list)
    for row in rows.only("station", "title", "place", "organiser", "content", "happened_on"):
        of_station[row.station_id].append(row)
    through = type(pairings[0]).activities.through if pairings else None
    by_hand = (
        set(through.objects.filter(pairing__in=pairings).values_list("pairing_id", "activity_id"))
        if through
        else set()
    )
    return {row.pk: _of(row, of_station, by_hand) for row in pairings}


def _of(pairing, of_station, by_hand) -> Exchanges:
    found = Exchanges()
    sides = ((pairing.station, pairing.exemplar), (pairing.exemplar, pairing.station))
    for own, other in sides:
        for row in of_station[own.pk]:
            if row.happened_on < pairing.since or _after(row, pairing):
                continue
            is_counted = (pairing.pk, row.pk) in by_hand or _names(row, other)
            (found.counted if is_counted else found.others).append(row)
    found.counted.sort(key=lambda row: row.happened_on, reverse=True)
    return found


def _after(row, pairing) -> bool:
    return pairing.ended_on is not None and row.happened_on > pairing.ended_on


def _names(row, station) -> bool:
    words = f"{row.title}\n{row.place}\n{row.organiser}\n{row.content}"
    # People write 古城社区 as well as 古城居委会.
    names = {station.region.name, readable_name(station.region.name)}
    return any(name in words for name in names)
