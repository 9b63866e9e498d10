"""What the measures need from SQL, alike on both databases.

A scope is ONE parameter (an array on PostgreSQL, a JSON list on SQLite), so that the text
of every statement is the same for one station and for any number of them. Building the
statements of a score costs more time in Django than the database needs to answer for one
station; they are therefore compiled once per day and kept (`compiled`).
"""

import datetime as dt
import json
from collections.abc import Callable, Hashable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Field, Func, IntegerField, Lookup, QuerySet
from django.db.models.fields.related import ForeignKey


class Scope:
    """Stands for a list of numbers that is given when the statement runs."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"


STATIONS = Scope("stations")  # those asked for, with what hangs below them
WIDE = Scope("wide")  # all stations of their county-level units
REGIONS = Scope("regions")  # their own regions and their towns


def scope_value(numbers: Sequence[int], vendor: str | None = None) -> Any:
    if (vendor or connection.vendor) == "postgresql":
        return list(numbers)
    return json.dumps(list(numbers))


@Field.register_lookup
@ForeignKey.register_lookup
class InScope(Lookup):
    """`station__in_scope=STATIONS`, or a ready list."""

    lookup_name = "in_scope"
    prepare_rhs = False

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        value = self.rhs
        if not isinstance(value, Scope):
            value = scope_value(value, connection.vendor)
        if connection.vendor == "postgresql":
            return f"{left} = ANY(%s)", [*params, value]
        return f"{left} IN (SELECT value FROM json_each(%s))", [*params, value]  # noqa: S608  (no value is in the text)


class DaysBetween(Func):
    """Whole days from the first date to the second (dates or local days of times)."""

    arity = 2
    output_field = IntegerField()

    def _offset(self) -> str:
        """Local time against UTC; constant in China, so one figure serves all rows."""
        zone = ZoneInfo(settings.TIME_ZONE)
        delta = dt.datetime(2024, 1, 1, tzinfo=zone).utcoffset()
        return f"{int(delta.total_seconds()) if delta else 0:+d} seconds"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        return self._render(
            compiler,
            lambda sql, timed: (
                f"julianday(date({sql}, '{self._offset()}'))" if timed else f"julianday({sql})"
            ),
            "CAST({1} - {0} AS INTEGER)",
        )

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        return self._render(
            compiler,
            lambda sql, timed: (
                f"(({sql}) AT TIME ZONE '{settings.TIME_ZONE}')::date"
                if timed
                else f"({sql})::date"
            ),
            "({1} - {0})",
        )

    def _render(
        self, compiler: Any, wrap: Callable[[str, bool], str], template: str
    ) -> tuple[str, list[Any]]:
        parts, params = [], []
        for expression in self.source_expressions:
            sql, own = compiler.compile(expression)
            timed = expression.output_field.get_internal_type() == "DateTimeField"
            parts.append(wrap(sql, timed))
            params.extend(own)
        return template.format(*parts), params


_COMPILED: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}


def compiled(key: Hashable, build: Callable[[], QuerySet[Any]]) -> tuple[str, tuple[Any, ...]]:
    """Statement and parameters, built once per key (the day, the rubric, the database ...)."""
    if key not in _COMPILED:
        if len(_COMPILED) > 64:  # yesterday's
            _COMPILED.clear()
        sql, params = build().query.sql_with_params()
        _COMPILED[key] = sql, tuple(params)
    return _COMPILED[key]


def fetch(
    sql: str, params: Sequence[Any], scopes: dict[str, Sequence[int]]
) -> list[tuple[Any, ...]]:
    filled = [scope_value(scopes[p.name]) if isinstance(p, Scope) else p for p in params]
    with connection.cursor() as cursor:
        cursor.execute(sql, filled)
        return cursor.fetchall()
