"""Facts from the plans and their items (C5)."""

from typing import Any

from django.db.models import Q, QuerySet

from accreditation.scoring.context import Context
from accreditation.scoring.sources.ledger import between
from accreditation.scoring.sources.source import Counters, Source
from activities.models import Activity, Plan, PlanItem


def _plan_rows(c: Context) -> QuerySet[Any]:
    return Plan.objects.filter(
        state=Plan.State.APPROVED, year__gte=c.plan_months[0][0].year - 1, year__lte=c.on.year
    )


def _plan_counters(c: Context) -> Counters:
    period = Plan.Period
    found = {
        "this_year": Q(period=period.YEAR, year=c.on.year),
        "last_year": Q(period=period.YEAR, year=c.on.year - 1),
    }
    for n, (start, _) in enumerate(c.quarters):
        number = (start.month + 2) // 3
        found[f"quarter_{n}"] = Q(period=period.QUARTER, year=start.year, number=number)
    for n, (start, _) in enumerate(c.plan_months):
        found[f"month_{n}"] = Q(period=period.MONTH, year=start.year, number=start.month)
    return found


PLANS = Source("plans", _plan_rows, _plan_counters)


def _item_rows(c: Context) -> QuerySet[Any]:
    first = min(c.plan_months[0][0], c.year_ago)
    return PlanItem.objects.filter(planned_on__gte=first, planned_on__lte=c.on)


def _item_counters(c: Context) -> Counters:
    done = Activity.objects.filter(c.near("station"), plan_item__isnull=False)
    kept = c.has(done, "plan_item_id", is_by_row=False) | ~Q(cancelled_reason="")
    past = Q(planned_on__gt=c.year_ago, planned_on__lt=c.on)
    found = {"past": past, "kept": past & kept}
    for code in c.p("key_dates", "codes"):
        found[f"key_{code}"] = c.year("planned_on") & Q(key_date__code=code, cancelled_reason="")
    full = ~Q(place="") & ~Q(owner="")
    for n, window in enumerate(c.plan_months):
        found[f"month_{n}"] = between("planned_on", window) & full
    return found


ITEMS = Source("items", _item_rows, _item_counters)
