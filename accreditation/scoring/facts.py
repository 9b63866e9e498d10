"""Reads all facts with a constant number of statements and adds them up to the town.

A town station is scored over the people of its subtree with what hangs on them, and the
subtree's teams and activities; everything else is its own (tree.py).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accreditation.scoring.context import Context
from accreditation.scoring.sources import ALL_SOURCES, PACKED
from accreditation.scoring.sources.answers import SURVEYS, TELEPHONE
from accreditation.scoring.sources.ledger import LEDGER
from accreditation.scoring.sources.pairs import Pairs
from accreditation.scoring.sources.pairs import statement as pairs_statement
from accreditation.scoring.sources.papers import EDITIONS
from accreditation.scoring.sources.people import PEOPLE
from accreditation.scoring.sources.source import packed
from accreditation.scoring.statements import Row, fetch, kept, text_of
from accreditation.scoring.survey import Answers
from accreditation.scoring.tree import Place, Tree, read_tree
from records.kept import Shelf
from stations.models import Station

# Above this many stations a clause that names them costs more than it saves.
SCOPED_UP_TO = 300

HOMETOWN_COLUMN = 2  # of the counters of the source "uses"
DAYS_COLUMN = 2  # of "editions": days do not add up


@dataclass
class Facts:
    """One station's figures: `facts["ledger.talk"]`, and the sets behind the sites."""

    place: Place
    context: Context
    figures: dict[str, int]
    sites: dict[int, bool] = field(default_factory=dict)
    uses: dict[int, bool] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    town_uses_hometown: int = 0
    survey: tuple[int, int, str] = (0, 0, "")

    def __getitem__(self, name: str) -> int:
        return self.figures[name]

    @property
    def is_village(self) -> bool:
        return self.place.level == "village"

    def is_small(self, under: int) -> bool:
        return self.figures["people.all"] < under


class Shape(NamedTuple):
    """Names of all figures by source, and a station without any record."""

    names: dict[str, list[str]]
    blank: dict[str, int]


# A source's names and one station's counts.
Counts = tuple[list[str], Row]


@dataclass
class Counted:
    """What the statements gave, by station: of its own, and of what adds up to the town."""

    own: dict[int, list[Counts]] = field(default_factory=lambda: defaultdict(list))
    whole: dict[int, list[Counts]] = field(default_factory=lambda: defaultdict(list))
    surveys: dict[int, Row] = field(default_factory=dict)
    telephone: dict[int, Row] = field(default_factory=dict)
    days: dict[int, int] = field(default_factory=dict)
    hometown: dict[int, int] = field(default_factory=dict)


def gather(
    stations: QuerySet[Station] | list[int], make_context: Callable[[bool], Context]
) -> tuple[Tree, list[Facts]]:
    tree = read_tree(stations)
    near = {pk for place in tree.asked for pk in tree.whole(place)}
    near |= {town for place in tree.asked if (town := tree.town(place))}
    context = make_context(len(near) <= SCOPED_UP_TO)
    at_least = context.p("survey", "at_least")
    scopes: dict[str, Any] = {"county": f"{tree.county_path}%"}
    if context.is_scoped:
        scopes |= _scopes(tree, near, at_least)
    shape = _shape(context)
    counted = _read(context, shape, scopes)
    pairs = _read_pairs(context, scopes)
    answers = Answers(counted.surveys, counted.telephone, tree, at_least)
    return tree, [
        _facts(place, context, shape, tree, counted, pairs, answers) for place in tree.asked
    ]


MORE_THAN_ANY = 2**31


def _scopes(tree: Tree, near: set[int], at_least: int) -> dict[str, Any]:
    """What the statements are given. Of several stations one may have enough answers in its town
    and another not: then the county's are read in any case."""
    towns = {town for place in tree.asked if (town := tree.town(place))}
    below = {pk for town in towns for pk in tree.whole(tree.places[town])}
    return {
        "stations": sorted(near),
        "towns": sorted(near | below),
        "regions": sorted(_regions(tree, near)),
        "enough": at_least if len(tree.asked) == 1 else MORE_THAN_ANY,
    }


def _regions(tree: Tree, near: Iterable[int]) -> set[int]:
    """Regions of the places and of their towns."""
    places = [tree.places[pk] for pk in near]
    return {place.region for place in places} | {p.parent for p in places if p.parent}


