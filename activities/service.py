"""Who really served, and for how long: volunteers present at volunteering activities."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts import audit
from activities.models import Activity, Participation
from veterans.models import Veteran
from volunteers.models import Membership, ServiceField


@dataclass
class Served:
    veteran: Veteran
    times: int = 0
    hours: Decimal = Decimal(0)
    by_field: dict = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def fields(self):
        """(label, hours) of each field, the one with most hours first."""
        names = dict(ServiceField.choices) | {"": "未注明"}
        found = [(names.get(value, value), hours) for value, hours in self.by_field.items()]
        return sorted(found, key=lambda pair: -pair[1])


def participations(user, first: dt.date, last: dt.date):
    """Served = Participation(role=volunteer) in Activity(kind=volunteering), as the score
    counts it."""
    return Participation.objects.visible_to(user).filter(
        role=Participation.Role.VOLUNTEER,
        activity__kind=Activity.Kind.VOLUNTEERING,
        activity__happened_on__range=(first, last),
    )


def served(rows) -> list[Served]:
    """Each person once, who gave most hours first."""
    people: dict[int, Served] = {}
    rows = rows.select_related("veteran__station__region", "activity__group").order_by("pk")
    for row in rows:
        found = people.setdefault(row.veteran_id, Served(row.veteran))
        hours = row.hours or Decimal(0)
        found.times += 1
        found.hours += hours
        found.by_field[field_of(row.activity)] += hours
    return sorted(people.values(), key=lambda one: (-one.hours, -one.times, one.veteran.pinyin))


def field_of(activity) -> str:
    if activity.service_field:
        return activity.service_field
    return activity.group.field if activity.group else ""


def add_group(activity, group, *, actor, role=Participation.Role.VOLUNTEER, hours=None) -> int:
    """All current members of a group take part, in one step; how many are new. Whoever is
    already there in this role stays as entered."""
    if group.team.station_id != activity.station_id:
        raise ValueError("the group belongs to another station")
    members = Membership.objects.filter(
        group=group, left_on=None, veteran__status=Veteran.Status.ACTIVE
    )
    with transaction.atomic():
        there = activity.participations.filter(role=role).values_list("veteran_id", flat=True)
        keys = set(members.values_list("veteran_id", flat=True)) - set(there)
        Participation.objects.bulk_create(
            [
                Participation(activity=activity, veteran_id=key, role=role, hours=hours)
                for key in sorted(keys)
            ],
            ignore_conflicts=True,
        )
        if keys:
            Activity.objects.filter(pk=activity.pk).update(
                updated_at=timezone.now(), updated_by=actor
            )
            audit.record(
                "activity.group",
                by=actor,
                obj=activity,
                after={"小组": str(group), "人数": len(keys)},
            )
    return len(keys)
