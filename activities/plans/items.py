"""How a plan stands: which items are done, near, late or cancelled, and the share kept.

The year, the quarters and the months are views of the same items; nothing is kept twice.
"""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from activities.models import Activity, Plan, PlanItem

NEAR_DAYS = 10
# state -> (word, tone)
STATES = {
    "planned": ("已计划", "none"),
    "due": ("临近", "wait"),
    "done": ("已落实", "good"),
    "late": ("未按期", "fair"),
    "cancelled": ("已取消", "none"),
}


def with_done(items):
    return items.annotate(is_done=Exists(Activity.objects.filter(plan_item=OuterRef("pk"))))


def state_of(planned_on, is_done, cancelled_reason, today) -> str:
    if is_done:
        return "done"
    if cancelled_reason:
        return "cancelled"
    if planned_on < today:
        return "late"
    return "due" if planned_on <= today + dt.timedelta(days=NEAR_DAYS) else "planned"


def in_order(rows):
    return with_done(rows).select_related("key_date").order_by("planned_on", "pk")


def read_items(rows, today) -> list[PlanItem]:
    """The items with `state`, `word` and `tone`, in the order of their days."""
    return with_states(list(in_order(rows)), today)


def with_states(found: list[PlanItem], today) -> list[PlanItem]:
    for item in found:
        item.state = state_of(item.planned_on, item.is_done, item.cancelled_reason, today)
        item.word, item.tone = STATES[item.state]
        item.is_open = item.state in ("planned", "due", "late")
    return found


def around(rows, today, days=NEAR_DAYS):
    """What is planned for the days before and after and neither done nor cancelled."""
    near = dt.timedelta(days=days)
    rows = rows.filter(planned_on__range=(today - near, today + near), cancelled_reason="")
    return with_done(rows).filter(is_done=False).order_by("planned_on", "pk")


@dataclass
class Tally:
    """计划落实率, as 共性5-5 counts: of the items whose day has passed, those that were done
    or cancelled with a reason."""

    planned: int = 0
    past: int = 0
    done: int = 0
    cancelled: int = 0

    def add(self, planned_on, is_done, cancelled_reason, today):
        self.planned += 1
        if planned_on < today:
            self.past += 1
            self.done += bool(is_done)
            self.cancelled += bool(cancelled_reason and not is_done)

    @property
    def open(self):
        return self.past - self.done - self.cancelled

    @property
    def share(self):
        return (self.done + self.cancelled) / self.past if self.past else None


def tally(items, today) -> Tally:
    found = Tally()
    for item in items:
        found.add(item.planned_on, item.is_done, item.cancelled_reason, today)
    return found


def window(period, year, number) -> tuple[dt.date, dt.date]:
    """First and last day of a plan's period."""
    first, months = {
        Plan.Period.YEAR: (1, 12),
        Plan.Period.QUARTER: (3 * number - 2, 3),
        Plan.Period.MONTH: (number, 1),
    }[Plan.Period(period)]
    last = first + months - 1
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def items_of(plan, user):
    """What stands in this plan: a view of the station's items."""
    rows = PlanItem.objects.visible_to(user).filter(station=plan.station)
    return rows.filter(planned_on__range=window(plan.period, plan.year, plan.number))


def plan_data(plan, user, today) -> dict:
    """All that a printed plan shows."""
    items = read_items(items_of(plan, user), today)
    first, last = window(plan.period, plan.year, plan.number)
    return {"plan": plan, "items": items, "first": first, "last": last}
