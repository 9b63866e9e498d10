"""What the measures need from SQL, alike on both databases."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Field, Func, IntegerField, Lookup
from django.db.models.fields.related import ForeignKey

from accreditation.scoring.statements import IN_NUMBERS
from records.kept import LIKE_ONCE


class GivenLookup(Lookup):
    """The right side is a value that is given when the statement runs (statements.Given)."""

    prepare_rhs = False
    operator: ClassVar[dict[str, str]] = {}

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} {self.operator[connection.vendor]}", [*params, self.rhs]


@Field.register_lookup
@ForeignKey.register_lookup
class InScope(GivenLookup):
    """`station__in_scope=STATIONS`."""

    lookup_name = "in_scope"
    operator = IN_NUMBERS


@ForeignKey.register_lookup
class IsGiven(GivenLookup):
    """`rubric__given=RUBRIC`."""

    lookup_name = "given"
    operator: ClassVar = {"postgresql": "= %s", "sqlite": "= %s"}


@Field.register_lookup
class IsBelowGiven(GivenLookup):
    """`answers__below_given=ENOUGH`."""

    lookup_name = "below_given"
    operator: ClassVar = {"postgresql": "< %s", "sqlite": "< %s"}


@Field.register_lookup
class LikeGiven(GivenLookup):
    """`region__path__like_given=COUNTY`."""

    lookup_name = "like_given"
    operator: ClassVar = {"postgresql": "LIKE %s", "sqlite": LIKE_ONCE}


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
