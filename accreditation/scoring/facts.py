"""Reads all facts with a constant number of statements and adds them up to the town.

A town station is scored over the people of its subtree with what hangs on them, and the
subtree's teams and activities; everything else is its own. A merged region hangs below its
successor in Region.path, so "own" means: of the same level below the same path.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accreditation.scoring.context import Context
from accreditation.scoring.ledger import ITEMS, LEDGER, PLANS
from accreditation.scoring.pairs import Pairs
from accreditation.scoring.pairs import statement as pairs_statement
from accreditation.scoring.people import PEOPLE, WAR
from accreditation.scoring.small import SMALL
from accreditation.scoring.source import Source, packed
from accreditation.scoring.sql import compiled, fetch
from stations.models import Station

# Above this many stations a clause that names them costs more than it saves.
SCOPED_UP_TO = 300

PACKED = [PLANS, ITEMS, WAR, *SMALL]
ALL_SOURCES = [PEOPLE, LEDGER, *PACKED]
Row = tuple[Any, ...]


class Place(NamedTuple):
    """What scoring knows of a station without its records."""

    pk: int
    region: int
    path: str
    level: str
    parent: int | None
    registered: int | None
    begin: dt.date | None
    name: str
    code: str


FIELDS = (
    "pk", "region_id", "region__path", "region__level", "region__parent_id",
    "registered_veterans", "records_begin_on", "name", "region__code",
)  # fmt: skip


@dataclass
class Facts:
    """One station's figures: `get("ledger.talk")`, and the sets behind the sites."""

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


@dataclass
class Tree:
    """Who belongs to whom, by the managing tree."""

    asked: list[Place]
    places: dict[int, Place]
    own: dict[int, list[int]] = field(default_factory=dict)
    whole: dict[int, list[int]] = field(default_factory=dict)
    county: dict[int, list[int]] = field(default_factory=dict)
    town: dict[int, int | None] = field(default_factory=dict)
    below: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        below = self.below
        by_path = {place.path: place.pk for place in self.places.values()}
        counties: dict[str, list[int]] = defaultdict(list)
        for place in self.places.values():
            for prefix in _prefixes(place.path):
                below[prefix].append(place)
            counties[county_of(place.path)].append(place.pk)
        for place in self.asked:
            under = below[place.path]
            self.whole[place.pk] = [p.pk for p in under]
            self.own[place.pk] = [p.pk for p in under if p.level == place.level]
            self.county[place.pk] = counties[county_of(place.path)]
            self.town[place.pk] = self._town_of(place, by_path)

    def _town_of(self, place: Place, by_path: dict[str, int]) -> int | None:
        for prefix in reversed(_prefixes(place.path)[:-1]):
            pk = by_path.get(prefix)
            if pk and self.places[pk].level == "town":
                return pk
        return None


def _prefixes(path: str) -> list[str]:
    codes = path.rstrip("/").split("/")
    found, text = [], ""
    for code in codes:
        text += code + "/"
        found.append(text)
    return found


def county_of(path: str) -> str:
    """The first two levels of a path: the county-level unit with the city above it."""
    return "/".join(path.rstrip("/").split("/")[:2]) + "/"


def read_tree(stations: QuerySet[Station]) -> Tree:
    """Two statements: those asked for, and all stations of their county-level units."""
    asked = [Place(*row) for row in stations.order_by().values_list(*FIELDS)]
    prefixes = sorted({county_of(place.path) for place in asked})
    rows = Station.objects.order_by().values_list(*FIELDS)
    if len(prefixes) == 1:
        rows = rows.filter(region__path__startswith=prefixes[0])
    found = {row[0]: Place(*row) for row in rows}
    return Tree(asked, found)


def gather(stations: QuerySet[Station], make_context: Any) -> tuple[Tree, list[Facts]]:
    tree = read_tree(stations)
    near = {pk for place in tree.asked for pk in tree.whole[place.pk]}
    near |= {town for town in tree.town.values() if town}
    context: Context = make_context(len(near) <= SCOPED_UP_TO)
    scopes = {
        "stations": sorted(near) if context.is_scoped else [],
        "wide": _wide(tree) if context.is_scoped else [],
        "regions": _regions(tree, near) if context.is_scoped else [],
    }
    rows = _read(context, scopes)
    pairs = _read_pairs(context, scopes)
    return tree, _assemble(context, tree, rows, pairs)


def _wide(tree: Tree) -> list[int]:
    return sorted({pk for place in tree.asked for pk in tree.county[place.pk]})


def _regions(tree: Tree, near: Iterable[int]) -> list[int]:
    """Regions of the places and of their towns."""
    found = set()
    for pk in near:
        place = tree.places[pk]
        found |= {place.region, place.parent or place.region}
    return sorted(found)


