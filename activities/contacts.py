"""When a person was last contacted: derived from visits, talks and services, on the spot or
by phone, never typed. Only those who keep the records are told; nobody is reminded of who
died or moved away."""

import datetime as dt

from django import forms
from django.db.models import Case, CharField, Count, Exists, Max, OuterRef, Q, Value, When
from django.utils import timezone

from activities.models import Activity, Participation, ServiceRecord
from veterans.columns import Column, register_column
from veterans.filters import ExtraFilter, register_filter
from veterans.models import Veteran

KEEPERS = ("station", "county")
DEFAULT_DAYS = 180
LONGEST = 3650
IS_CONTACT = Q(role=Participation.Role.VISITED) | Q(activity__kind=Activity.Kind.TALK)


def visits_and_talks(user):
    return Participation.objects.visible_to(user).filter(IS_CONTACT)


def last_contacts(people, user) -> dict[int, dt.date]:
    """{person: day} of a page of people, in two queries; who has none is left out."""
    keys = [person.pk for person in people]
    met = visits_and_talks(user).filter(veteran__in=keys).order_by().values_list("veteran_id")
    served = ServiceRecord.objects.visible_to(user).filter(person__in=keys).order_by()
    days: dict[int, dt.date] = dict(met.annotate(day=Max("activity__happened_on")))
    for pk, day in served.values_list("person_id").annotate(day=Max("received_on")):
        days[pk] = max(days.get(pk, day), day)
    return days


def not_contacted(days: int, user) -> Q:
    """People on the roster with whom nobody spoke in the last `days` days."""
    since = timezone.localdate() - dt.timedelta(days=days)
    met = visits_and_talks(user).filter(veteran=OuterRef("pk"), activity__happened_on__gte=since)
    served = ServiceRecord.objects.visible_to(user).filter(
        person=OuterRef("pk"), received_on__gte=since
    )
    return Q(status=Veteran.Status.ACTIVE) & ~Exists(met) & ~Exists(served)


def by_grid(station, user, days: int) -> list[dict]:
    """Per grid of a station (and for whom there is none): how many, how many unreached."""
    return _counted(station.veterans.all(), ("grid_id", "grid__name", "grid__liaison"), user, days)


def by_station(user, days: int) -> list[dict]:
    names = ("station__region__code", "station__name", "station__region__path")
    return _counted(Veteran.objects.visible_to(user), names, user, days)


def _counted(people, names, user, days):
    late = Case(When(not_contacted(days, user), then=Value("y")), output_field=CharField())
    return list(
        people.filter(status=Veteran.Status.ACTIVE)
        .annotate(late=late)
        .order_by()
        .values(*names)
        .annotate(people=Count("pk"), unreached=Count("late"))
        .order_by(names[-1], names[1])
    )


register_filter(
    ExtraFilter(
        "no_contact",
        lambda: forms.IntegerField(
            label="超过几天未联系", required=False, min_value=1, max_value=LONGEST
        ),
        lambda people, days, user: people.filter(not_contacted(days, user)),
        KEEPERS,
    )
)
register_column(
    Column(
        "last_contact",
        "最近联系日期",
        collect=lambda people, user: {
            pk: day.isoformat() for pk, day in last_contacts(people, user).items()
        },
        roles=KEEPERS,
        is_short=True,
    )
)
