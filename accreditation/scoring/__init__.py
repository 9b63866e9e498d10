"""The live score: `score_stations` scores one station or all, for the three tracks at once,
with the same number of queries (docs/scoring.md).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import BooleanField, CharField, DateField, F, IntegerField, QuerySet, Value

from accreditation.models import NotApplicable, Programme, Rubric, Verdict
from accreditation.scoring.archive import serialise
from accreditation.scoring.cards import Line, Scorecard
from accreditation.scoring.context import Context
from accreditation.scoring.facts import SCOPED_UP_TO, gather
from accreditation.scoring.not_applicable import Proposal, within_cap
from accreditation.scoring.results import PARTS, TrackResult
from accreditation.scoring.standard import Standard, changed_codes, read_programme, read_standard
from accreditation.scoring.statements import PROGRAMME, STATIONS, Row, fetch, kept, text_of
from accreditation.scoring.tree import Tree
from stations.models import Station

__all__ = [
    "PARTS",
    "Line",
    "Scorecard",
    "TrackResult",
    "make_context",
    "score_station",
    "score_stations",
    "serialise",
]


def score_station(station: int, *, on: dt.date) -> Scorecard:
    """One station by its number, in the current programme: what pages show."""
    return score_stations([station], on=on)[station]


def score_stations(
    stations: QuerySet[Station] | list[int],
    *,
    on: dt.date,
    programme: Programme | None = None,
    rubric: Rubric | None = None,
) -> dict[int, Scorecard]:
    """Scorecards by station id; stations may be given by their numbers. Without a programme the
    current one counts; `rubric` is a version that it does not apply itself: a draft, or the one
    an application kept."""
    programme, applied, has_detection = read_programme(programme)
    rubric = rubric or applied
    standard = read_standard(rubric.pk)
    tree, facts = gather(
        stations, lambda is_scoped: _context(on, programme, standard, is_scoped, has_detection)
    )
    proposals, verdicts, outdated = _words_of_people(tree, programme, rubric, standard)
    return {
        one.place.pk: Scorecard(
            facts=one,
            on=on,
            rubric=rubric,
            standard=standard,
            found=[evaluate(one, parameters) for evaluate, parameters in standard.plans],
            not_applicable=within_cap(_confirmed(proposals.get(one.place.pk, ())), standard.points),
            proposals={row.code: row for row in proposals.get(one.place.pk, ())},
            verdicts=verdicts.get(one.place.pk, {}),
            outdated=outdated.get(one.place.pk, set()),
        )
        for one in facts
    }


def make_context(on: dt.date, programme: Programme | None, *, is_scoped: bool) -> Context:
    """The context of a day, for whoever lists the rows behind a line."""
    programme, rubric, has_detection = read_programme(programme)
    return _context(on, programme, read_standard(rubric.pk), is_scoped, has_detection)


def _context(
    on: dt.date,
    programme: Programme | None,
    standard: Standard,
    is_scoped: bool,
    has_detection: bool,
) -> Context:
    return Context(
        on=on,
        parameters=standard.parameters,
        is_scoped=is_scoped,
        text=standard.text,
        film_from=programme.starts_on if programme else None,
        film_until=programme.ends_on if programme else None,
        has_detection=has_detection,
    )


def _words_of_people(
    tree: Tree, programme: Programme | None, rubric: Rubric, standard: Standard
) -> tuple[
    dict[int, list[Proposal]],
    dict[int, dict[tuple[str, str], tuple[int, bool]]],
    dict[int, set[tuple[str, str]]],
]:
    """What was said on 不适用 and the latest verdicts, in one statement; and which of these were
    given on a requirement that is another one in this rubric: they count as not given."""
    scope = [place.pk for place in tree.asked]
    is_scoped = len(scope) <= SCOPED_UP_TO
    what = kept(("words", is_scoped), lambda: _words(is_scoped))
    rows = fetch(what, stations=scope, programme=programme.pk if programme else 0)
    proposals: dict[int, list[Proposal]] = defaultdict(list)
    verdicts: dict[int, dict[tuple[str, str], tuple[int, bool]]] = defaultdict(dict)
    outdated: dict[int, set[tuple[str, str]]] = defaultdict(set)
    changed = _changed({row[10] for row in rows if row[1]}, rubric, standard)
    for station, track, code, points, is_override, reason, _, pk, yes, no, given in _in_order(rows):
        if not track:
            proposals[station].append(Proposal(pk, code, reason, yes, no))
        elif code in changed.get(given, ()):
            verdicts[station].pop((track, code), None)
            outdated[station].add((track, code))
        else:
            verdicts[station][track, code] = (points, bool(is_override))
            outdated[station].discard((track, code))
    return proposals, verdicts, outdated


def _changed(given: set[int | None], rubric: Rubric, standard: Standard) -> dict[int, set[str]]:
    """By former version the requirements that this one words, counts or marks differently: one
    statement for each former version that verdicts were given on."""
    former = {pk for pk in given if pk is not None and pk != rubric.pk}
    return {pk: changed_codes(read_standard(pk), standard) for pk in former}


def _confirmed(rows: Iterable[Proposal]) -> list[tuple[str, str]]:
    """In the order in which the city confirmed them."""
    open_rows = [row for row in rows if row.confirmed_on and not row.declined_on]
    return [
        (row.code, row.reason) for row in sorted(open_rows, key=lambda r: (r.confirmed_on, r.pk))
    ]


def _in_order(rows: list[Row]) -> list[Row]:
    """As they were written: a later verdict replaces an earlier one."""
    return sorted(rows, key=lambda row: (row[6], row[7]))


def _words(is_scoped: bool) -> str:
    waived = NotApplicable.objects.all()
    given = Verdict.objects.filter(application__programme__given=PROGRAMME)
    if is_scoped:
        waived = waived.filter(station__in_scope=STATIONS)
        given = given.filter(application__station__in_scope=STATIONS)
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
        Value(None, IntegerField()),
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
        F("snapshot__rubric_id"),
    )
    return f"{text_of(first)} UNION ALL {text_of(second)}"
