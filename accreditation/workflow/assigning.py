"""Who reviews: taken by oneself or given by a colleague; 回避 holds before everything."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import User
from accreditation.models import Application, Transition
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import moment, notify
from accreditation.workflow.people import SENTENCES, is_city_above, is_local
from accreditation.workflow.table import State
from accreditation.workflow.verdicts import REVIEWING
from records.models import Notice

BELOW = (State.DRAFT, State.TOWN_REVIEW, State.COUNTY_REVIEW, State.RETURNED)


def keeps_out(user: User, application: Application) -> str:
    """Why this person may not review, empty where nothing stands against it: who
    recommended it, who belongs to its county, who had a hand in it below the city."""
    if not is_city_above(user, application) or not user.is_active:
        return SENTENCES["city"]
    if application.recommended_by_id == user.pk:
        return f"{user.full_name}推荐了这个申报，按规定回避评审。"
    if is_local(user, application):
        return f"{user.full_name}属于这个服务站的主管单位，按规定回避评审。"
    steps = Transition.objects.filter(application=application, actor=user)
    if steps.filter(from_state__in=BELOW, to_state__in=(*BELOW, State.CITY_REVIEW)).exists():
        return f"{user.full_name}办理过这个申报的提交或初审，按规定回避评审。"
    return ""


def assign_review(
    application: Application, *, reviewer: User, by: User, at: dt.datetime | None = None
) -> None:
    """Only what nobody reviews yet; from one reviewer to the next it is 接替评审."""
    at = moment(at)
    if not is_city_above(by, application):
        raise NotAllowed(SENTENCES["city"])
    if application.state not in REVIEWING:
        raise StaleState.of(application)
    if application.reviewed_by is not None:
        raise Refused(
            f"{application.number}已由{application.reviewed_by.full_name}评审；"
            "更换评审人请在申报页办理“接替评审”。"
        )
    why = keeps_out(reviewer, application)
    if why:
        raise Refused(f"{application.number}：{why}")
    with transaction.atomic():
        won = Application.objects.filter(
            pk=application.pk, state=application.state, reviewed_by=None
        ).update(reviewed_by=reviewer)
        if not won:
            fresh = Application.objects.select_related("reviewed_by").get(pk=application.pk)
            if fresh.reviewed_by is None:
                raise StaleState.of(application)
            raise StaleState(f"{application.number}刚刚已由{fresh.reviewed_by.full_name}评审。")
        audit.record(
            "application.assign", by=by, obj=application, at=at,
            before={"reviewed_by": None}, after={"reviewed_by": reviewer.pk},
        )  # fmt: skip
        notify(
            [reviewer], f"{application.station.name}的申报（{application.number}）分派给您评审。",
            application=application, at=at, by=by, kind=Notice.Kind.ASSIGNED,
        )  # fmt: skip
    application.reviewed_by = reviewer
