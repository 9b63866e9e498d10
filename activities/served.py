"""Who really served, and for how long: volunteers present at volunteering activities."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Case, Count, DecimalField, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from activities.models import Activity, Participation
from veterans.models import Veteran
from volunteers.models import ServiceField

NO_HOURS = Value(Decimal(0), output_field=DecimalField(max_digits=12, decimal_places=1))


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


def by_person(rows):
    """(veteran, times, total) of each person, who gave most hours first."""
    return (
        rows.order_by()
        .values("veteran_id")
        .annotate(times=Count("pk"), total=Coalesce(Sum("hours"), NO_HOURS))
        .order_by("-total", "-times", "veteran__pinyin", "veteran_id")
    )


def served(rows, sums=None) -> list[Served]:
    """Each person once, who gave most hours first; only those of `sums` where it is given
    (a page of `by_person`). The database adds up: a city has half a million rows."""
    if sums is None:
        sums, people = by_person(rows), Q(pk__in=rows.order_by().values("veteran_id"))
    else:
        keys = [one["veteran_id"] for one in sums]
        rows, people = rows.filter(veteran__in=keys), Q(pk__in=keys)
    veterans = Veteran.objects.filter(people).select_related("station__region")
    names = {
        one.pk: one for one in veterans.only("code", "name", "station__name", "station__region")
    }
    found = {
        one["veteran_id"]: Served(names[one["veteran_id"]], one["times"], one["total"])
        for one in sums
    }
    for key, field_name, total in _by_field(rows):
        found[key].by_field[field_name] += total
    return list(found.values())


def _by_field(rows):
    """The field of the activity, else of its group."""
    of_group = Coalesce("activity__group__field", Value(""))
    said = When(~Q(activity__service_field=""), then=F("activity__service_field"))
    return (
        rows.order_by()
        .annotate(of=Case(said, default=of_group))
        .values_list("veteran_id", "of")
        .annotate(total=Coalesce(Sum("hours"), NO_HOURS))
    )
