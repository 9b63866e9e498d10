"""Who is due a visit: people to whom a row of 四尊崇、五关爱、六必访 applies all the time,
and whom nobody visited or talked to within its period. Nobody who died, moved away or is
not found is on the list; the rows and periods are the city's (选项维护)."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone

from activities.contacts import visits_and_talks
from activities.models import CareGroup, CareReason
from records.fields import tag
from veterans.models import CareCategory, Veteran

AGED = 80


@dataclass
class Due:
    person: Veteran
    reasons: list[CareReason] = field(default_factory=list)
    last: dt.date | None = None
    # Days since the visit should have been made; None where there never was one.
    late: int | None = None

    @property
    def is_remote(self) -> bool:
        return self.person.residence != Veteran.Residence.LOCAL


def years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def months_after(day: dt.date, months: int) -> dt.date:
    month = day.month - 1 + months
    first = dt.date(day.year + month // 12, month % 12 + 1, 1)
    following = dt.date(first.year + first.month // 12, first.month % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def _has(*categories) -> Q:
    condition = Q()
    for one in categories:
        condition |= Q(care_categories__contains=tag(one))
    return condition


def condition_of(group: str, today: dt.date) -> Q:
    return {
        CareGroup.PRIORITY: Q(is_priority=True),
        CareGroup.AGED: Q(birth_date__lte=years_before(today, AGED)),
        CareGroup.CARE: ~Q(care_categories=""),
        CareGroup.RETURNED_ILL: _has(CareCategory.DISABLED, CareCategory.RETURNED_ILL),
        CareGroup.BEREAVED: _has(
            CareCategory.MARTYR_FAMILY, CareCategory.DUTY_FAMILY, CareCategory.ILLNESS_FAMILY
        ),
    }[CareGroup(group)]


def standing_reasons():
    return CareReason.objects.filter(is_active=True, every_months__gt=0).exclude(applies_to="")


def due_visits(station, user, reasons, *, on: dt.date | None = None) -> list[Due]:
    """The most neglected first; a fixed number of queries for any number of people."""
    return due_among(active_people(user).filter(station=station), user, reasons, on=on)


def due_among(people, user, reasons, *, on: dt.date | None = None) -> list[Due]:
    """Those of the given people who are due, each with the reasons and how late it is."""
    today = on or timezone.localdate()
    chosen: dict[int, Due] = {}
    for reason in reasons:
        for person in _of(people, reason, today):
            chosen.setdefault(person.pk, Due(person)).reasons.append(reason)
    met = visits_and_talks(user).filter(
        veteran__in=people.order_by().values("pk"), activity__happened_on__lte=today
    )
    last = dict(met.order_by().values_list("veteran_id").annotate(day=Max("activity__happened_on")))
    found = []
    for pk, one in chosen.items():
        one.last = last.get(pk)
        if one.last is not None:
            _keep_overdue(one, today)
        if one.reasons:
            found.append(one)
    return sorted(found, key=_urgency)


def active_people(user):
    return Veteran.objects.visible_to(user).filter(status=Veteran.Status.ACTIVE)


def _of(people, reason, today):
    names = ("code", "name", "pinyin", "residence", "birth_date", "is_priority", "station")
    return people.filter(condition_of(reason.applies_to, today)).only(*names)


def _keep_overdue(one: Due, today: dt.date) -> None:
    ends = {reason.pk: months_after(one.last, reason.every_months) for reason in one.reasons}
    one.reasons = [reason for reason in one.reasons if ends[reason.pk] < today]
    if one.reasons:
        one.late = max((today - ends[reason.pk]).days for reason in one.reasons)


def _urgency(one: Due):
    never = one.last is None
    return (not one.person.is_priority, not never, -(one.late or 0), one.person.pinyin)


# --- across a scope: the same question, answered by the database -----------------------


def last_day_over(today: dt.date, months: int) -> dt.date:
    """Whoever was seen on this day or before is due again."""
    day = months_after(today, -months)
    while months_after(day, months) >= today:
        day -= dt.timedelta(days=1)
    while months_after(day + dt.timedelta(days=1), months) < today:
        day += dt.timedelta(days=1)
    return day


def people_due(user, reasons, *, on: dt.date | None = None):
    """Everybody in the user's scope who is due a visit, with `was_seen`: whether there ever
    was one."""
    today = on or timezone.localdate()
    met = visits_and_talks(user).filter(veteran=OuterRef("pk"), activity__happened_on__lte=today)
    of_period: dict[int, Q] = {}
    for reason in reasons:
        condition = condition_of(reason.applies_to, today)
        months = reason.every_months
        of_period[months] = of_period[months] | condition if months in of_period else condition
    is_due = Q(pk__in=[])
    for months, condition in of_period.items():
        since = last_day_over(today, months)
        is_due |= condition & ~Exists(met.filter(activity__happened_on__gt=since))
    return active_people(user).filter(is_due).annotate(was_seen=Exists(met))


def due_by_station(people) -> dict[int, dict]:
    """{station: number due, of them priority people, of them never seen}."""
    rows = (
        people.order_by()
        .values("station")
        .annotate(
            due=Count("pk"),
            priority=Count("pk", filter=Q(is_priority=True)),
            never=Count("pk", filter=Q(was_seen=False)),
        )
    )
    return {row["station"]: row for row in rows}


def with_last_seen(people, user, *, on: dt.date | None = None):
    today = on or timezone.localdate()
    met = visits_and_talks(user).filter(veteran=OuterRef("pk"), activity__happened_on__lte=today)
    days = met.order_by().values("veteran").annotate(day=Max("activity__happened_on"))
    return people.annotate(last_seen=Subquery(days.values("day")))
