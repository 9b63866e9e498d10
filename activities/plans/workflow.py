"""What happens to plans and their items: approved, cancelled, linked to what was done."""

import datetime as dt
from difflib import SequenceMatcher

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts import audit
from activities.models import Activity, Plan, PlanItem
from activities.plans.drafting import DRAFT_MARK
from activities.plans.items import items_of

LINK_DAYS = 15
# Of the 2.2 that `likeness` can reach: the same kind within days, or much the same words.
LIKELY = 0.8
MOST_SUGGESTED = 3


class Refused(Exception):
    """Its text is the Chinese sentence that the user reads."""


def approve(plans, *, name, on, actor) -> int:
    """Approve drafts, all or none; each must hold at least one item that is not cancelled."""
    if on > timezone.localdate():
        raise Refused("审定日期不能晚于今天。")
    for plan in plans:
        if not items_of(plan, actor).filter(cancelled_reason="").exists():
            raise Refused(f"“{plan}”还没有计划事项，不能审定。请先添加事项。")
    with transaction.atomic():
        for plan in plans:
            body = plan.body.removeprefix(DRAFT_MARK).lstrip("\n")
            rows = Plan.objects.filter(pk=plan.pk, state=Plan.State.DRAFT, version=plan.version)
            if not rows.update(
                state=Plan.State.APPROVED,
                approved_on=on,
                approved_by=name,
                body=body,
                version=F("version") + 1,
                updated_at=timezone.now(),
                updated_by=actor,
            ):
                raise Refused(f"“{plan}”刚刚被其他人修改或审定，这次没有保存，请核对后再审定。")
            audit.record(
                "plan.approve",
                by=actor,
                obj=plan,
                before={"状态": "草稿"},
                after={"状态": "已审定", "审定人": name, "审定日期": str(on)},
            )
    return len(plans)


def cancel(item, *, reason, actor) -> None:
    open_item = PlanItem.objects.filter(
        ~Exists(Activity.objects.filter(plan_item=OuterRef("pk"))),
        pk=item.pk,
        version=item.version,
        cancelled_reason="",
    )
    with transaction.atomic():
        if not open_item.update(
            cancelled_reason=reason,
            version=F("version") + 1,
            updated_at=timezone.now(),
            updated_by=actor,
        ):
            raise Refused("这个事项已有活动记录，或刚刚被其他人修改、取消，请核对后再办理。")
        audit.record("plan.cancel", by=actor, obj=item, reason=reason)


def link(activity, item, *, actor) -> None:
    """From now on the activity is what was done of the item."""
    if activity.station_id != item.station_id:
        raise Refused("活动和计划事项不属于同一个服务站。")
    if item.cancelled_reason:
        raise Refused(f"“{item}”已经取消，不能再关联活动。")
    with transaction.atomic():
        rows = Activity.objects.filter(pk=activity.pk, plan_item=None)
        if not rows.update(
            plan_item=item,
            version=F("version") + 1,
            updated_at=timezone.now(),
            updated_by=actor,
        ):
            raise Refused(f"“{activity}”刚刚已经关联了计划事项，请核对。")
        audit.record(
            "plan.link",
            by=actor,
            obj=activity,
            after={"计划事项": f"{item.planned_on} {item}"},
        )


def likeness(activity, item) -> float:
    """How likely the activity is what was planned: words first, then days, then the key date."""
    words = SequenceMatcher(None, activity.title, item.title).ratio()
    days = abs((activity.happened_on - item.planned_on).days)
    same_date = activity.key_date_id is not None and activity.key_date_id == item.key_date_id
    same_kind = bool(item.kind) and activity.kind == item.kind
    return words + (LINK_DAYS - days) / (2 * LINK_DAYS) + 0.5 * same_date + 0.2 * same_kind


def activities_for(item, user) -> list[Activity]:
    """Activities of the fifteen days around it that belong to no plan, the likeliest first."""
    near = dt.timedelta(days=LINK_DAYS)
    rows = Activity.objects.visible_to(user).filter(
        station=item.station_id,
        plan_item=None,
        happened_on__range=(item.planned_on - near, item.planned_on + near),
    )
    return sorted(rows, key=lambda row: -likeness(row, item))


def items_for(activity, items) -> list[PlanItem]:
    """Of the open items given, those near in days, the likeliest first."""
    near = [
        item for item in items if abs((item.planned_on - activity.happened_on).days) <= LINK_DAYS
    ]
    return sorted(near, key=lambda item: -likeness(activity, item))


def suggested_items(activity, user) -> list[PlanItem]:
    """The plan items that an activity outside the plan most probably was; none where nothing
    is likely enough to ask."""
    if activity.plan_item_id is not None:
        return []
    near = dt.timedelta(days=LINK_DAYS)
    days = (activity.happened_on - near, activity.happened_on + near)
    items = list(open_items(user, activity.station).filter(planned_on__range=days))
    likely = [item for item in items if likeness(activity, item) >= LIKELY]
    return items_for(activity, likely)[:MOST_SUGGESTED]


def open_items(user, station):
    """Neither cancelled nor done."""
    rows = PlanItem.objects.visible_to(user).filter(station=station, cancelled_reason="")
    return rows.filter(~Exists(Activity.objects.filter(plan_item=OuterRef("pk")))).order_by(
        "planned_on", "pk"
    )


def unplanned(user, station, year):
    """Activities of the year that belong to no plan item."""
    return Activity.objects.visible_to(user).filter(
        plan_item=None, station=station, happened_on__year=year
    )
