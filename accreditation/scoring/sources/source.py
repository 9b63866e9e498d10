"""A source of facts: rows of stations and named conditions on them.

The score counts a condition, the scorecard's list shows the rows for which it holds: both
read the same Q here, so the two can never differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Value

from accreditation.scoring.context import Context
from accreditation.scoring.statements import STATIONS, Given, text_of

Counters = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """`counters` maps a name to a Q (counted) or to an aggregate; names start with the
    source's name. `is_whole` sources are added up to the town, the others are its own."""

    name: str
    rows: Callable[[Context], QuerySet[Any]]
    counters: Callable[[Context], Counters]
    station: str = "station_id"
    is_whole: bool = False
    # Which stations' rows are read; None where `rows` says it.
    scope: Given | None = STATIONS

    def scoped_rows(self, context: Context) -> QuerySet[Any]:
        rows = self.rows(context).order_by()
        if not context.is_scoped or self.scope is None:
            return rows
        return rows.filter(**{f"{self.station}__in_scope": self.scope})

    def grouped(self, context: Context) -> QuerySet[Any]:
        found = {
            _alias(name): Count("pk", filter=what) if isinstance(what, Q) else what
            for name, what in self.counters(context).items()
        }
        rows = self.scoped_rows(context).annotate(at=F(self.station)).values("at")
        return rows.annotate(**found).values_list("at", *found)

    def text(self, context: Context, number: int | None = None, width: int = 0) -> str:
        """The statement; with a number that stands in front, filled up to a width."""
        rows, names = self.grouped(context), self._aliases(context)
        if number is None:
            return text_of(rows)
        blanks = {f"blank_{n}": _zero() for n in range(width - len(names))}
        rows = rows.annotate(source_number=Value(number, output_field=IntegerField()), **blanks)
        return text_of(rows.values_list("source_number", "at", *names, *blanks))

    def _aliases(self, context: Context) -> list[str]:
        return [_alias(name) for name in self.counters(context)]

    def names(self, context: Context) -> list[str]:
        return [f"{self.name}.{name}" for name in self.counters(context)]


def packed(sources: list[Source], context: Context) -> str:
    """Many small sources as one statement: (number of the source, station, counts ...)."""
    width = max(len(source.counters(context)) for source in sources)
    return " UNION ALL ".join(
        source.text(context, number, width) for number, source in enumerate(sources)
    )


def _zero() -> Value:
    return Value(0, output_field=IntegerField())


def _alias(name: str) -> str:
    return f"n_{name}"