def _read(context: Context, scopes: dict[str, Any]) -> dict[str, dict[int, Row]]:
    found: dict[str, dict[int, Row]] = {source.name: {} for source in ALL_SOURCES}
    for source in (PEOPLE, LEDGER):
        sql, params = compiled((source.name, context.key), partial(source.grouped, context))
        found[source.name] = {row[0]: row[1:] for row in fetch(sql, params, scopes)}
    sql, params = compiled(("packed", context.key), lambda: packed(PACKED, context))
    names = [source.name for source in PACKED]
    for row in fetch(sql, params, scopes):
        found[names[row[0]]][row[1]] = row[2:]
    return found


def _read_pairs(context: Context, scopes: dict[str, Any]) -> Pairs:
    sql, params = compiled(("pairs", context.key), lambda: pairs_statement(context))
    found = Pairs()
    for row in fetch(sql, params, scopes):
        found.add(*row)
    return found


def _assemble(
    context: Context, tree: Tree, rows: dict[str, dict[int, Row]], pairs: Pairs
) -> list[Facts]:
    names = _names(context)
    blank = {name: 0 for source in ALL_SOURCES for name in names[source.name]}
    blank["editions.days"] = -1
    found = []
    for place in tree.asked:
        figures = dict(blank)
        own, whole = tree.own[place.pk], tree.whole[place.pk]
        for source in ALL_SOURCES:
            if source is not SURVEY_SOURCE:
                _add(figures, source, names[source.name], rows[source.name], own, whole)
        facts = Facts(place, context, figures)
        _add_guests(facts, pairs, whole)
        _add_sites(facts, pairs, tree, own, whole)
        _add_survey(facts, rows["surveys"], tree)
        town_row = rows["uses"].get(tree.town[place.pk] or 0)
        facts.town_uses_hometown = town_row[HOMETOWN_COLUMN] if town_row else 0
        found.append(facts)
    return found


SURVEY_SOURCE = next(source for source in SMALL if source.name == "surveys")
HOMETOWN_COLUMN = 2  # of the counters of the source "uses"
# Of "surveys": answers first, then the four questions; of all sources or by telephone.
SURVEY_COLUMNS = {"all": [0, 2, 4, 6, 8], "phone": [1, 3, 5, 7, 9]}


def _names(context: Context) -> dict[str, list[str]]:
    """Names of all figures by source; the same for a day and a rubric, so kept."""
    if context.key not in _NAMES:
        _NAMES.clear()
        _NAMES[context.key] = {source.name: source.names(context) for source in ALL_SOURCES}
    return _NAMES[context.key]


_NAMES: dict[Any, dict[str, list[str]]] = {}


def _add(
    figures: dict[str, int],
    source: Source,
    names: list[str],
    rows: dict[int, Row],
    own: list[int],
    whole: list[int],
) -> None:
    members = whole if source.is_whole else own
    if len(members) == 1:
        row = rows.get(members[0])
        if row is not None:
            figures.update(zip(names, row, strict=False))
    else:
        chosen = [rows[pk] for pk in members if pk in rows]
        if chosen and source.name == "editions":
            figures.update(_editions(names, chosen))
        elif chosen:
            figures.update(zip(names, map(sum, zip(*chosen, strict=True)), strict=False))
    if source.name == "editions" and figures["editions.days"] is None:
        figures["editions.days"] = -1


def _editions(names: list[str], chosen: list[Row]) -> dict[str, int]:
    """Counts add up, the days since the last confirmation do not."""
    found = dict(
        zip(names, map(sum, zip(*((r[0], r[1]) for r in chosen), strict=True)), strict=False)
    )
    days = [row[2] for row in chosen if row[2] is not None]
    return found | {"editions.days": min(days, default=-1)}


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


def _add_survey(facts: Facts, rows: dict[int, Row], tree: Tree) -> None:
    """Own answers (a town's: of its subtree); under five the town's; then the county's by
    telephone. (answers, satisfied, whose); whose is empty where nobody has enough."""
    enough = facts.context.p("survey", "at_least")
    pk = facts.place.pk
    town = tree.town[pk]
    steps = [("own", tree.whole[pk], "all"), ("county", tree.county[pk], "phone")]
    if town and town in tree.places:
        steps.insert(1, ("town", _below(tree, town), "all"))
    for whose, members, kind in steps:
        answers, satisfied = _survey_sum(rows, members, SURVEY_COLUMNS[kind])
        if answers >= enough:
            facts.survey = (answers, satisfied, whose)
            return
    facts.survey = (_survey_sum(rows, tree.whole[pk], SURVEY_COLUMNS["all"])[0], 0, "")


def _below(tree: Tree, town: int) -> list[int]:
    return [place.pk for place in tree.below[tree.places[town].path]]


def _survey_sum(rows: dict[int, Row], members: list[int], columns: list[int]) -> tuple[int, int]:
    chosen = [rows[pk] for pk in members if pk in rows]
    answers = sum(row[columns[0]] for row in chosen)
    return answers, sum(row[n] for row in chosen for n in columns[1:])
