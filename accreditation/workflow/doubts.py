"""疑点: the station explains, the county or the city closes with a reason."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import can_edit_records, oversees_stations
from accreditation.doubts.words import words
from accreditation.models import Doubt
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import moment

CLOSED = (Doubt.State.TRUE, Doubt.State.FALSE_ALARM)


def explain_doubt(
    doubt: Doubt, *, explanation: str, by: User, at: dt.datetime | None = None
) -> None:
    at = moment(at)
    if not can_edit_records(by):
        raise NotAllowed("情况由服务站或县（区）说明。")
    if not explanation.strip():
        raise Refused("请填写情况说明。")
    with transaction.atomic():
        won = Doubt.objects.filter(pk=doubt.pk, state=Doubt.State.OPEN).update(
            explanation=explanation.strip()[:500], explained_by=by
        )
        if not won:
            raise StaleState("这个事项已经核实结案，不需要再说明。")
        audit.record(
            "doubt.explain", by=by, obj=doubt, label=words(doubt.kind, is_station=False), at=at,
            before={"explanation": doubt.explanation}, after={"explanation": explanation.strip()},
        )  # fmt: skip
    doubt.explanation, doubt.explained_by = explanation.strip(), by


def close_doubt(
    doubt: Doubt, *, state: str, reason: str, by: User, at: dt.datetime | None = None
) -> None:
    at = moment(at)
    if not oversees_stations(by):
        raise NotAllowed("疑点由县（区）或市局核实结案。")
    if state not in CLOSED:
        raise Refused("请选择核实结论。")
    if not reason.strip():
        raise Refused("请填写结案理由。")
    with transaction.atomic():
        won = Doubt.objects.filter(pk=doubt.pk, state=Doubt.State.OPEN).update(
            state=state, reason=reason.strip()[:300], closed_by=by, closed_at=at
        )
        if not won:
            raise StaleState("这个疑点已经由别人核实结案。")
        audit.record(
            "doubt.close", by=by, obj=doubt, label=words(doubt.kind, is_station=False), at=at,
            before={"state": doubt.state}, after={"state": state}, reason=reason,
        )  # fmt: skip
    doubt.state = Doubt.State(state)
