"""What the sources of facts are told: the day, the thresholds, and whose rows are wanted."""

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model, OuterRef, Q, QuerySet

from accreditation.rubric import shipped_parameters
from accreditation.scoring.dates import last_months, last_quarters, months_before, years_before
from accreditation.scoring.statements import STATIONS
from records.by_row import ByRow
from records.models import AttachmentLink, ContentCheck


@dataclass(frozen=True)
class Context:
    on: dt.date
    parameters: dict[str, dict[str, Any]]
    is_scoped: bool
    text: str = ""  # the parameters as text
    film_from: dt.date | None = None
    film_until: dt.date | None = None
    # Whether data faults have ever been looked for; until then C2.6 is 待评.
    has_detection: bool = False

    def p(self, measure: str, name: str) -> Any:
        own = self.parameters.get(measure, {})
        return own[name] if name in own else shipped_parameters()[measure][name]

    @cached_property
    def key(self) -> Hashable:
        """Everything that a statement's text or parameters depend on."""
        films = (self.film_from, self.film_until)
        kinds = (kind_of(AttachmentLink).pk, kind_of(ContentCheck).pk)
        return (kinds, self.on, self.is_scoped, films, self.text)

    @cached_property
    def year_ago(self) -> dt.date:
        return years_before(self.on, 1)

    @cached_property
    def months(self) -> list[tuple[dt.date, dt.date]]:
        return last_months(self.on, self.p("ledger_months", "of"))

    @cached_property
    def plan_months(self) -> list[tuple[dt.date, dt.date]]:
        return last_months(self.on, self.p("month_plans", "of"))

    @cached_property
    def quarters(self) -> list[tuple[dt.date, dt.date]]:
        return last_quarters(self.on, self.p("quarter_plans", "of"))

    def year(self, field: str) -> Q:
        """The 12 months that end on the day of scoring."""
        return Q(**{f"{field}__gt": self.year_ago, f"{field}__lte": self.on})

    def months_ago(self, measure: str) -> dt.date:
        return months_before(self.on, self.p(measure, "months"))

    def born_after(self, age: int) -> dt.date:
        """Whoever is born after this day is at most `age` years old on the day of scoring."""
        return years_before(self.on, age + 1)

    @property
    def is_by_row(self) -> bool:
        """Whether to look for each row whether something hangs on it (few rows; SQLite), or to
        read all that hangs on any row once and hash it (PostgreSQL, the whole city)."""
        return self.is_scoped or connection.vendor == "sqlite"

    def has(self, rows: QuerySet[Any], key: str, *, is_by_row: bool, own: str = "pk") -> Q:
        """Rows whose `own` number stands in the column `key` of `rows`."""
        if is_by_row:
            return Q(ByRow(rows.order_by().filter(**{key: OuterRef(own)})))
        return Q(**{f"{own}__in": rows.order_by().values(key)})

    def near(self, path: str) -> Q:
        """Narrows a subquery to the stations asked for; all of them need no such clause."""
        return Q(**{f"{path}__in_scope": STATIONS}) if self.is_scoped else Q()


def kind_of(model: type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)
