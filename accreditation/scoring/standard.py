"""The standard that a score is held against: a rubric, and what was worked out from it once."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, QuerySet

from accreditation.models import Programme, Requirement, Rubric
from accreditation.scoring.facts import Facts
from accreditation.scoring.measures import MEASURES
from accreditation.scoring.numbers import Found
from accreditation.scoring.statements import RUBRIC, Row, fetch, kept, text_of
from records.kept import Shelf
from records.kept import kept as compiled
from veterans.faults.runs import completed

FIELDS = [field.attname for field in Requirement._meta.concrete_fields]


class Mark(NamedTuple):
    """What adding up needs of a requirement; `at` is its place in the rubric."""

    at: int
    code: str
    points: int
    must: bool
    is_auto: bool


@dataclass(frozen=True, eq=False)
class Standard:
    requirements: list[Requirement]
    points: dict[str, int]
    marks: dict[str, list[Mark]]  # by part: C R H U
    parameters: dict[str, dict[str, Any]]
    text: str  # the parameters, as part of the key of a statement

    @cached_property
    def plans(self) -> list[tuple[Callable[[Facts, Any], Found], dict[str, Any]]]:
        """How each is measured. An old version may name what is no longer: it can be read, and
        not scored."""
        return [(MEASURES[row.measure].evaluate, row.parameters) for row in self.requirements]


# Requirements are read for every score, their Python is made anew only when they differ.
_STANDARDS = Shelf(8)


def read_programme(programme: Programme | None) -> tuple[Programme | None, Rubric, bool]:
    """The programme (else the current one), its rubric (else the one in force), and whether
    data faults were ever looked for."""
    found = compiled(_chosen, programme=programme.pk) if programme else compiled(_current)
    if found:
        chosen: Programme = found[0]
        return chosen, chosen.rubric, chosen.has_detection
    in_force = compiled(_in_force)
    if not in_force:
        raise Rubric.DoesNotExist("没有施行中的评价标准。")
    rubric: Rubric = in_force[0]
    return None, rubric, rubric.has_detection


def _programmes() -> QuerySet[Programme]:
    rows = Programme.objects.select_related("rubric")
    return rows.annotate(has_detection=Exists(completed()))


def _chosen(programme: int) -> QuerySet[Programme]:
    return _programmes().filter(pk=programme)


def _current() -> QuerySet[Programme]:
    return _programmes().filter(is_current=True)[:1]


def _in_force() -> QuerySet[Rubric]:
    rows = Rubric.objects.filter(state=Rubric.State.IN_FORCE)
    return rows.annotate(has_detection=Exists(completed())).order_by("-version")[:1]


def read_standard(rubric: int) -> Standard:
    rows = fetch(kept("requirements", _requirements), rubric=rubric)
    standard: Standard = _STANDARDS.get(tuple(rows), lambda: _standard(rows))
    return standard


def _requirements() -> str:
    rows = Requirement.objects.filter(rubric__given=RUBRIC).order_by("order")
    return text_of(rows.values_list(*FIELDS))


def _standard(rows: list[Row]) -> Standard:
    found = [_requirement(row) for row in rows]
    parameters = {
        row.measure: {k: v for k, v in row.parameters.items() if k != "rule"} for row in found
    }
    marks: dict[str, list[Mark]] = {}
    for at, row in enumerate(found):
        mark = Mark(at, row.code, row.points, row.must, row.how == Requirement.How.AUTO)
        marks.setdefault(row.part, []).append(mark)
    return Standard(
        requirements=found,
        points={row.code: row.points for row in found},
        marks=marks,
        parameters=parameters,
        text=json.dumps(parameters, sort_keys=True),
    )


# What makes a requirement another one for whoever gave a verdict on it; whether it is a must
# does not.
_SAME = ("label", "how", "measure", "points", "parameters", "sentence")


def changed_codes(old: Standard, new: Standard) -> set[str]:
    """Requirements of the old version that are gone, or not the same, in the new one."""
    now = {row.code: row for row in new.requirements}
    return {
        row.code
        for row in old.requirements
        if row.code not in now
        or any(getattr(row, name) != getattr(now[row.code], name) for name in _SAME)
    }


def _requirement(row: Row) -> Requirement:
    values = dict(zip(FIELDS, row, strict=True))
    if isinstance(values["parameters"], str):
        values["parameters"] = json.loads(values["parameters"])
    return Requirement.from_db(None, FIELDS, list(values.values()))
