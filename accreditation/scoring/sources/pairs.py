"""Facts that are not sums over stations: they need sets, and there are few of them.

One statement gives rows of five numbers: what it is, a place or station, a thing, two more.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from accreditation.scoring.context import Context
from accreditation.scoring.sources.people import memberships, own_members, served
from accreditation.scoring.sources.resources import SITES
from accreditation.scoring.statements import REGIONS
from activities.models import Activity
from stations.models import Resource, ResourceUse
from veterans.models import Veteran
from volunteers.models import Team

SITE, USE, HELD, MEMBER, HOMETOWN = range(5)


@dataclass
class Pairs:
    """Sites by region, uses and activities by station, members of another station's team."""

    sites: dict[int, dict[int, bool]] = field(default_factory=lambda: defaultdict(dict))
    uses: dict[int, dict[int, bool]] = field(default_factory=lambda: defaultdict(dict))
    held: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    members: dict[int, list[tuple[int, int, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    hometown: dict[int, list[tuple[int, int, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, what: int, place: int, thing: int, third: int, fourth: int) -> None:
        if what == SITE:
            self.sites[place][thing] = bool(third)
        elif what == USE:
            self.uses[place][thing] = bool(third)
        elif what == HELD:
            self.held[place].add(thing)
        else:
            guests = self.members if what == MEMBER else self.hometown
            guests[place].append((third, thing, bool(fourth)))


def statement(c: Context) -> QuerySet[Any]:
    selects = [_sites(c), _uses(c), _held(c), _guests(c, MEMBER), _guests(c, HOMETOWN)]
    return selects[0].union(*selects[1:], all=True)


def _kept(path: str) -> Any:
    yes = ~Q(**{f"{path}keeper": ""}) | Q(**{f"{path}keeper_missing_reported": True})
    return _flag(yes)


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def _number(value: int) -> Value:
    return Value(value, output_field=IntegerField())


def _row(rows: QuerySet[Any], what: int, place: Any, thing: Any, third: Any, fourth: Any) -> Any:
    return (
        rows.order_by()
        .annotate(what=_number(what), place_=place, thing_=thing, third_=third, fourth_=fourth)
        .values_list("what", "place_", "thing_", "third_", "fourth_")
    )


def _sites(c: Context) -> Any:
    rows = Resource.objects.filter(kind__in=SITES)
    if c.is_scoped:
        rows = rows.filter(region__in_scope=REGIONS)
    return _row(rows, SITE, F("region_id"), F("pk"), _kept(""), _number(0))


def _uses(c: Context) -> Any:
    rows = ResourceUse.objects.filter(c.near("station"), resource__kind__in=SITES)
    return _row(rows, USE, F("station_id"), F("resource_id"), _kept("resource__"), _number(0))


def _held(c: Context) -> Any:
    through = Activity.resources.through.objects
    rows = through.filter(
        c.near("activity__station"), c.year("activity__happened_on"), resource__kind__in=SITES
    )
    found = _row(rows, HELD, F("activity__station_id"), F("resource_id"), _number(0), _number(0))
    return found.distinct()


def _guests(c: Context, what: int) -> Any:
    """People in a team of a station that is not theirs: they count for whoever's scope
    holds both (the town), once, however many teams they are in. Narrowed by the teams alone, so
    that PostgreSQL goes from these to their members; whose person it is, `_add_guests` asks."""
    kind = Team.Kind.LEI_FENG if what == MEMBER else Team.Kind.HOMETOWN
    rows = memberships(c, kind).filter(
        c.near("team__station"),
        veteran__status=Veteran.Status.ACTIVE,
        veteran__person_kind=Veteran.PersonKind.VETERAN,
    )
    rows = rows.exclude(team__station_id=F("veteran__station_id"))
    # Guests are few, so each is looked up: a set would have to be read first.
    own = own_members(c, kind)
    rows = rows.filter(~c.has(own, "veteran_id", is_by_row=c.is_scoped, own="veteran_id"))
    active = c.has(served(c), "veteran_id", is_by_row=c.is_scoped, own="veteran_id")
    third = _flag(active) if what == MEMBER else _number(0)
    return _row(rows, what, F("veteran__station_id"), F("team__station_id"), F("veteran_id"), third)