_SHAPES = Shelf(16)


def _shape(context: Context) -> Shape:
    """The same for a day and a rubric, so kept."""

    def make() -> Shape:
        names = {source.name: source.names(context) for source in ALL_SOURCES}
        blank = {name: 0 for source in ALL_SOURCES for name in names[source.name]}
        return Shape(names, blank | {"editions.days": -1})

    shape: Shape = _SHAPES.get(context.key, make)
    return shape


def read_all(context: Context) -> Counted:
    """The counts of every station, not yet added up (for whoever checks them)."""
    return _read(context, _shape(context), {"county": "%"})


def _read(context: Context, shape: Shape, scopes: dict[str, Any]) -> Counted:
    found = Counted()
    for source in (PEOPLE, LEDGER):
        build = partial(source.text, context)
        names = shape.names[source.name]
        for row in fetch(kept((source.name, context.key), build), **scopes):
            found.whole[row[0]].append((names, row[1:]))
    for row in fetch(kept(("packed", context.key), lambda: packed(PACKED, context)), **scopes):
        source, station, counts = PACKED[row[0]], row[1], row[2:]
        names = shape.names[source.name]
        if source is SURVEYS or source is TELEPHONE:
            (found.surveys if source is SURVEYS else found.telephone)[station] = counts
            continue
        if source is EDITIONS:
            names = names[:DAYS_COLUMN]
            if counts[DAYS_COLUMN] is not None:
                found.days[station] = counts[DAYS_COLUMN]
        elif source.name == "uses":
            found.hometown[station] = counts[HOMETOWN_COLUMN]
        (found.whole if source.is_whole else found.own)[station].append((names, counts))
    return found


def _read_pairs(context: Context, scopes: dict[str, Any]) -> Pairs:
    found = Pairs()
    text = kept(("pairs", context.key), lambda: text_of(pairs_statement(context)))
    for row in fetch(text, **scopes):
        found.add(*row)
    return found


def _facts(
    place: Place,
    context: Context,
    shape: Shape,
    tree: Tree,
    counted: Counted,
    pairs: Pairs,
    answers: Answers,
) -> Facts:
    own, whole = tree.own(place), tree.whole(place)
    figures = dict(shape.blank)
    _add(figures, counted.own, own)
    _add(figures, counted.whole, whole)
    figures["editions.days"] = min(
        (counted.days[pk] for pk in own if pk in counted.days), default=-1
    )
    facts = Facts(place, context, figures, survey=answers.of(place))
    _add_guests(facts, pairs, whole)
    _add_sites(facts, pairs, tree, own, whole)
    facts.town_uses_hometown = counted.hometown.get(tree.town(place) or 0, 0)
    return facts


def _add(figures: dict[str, int], rows: dict[int, list[Counts]], members: list[int]) -> None:
    """Counts are longer than their names: the statement of small tables fills up with zeros."""
    if len(members) == 1:
        for names, counts in rows.get(members[0], ()):
            figures.update(zip(names, counts, strict=False))
        return
    for pk in members:
        for names, counts in rows.get(pk, ()):
            for name, number in zip(names, counts, strict=False):
                figures[name] += number


def _add_guests(facts: Facts, pairs: Pairs, whole: list[int]) -> None:
    if len(whole) < 2:
        return
    inside = set(whole)
    served = {v: a for pk in whole for v, team, a in pairs.members.get(pk, ()) if team in inside}
    hometown = {v for pk in whole for v, team, _ in pairs.hometown.get(pk, ()) if team in inside}
    facts.figures["people.member"] += len(served)
    facts.figures["people.member_served"] += sum(served.values())
    facts.figures["people.hometown_member"] += len(hometown)


def _add_sites(facts: Facts, pairs: Pairs, tree: Tree, own: list[int], whole: list[int]) -> None:
    """Sites of the place: of its own region and its town's, and whatever else it uses."""
    regions = {tree.places[pk].region for pk in own}
    if facts.is_village and facts.place.parent:
        regions.add(facts.place.parent)
    for region in regions:
        facts.sites.update(pairs.sites.get(region, {}))
    for pk in own:
        facts.uses.update(pairs.uses.get(pk, {}))
    facts.sites.update(facts.uses)
    for pk in whole:
        facts.held |= pairs.held.get(pk, set())
