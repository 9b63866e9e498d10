"""The live score: `score_stations` scores one station or all, for the three tracks at once,
with the same number of queries (docs/scoring.md).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    QuerySet,
    Value,
)

from accreditation.models import NotApplicable, Programme, Requirement, Rubric, Verdict
from accreditation.scoring.cards import (
    PARTS,
    Line,
    Proposal,
    Scorecard,
    TrackResult,
    serialise,
    within_cap,
)
from accreditation.scoring.context import Context
from accreditation.scoring.facts import SCOPED_UP_TO, Tree, gather
from accreditation.scoring.measures import MEASURES
from stations.models import Station
from veterans.models import DataFault

__all__ = [
    "PARTS",
    "Line",
    "Scorecard",
    "TrackResult",
    "make_context",
    "score_stations",
    "serialise",
]


def score_stations(
    stations: QuerySet[Station], *, on: dt.date, programme: Programme | None = None
) -> dict[int, Scorecard]:
    """Scorecards by station id. Without a programme the current one's rubric counts, or
    the one in force."""
    programme, rubric, has_detection = _standard(programme)
    requirements = _requirements(rubric)
    tree, facts = gather(
        stations,
        lambda is_scoped: _context(on, programme, requirements, is_scoped, has_detection),
    )
    proposals, verdicts = _words_of_people(tree, programme)
    points = {requirement.code: requirement.points for requirement in requirements}
    plans = [(MEASURES[r.measure].evaluate, r.parameters) for r in requirements]
    return {
        one.place.pk: Scorecard(
            facts=one,
            on=on,
            rubric=rubric,
            requirements=requirements,
            found=[evaluate(one, parameters) for evaluate, parameters in plans],
            not_applicable=within_cap(_confirmed(proposals.get(one.place.pk, ())), points),
            proposals={row.code: row for row in proposals.get(one.place.pk, ())},
            verdicts=verdicts.get(one.place.pk, {}),
        )
        for one in facts
    }


def make_context(on: dt.date, programme: Programme | None, *, is_scoped: bool) -> Context:
    """The context of a day, for whoever lists the rows behind a line."""
    programme, rubric, has_detection = _standard(programme)
    return _context(on, programme, _requirements(rubric), is_scoped, has_detection)


def _standard(programme: Programme | None) -> tuple[Programme | None, Rubric, bool]:
    detected = Exists(DataFault.objects.all())
    rows = Programme.objects.select_related("rubric").annotate(has_detection=detected)
    found = rows.filter(pk=programme.pk) if programme else rows.filter(is_current=True)
    chosen = found.first()
    if chosen is not None:
        return chosen, chosen.rubric, chosen.has_detection
    in_force = Rubric.objects.filter(state=Rubric.State.IN_FORCE).annotate(has_detection=detected)
    rubric = in_force.order_by("-version").first()
    if rubric is None:
        raise Rubric.DoesNotExist("没有施行中的评价标准。")
    return None, rubric, rubric.has_detection


def _requirements(rubric: Rubric) -> list[Requirement]:
    return list(rubric.requirements.order_by("order"))


def _context(
    on: dt.date,
    programme: Programme | None,
    requirements: list[Requirement],
    is_scoped: bool,
    has_detection: bool,
) -> Context:
    return Context(
        on=on,
        parameters={
            row.measure: {k: v for k, v in row.parameters.items() if k != "rule"}
            for row in requirements
        },
        is_scoped=is_scoped,
        film_from=programme.starts_on if programme else None,
        film_until=programme.ends_on if programme else None,
        has_detection=has_detection,
    )


def _words_of_people(
    tree: Tree, programme: Programme | None
) -> tuple[dict[int, list[Proposal]], dict[int, dict[tuple[str, str], tuple[int, bool]]]]:
    """What was said on 不适用 and the latest verdicts, in one statement."""
    scope = [place.pk for place in tree.asked]
    rows = _words(programme.pk if programme else 0, scope if len(scope) <= SCOPED_UP_TO else None)
    proposals: dict[int, list[Proposal]] = defaultdict(list)
    verdicts: dict[int, dict[tuple[str, str], tuple[int, bool]]] = defaultdict(dict)
    for station, track, code, points, is_override, reason, _, pk, yes, no in rows:
        if track:
            verdicts[station][track, code] = (points, bool(is_override))
        else:
            proposals[station].append(Proposal(pk, code, reason, yes, no))
    return proposals, verdicts


def _confirmed(rows: Iterable[Proposal]) -> list[tuple[str, str]]:
    """In the order in which the city confirmed them."""
    open_rows = [row for row in rows if row.confirmed_on and not row.declined_on]
    return [
        (row.code, row.reason) for row in sorted(open_rows, key=lambda r: (r.confirmed_on, r.pk))
    ]


def _words(programme_id: int, scope: list[int] | None) -> list[tuple[Any, ...]]:
    waived = NotApplicable.objects.all()
    given = Verdict.objects.filter(application__programme_id=programme_id)
    if scope is not None:
        waived = waived.filter(station__in_scope=scope)
        given = given.filter(application__station__in_scope=scope)
    first = waived.order_by().values_list(
        F("station_id"),
        Value("", CharField()),
        F("requirement"),
        Value(0, IntegerField()),
        Value(False, BooleanField()),
        F("reason"),
        F("created_at"),
        F("pk"),
        F("confirmed_on"),
        F("declined_on"),
    )
    second = given.order_by().values_list(
        F("application__station_id"),
        F("application__track"),
        F("requirement"),
        F("points"),
        F("is_override"),
        Value("", CharField()),
        F("given_at"),
        F("pk"),
        Value(None, DateField()),
        Value(None, DateField()),
    )
    found = list(first.union(second, all=True))
    return sorted(found, key=lambda row: (row[6], row[7]))
