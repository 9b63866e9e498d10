"""早提醒: what a named station could look at before a recheck finds it. Facts beside each
other in the order of the units; nobody is ranked and nothing changes a state.

The policy names no such limits; the figures are this product's own (docs/afterwards.md).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accreditation.models import Accreditation
from activities.models import Activity, PlanItem
from activities.plans.items import with_done
from stations.models import Region
from veterans.models import RosterEdition, Veteran

LEDGER_DAYS = 45
ROSTER_DAYS = 182
# Fulfilment of the last three months beside that of the three before.
PLAN_DAYS = 91
PLAN_FALL = 0.2
PLAN_LEAST = 3


@dataclass(frozen=True)
class Hint:
    text: str
    url: str


@dataclass
class Watched:
    accreditation: Accreditation
    hints: list[Hint] = field(default_factory=list)

    @property
    def station(self):
        return self.accreditation.station


def watched(accreditations: QuerySet[Accreditation], *, on: dt.date) -> list[Watched]:
    """Every accreditation in force with its hints; five queries for any number."""
    rows = list(
        accreditations.valid_on(on)
        .select_related("station__region__parent", "county", "programme")
        .order_by("station__region__rank", "station__region__path", "pk")
    )
    if not rows:
        return []
    facts = _Facts(rows, on)
    return [Watched(row, facts.hints(row)) for row in rows]


class _Facts:
    """A town answers for its villages: what they do counts for it."""

    def __init__(self, rows: list[Accreditation], on: dt.date) -> None:
        self.on = on
        stations = {row.station_id for row in rows}
        towns = {
            row.station.region_id: row.station_id
            for row in rows
            if row.station.region.level == Region.Level.TOWN
        }
        self.mine = Q(station__in=stations) | Q(station__region__parent__in=towns)
        self.named, self.towns = stations, towns
        # Someone who looks into the future by a slip of the pen has not been active.
        past = Activity.objects.filter(self.mine, happened_on__lte=on)
        self.ledger = self._latest(past, "happened_on")
        touched = self._latest(Veteran.objects.filter(self.mine), "updated_at")
        confirmed = self._latest(
            RosterEdition.objects.filter(self.mine, confirmed_on__lte=on), "confirmed_on"
        )
        self.roster = {
            key: max(day for day in (touched.get(key), confirmed.get(key)) if day)
            for key in touched.keys() | confirmed.keys()
        }
        self.plans = self._plans()

    def _owners(self, station: int, parent: int | None) -> Iterable[int]:
        if station in self.named:
            yield station
        if parent in self.towns and self.towns[parent] != station:
            yield self.towns[parent]

    def _latest(self, rows: QuerySet, name: str) -> dict[int, dt.date]:
        found: dict[int, dt.date] = {}
        groups = rows.order_by().values_list("station", "station__region__parent")
        for station, parent, last in groups.annotate(last=Max(name)):
            day = timezone.localdate(last) if isinstance(last, dt.datetime) else last
            for owner in self._owners(station, parent):
                found[owner] = max(day, found.get(owner, day))
        return found

    def _plans(self) -> dict[int, dict[bool, list[int]]]:
        """{station: {is it recent: [items whose day has passed, of them kept]}}"""
        first, split = (self.on - dt.timedelta(days=n * PLAN_DAYS) for n in (2, 1))
        items = PlanItem.objects.filter(self.mine, planned_on__gte=first, planned_on__lt=self.on)
        found: dict[int, dict[bool, list[int]]] = defaultdict(lambda: {True: [0, 0], False: [0, 0]})
        groups = with_done(items).order_by().annotate(is_recent=Q(planned_on__gte=split))
        counted = groups.values_list("station", "station__region__parent", "is_recent").annotate(
            n=Count("pk"), kept=Count("pk", filter=Q(is_done=True) | ~Q(cancelled_reason=""))
        )
        for station, parent, is_recent, number, kept in counted:
            for owner in self._owners(station, parent):
                sums = found[owner][bool(is_recent)]
                sums[0] += number
                sums[1] += kept
        return found

    def hints(self, row: Accreditation) -> list[Hint]:
        found = (self._ledger(row), self._roster(row), self._plan(row))
        return [hint for hint in found if hint]

    def _section(self, row: Accreditation, name: str) -> str:
        return reverse("section", args=[row.station.region.code, name])

    def _ledger(self, row: Accreditation) -> Hint | None:
        last = self.ledger.get(row.station_id)
        if last and (self.on - last).days < LEDGER_DAYS:
            return None
        text = (
            f"最近一条台账是{last:%Y年%-m月%-d日}，已有{(self.on - last).days}天"
            if last
            else "还没有台账"
        )
        return Hint(f"{text}，有活动请及时记录。", self._section(row, "activities"))

    def _roster(self, row: Accreditation) -> Hint | None:
        last = self.roster.get(row.station_id)
        if last and (self.on - last).days < ROSTER_DAYS:
            return None
        text = f"花名册最近一次更新或核对是{last:%Y年%-m月%-d日}" if last else "花名册还没有人员"
        return Hint(f"{text}，请核对一遍。", self._section(row, "roster"))

    def _plan(self, row: Accreditation) -> Hint | None:
        sums = self.plans.get(row.station_id)
        if not sums or min(sums[True][0], sums[False][0]) < PLAN_LEAST:
            return None
        now, before = (sums[key][1] / sums[key][0] for key in (True, False))
        if before - now < PLAN_FALL - 1e-9:
            return None
        text = f"近三个月计划落实率{now:.0%}，此前三个月{before:.0%}，有事项还没有落实。"
        return Hint(text, self._section(row, "plans"))


def for_station(user, station, *, on: dt.date) -> list[Hint]:
    """The own station's hints for its workspace; nothing is asked where it is not named."""
    rows = Accreditation.objects.visible_to(user).filter(station=station)
    return list({hint.text: hint for one in watched(rows, on=on) for hint in one.hints}.values())
