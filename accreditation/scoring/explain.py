"""The rows behind a line: the same conditions that the score counted, as a list.

Rows pass through `visible_to` of the reader, so that what may not be opened is not shown:
above the county C7.4 has no rows, for an administrator talks have none.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from accreditation.models import Programme, Requirement
from accreditation.rubric import shipped
from accreditation.scoring import make_context
from accreditation.scoring.context import Context
from accreditation.scoring.measures import MEASURES
from accreditation.scoring.sources import ALL_SOURCES
from accreditation.scoring.sources.ledger import LEDGER
from accreditation.scoring.sources.plans import ITEMS, PLANS
from accreditation.scoring.sources.resources import SITES
from accreditation.scoring.sources.source import Source
from accreditation.scoring.statements import STATIONS
from stations.models import ResourceUse, Station

SHOWN = 200
# Lines over periods and sites are listed by the records that can meet them.
PERIODS: dict[str, tuple[Source, str]] = {
    "quarter_plans": (PLANS, "quarter_"),
    "month_plans": (PLANS, "month_"),
    "ledger_months": (LEDGER, "month_"),
    "key_dates": (ITEMS, "key_"),
}


@dataclass(frozen=True)
class Explained:
    row: Any
    ok: bool


def explain(
    station: Station,
    code: str,
    *,
    on: dt.date,
    user: Any,
    programme: Programme | None = None,
    requirement: Requirement | None = None,
) -> list[Explained]:
    """Rows counted and not counted for one requirement, those not counted first."""
    measure_name = requirement.measure if requirement else _measure_of(code)
    context = make_context(on, programme, is_scoped=False)
    found: list[Explained] = []
    for rows in _querysets(measure_name, context, station):
        visible = _visible(rows, user)
        if visible is None:
            continue
        ordered = visible.order_by("ok", "-pk")[: SHOWN - len(found)]
        found += [Explained(row, row.ok) for row in ordered]
    return found


def counted_rows(measure_name: str, context: Context, station: Station) -> list[QuerySet[Any]]:
    """The rows with `ok`, without a reader: what the tests hold against the score."""
    return _querysets(measure_name, context, station)


def _measure_of(code: str) -> str:
    return next(row["measure"] for row in shipped()["requirements"] if row["code"] == code)


def _querysets(name: str, context: Context, station: Station) -> list[QuerySet[Any]]:
    if name in PERIODS:
        source, prefix = PERIODS[name]
        wanted = Q()
        for counter, condition in source.counters(context).items():
            if counter.startswith(prefix):
                wanted |= condition
        return [_with_ok(_of(source, context, station).filter(wanted), Q(pk__isnull=False))]
    if name == "sites_kept":
        uses = ResourceUse.objects.filter(_within("station", station), resource__kind__in=SITES)
        kept = ~Q(resource__keeper="") | Q(resource__keeper_missing_reported=True)
        return [_with_ok(uses, kept)]
    return [_pair(*names, context, station) for names in MEASURES[name].rows]


def _pair(population: str, counter: str, context: Context, station: Station) -> QuerySet[Any]:
    """Rows of the population; ok where the counter holds, which may read another source
    (checked panels among panels)."""
    everything = _counted(population, context, station)
    if population.split(".", 1)[0] == counter.split(".", 1)[0]:
        return _with_ok(everything, _condition_of(counter, context))
    good = _counted(counter, context, station).order_by().values("pk")
    return _with_ok(everything, Q(pk__in=good))


def _counted(name: str, context: Context, station: Station) -> QuerySet[Any]:
    return _of(source_of(name), context, station).filter(_condition_of(name, context))


def _condition_of(name: str, context: Context) -> Q:
    return _condition(source_of(name).counters(context)[name.split(".", 1)[1]])


def _condition(counter: Any) -> Q:
    """A counter is a condition, or an aggregate with one as its filter."""
    return counter if isinstance(counter, Q) else counter.filter


def _with_ok(rows: QuerySet[Any], ok: Q) -> QuerySet[Any]:
    flag = Case(When(ok, then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.annotate(ok=flag)


@lru_cache(maxsize=64)
def source_of(name: str) -> Source:
    return next(source for source in ALL_SOURCES if source.name == name.split(".", maxsplit=1)[0])


def _of(source: Source, context: Context, station: Station) -> QuerySet[Any]:
    path = source.station.removesuffix("_id")
    rows = source.rows(context).filter(_within(path, station))
    if not source.is_whole and source.scope is STATIONS:
        rows = rows.filter(**{f"{path}__region__level": station.region.level})
    return rows


def _within(path: str, station: Station) -> Q:
    return Q(**{f"{path}__region__path__startswith": station.region.path})


def _visible(rows: QuerySet[Any], user: Any) -> QuerySet[Any] | None:
    """Through the model's own scope; a table between two (who is shown on a panel) has
    none and holds nothing but what its owners show."""
    if hasattr(rows.model.objects, "visible_to"):
        return rows.filter(pk__in=rows.model.objects.visible_to(user).order_by().values("pk"))
    return rows
