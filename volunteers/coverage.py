"""The eight fields of service: who covers them, and which nobody does."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from veterans.models import Veteran
from volunteers.fields import EIGHT, strengths_for
from volunteers.models import Group, ServiceField


@dataclass
class Field:
    value: str
    groups: list
    members: int
    able: int

    @property
    def label(self):
        return ServiceField(self.value).label

    @property
    def is_covered(self):
        return bool(self.groups) and self.members > 0

    @property
    def strengths(self):
        return strengths_for(self.value)


def live_groups(user):
    current = Q(memberships__left_on=None, memberships__veteran__status=Veteran.Status.ACTIVE)
    return (
        Group.objects.visible_to(user)
        .filter(team__is_active=True)
        .annotate(members=Count("memberships", filter=current))
    )


def of_station(user, station) -> list[Field]:
    """The eight of the policy, then what else the station serves."""
    by_field = defaultdict(list)
    for group in live_groups(user).filter(team__station=station).order_by("pk"):
        by_field[group.field].append(group)
    able = able_by_field(user, station)
    order = [*EIGHT, *(value for value in by_field if value not in EIGHT)]
    return [
        Field(
            str(value),
            by_field[value],
            sum(group.members for group in by_field[value]),
            able[value],
        )
        for value in order
    ]


def able_by_field(user, station) -> Counter:
    """How many people of the roster have a strength that serves the field."""
    rows = (
        Veteran.objects.visible_to(user)
        .people()
        .filter(station=station, strengths__is_active=True)
        .values_list("pk", "strengths__name")
    )
    people = defaultdict(set)
    for pk, name in rows:
        people[name].add(pk)
    return Counter(
        {
            value: len(set().union(*(people[name] for name in strengths_for(value))))
            for value in ServiceField
        }
    )


def of_stations(user, stations) -> list[tuple]:
    """(station, [number of members in each of the eight fields], fields nobody covers)."""
    numbers = Counter()
    rows = live_groups(user).filter(team__station__in=[station.pk for station in stations])
    for station, value, members in rows.values_list("team__station", "field", "members"):
        numbers[station, value] += members
    table = []
    for station in stations:
        cells = [numbers[station.pk, value] for value in EIGHT]
        table.append((station, cells, sum(1 for cell in cells if not cell)))
    return table
