"""After the naming: recheck, rectification, and the two ends."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from accreditation.models import Accreditation, Recheck
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment
from accreditation.workflow.rechecks import awaiting
from records.models import Notice
from records.notices import tell

State = Accreditation.State
# What asks the station to act; the others tell how it ended.
TOLD_AS = {"recheck": Notice.Kind.ASSIGNED, "rectify": Notice.Kind.ASSIGNED}


def require_city_above(by: User, accreditation: Accreditation) -> None:
    region = accreditation.station.region
    if not is_city(by) or by.region is None or not region.path.startswith(by.region.path):
        raise NotAllowed("复核、整改和撤销由市局办理。")


def _move(
    action: str,
    accreditation: Accreditation,
    *,
    sources: tuple[str, ...],
    to: str,
    by: User,
    at: dt.datetime,
    reason: str,
    text: str,
    **changes: object,
) -> None:
    """Compare, set, write down, tell; inside the caller's transaction."""
    if accreditation.state not in sources:
        raise StaleState(f"这个认定现在是“{accreditation.get_state_display()}”，不能办理这一步。")
    old = accreditation.state
    won = Accreditation.objects.filter(
        pk=accreditation.pk, state=old, version=accreditation.version
    ).update(state=to, version=accreditation.version + 1, **changes)
    if not won:
        raise StaleState("这个认定刚刚被别人办理过，请刷新页面，核对后再办理。")
    accreditation.version += 1
    accreditation.state = State(to)
    for name, value in changes.items():
        setattr(accreditation, name, value)
    audit.record(
        f"accreditation.{action}", by=by, obj=accreditation, at=at,
        before={"state": old},
        after={"state": to} | {name: str(value) for name, value in changes.items()},
        reason=reason,
    )  # fmt: skip
    tell(
        (accreditation.station.region, accreditation.county),
        f"{accreditation.station.name}的认定：{text}",
        link=reverse("accreditation", args=[accreditation.pk]), at=at,
        kind=TOLD_AS.get(action, Notice.Kind.DECIDED),
    )  # fmt: skip


def _open_recheck(accreditation: Accreditation) -> Recheck:
    row = accreditation.rechecks.filter(closed_on=None).first()
    if row is None:
        raise StaleState("这个认定没有进行中的复核。")
    return row


def start_recheck(
    accreditation: Accreditation, *, reason: str, by: User, at: dt.datetime | None = None
) -> Recheck:
    at = moment(at)
    require_city_above(by, accreditation)
    if not reason.strip():
        raise Refused("请填写启动复核的原因。")
    try:
        with transaction.atomic():
            _move(
                "recheck", accreditation, sources=(State.ACTIVE,), to=State.RECHECK, by=by,
                at=at, reason=reason, text="启动复核，复核期间认定有效。",
            )  # fmt: skip
            return Recheck.objects.create(
                accreditation=accreditation, year=day_of(at).year, started_on=day_of(at),
                reason=reason.strip()[:300], created_by=by, created_at=at, updated_by=by,
                updated_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise StaleState("这个认定已有进行中的复核。") from None


def pass_recheck(
    accreditation: Accreditation, *, finding: str, by: User, at: dt.datetime | None = None
) -> None:
    at = moment(at)
    require_city_above(by, accreditation)
    recheck = accreditation.rechecks.filter(closed_on=None).first()
    if recheck is not None and (number := awaiting(recheck)):
        raise Refused(f"还有{number}个评价要点没有复核意见，填写后才能办理“复核通过”。")
    _finish(
        "recheck_pass", accreditation, source=State.RECHECK, result=Recheck.Result.PASSED,
        finding=finding, text="复核通过。", by=by, at=at,
    )  # fmt: skip


def accept_rectification(
    accreditation: Accreditation, *, finding: str, by: User, at: dt.datetime | None = None
) -> None:
    at = moment(at)
    _finish(
        "rectified", accreditation, source=State.RECTIFYING, result=Recheck.Result.RECTIFY,
        finding=finding, text="整改完成，认定有效。", by=by, at=at,
    )  # fmt: skip


def _finish(
    action: str,
    accreditation: Accreditation,
    *,
    source: str,
    result: str,
    finding: str,
    text: str,
    by: User,
    at: dt.datetime,
) -> None:
    require_city_above(by, accreditation)
    if not finding.strip():
        raise Refused("请填写复核情况。")
    with transaction.atomic():
        _move(
            action, accreditation, sources=(source,), to=State.ACTIVE, by=by, at=at,
            reason=finding, text=text,
        )  # fmt: skip
        _close(_open_recheck(accreditation), result=result, finding=finding, by=by, at=at)


def _close(recheck: Recheck, *, result: str, finding: str, by: User, at: dt.datetime) -> None:
    recheck.result, recheck.closed_on = result, day_of(at)
    recheck.finding = f"{recheck.finding}\n{finding}".strip()[:5000]
    recheck.updated_by, recheck.updated_at = by, at
    recheck.save(update_fields=["result", "closed_on", "finding", "updated_by", "updated_at"])


def order_rectification(
    accreditation: Accreditation,
    *,
    finding: str,
    rectify_by: dt.date,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """The recheck stays open until the rectification is accepted or the end."""
    at = moment(at)
    require_city_above(by, accreditation)
    if not finding.strip():
        raise Refused("请填写复核情况。")
    if rectify_by <= day_of(at):
        raise Refused("整改期限必须晚于今天。")
    with transaction.atomic():
        _move(
            "rectify", accreditation, sources=(State.RECHECK,), to=State.RECTIFYING, by=by,
            at=at, reason=finding, text=f"限期整改，{rectify_by:%Y年%-m月%-d日}前完成。",
        )  # fmt: skip
        recheck = _open_recheck(accreditation)
        recheck.result, recheck.finding = Recheck.Result.RECTIFY, finding.strip()
        recheck.rectify_by, recheck.updated_by, recheck.updated_at = rectify_by, by, at
        recheck.save(update_fields=["result", "finding", "rectify_by", "updated_by", "updated_at"])


def revoke(
    accreditation: Accreditation,
    *,
    reason: str,
    document_no: str = "",
    ended_on: dt.date | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    _end(
        "revoke", accreditation, Accreditation.EndReason.REVOKED, reason=reason,
        document_no=document_no, ended_on=ended_on, text="撤销认定。", by=by, at=at,
    )  # fmt: skip


def end_by_merger(
    accreditation: Accreditation,
    *,
    reason: str,
    document_no: str = "",
    ended_on: dt.date | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """机构撤并: an end of its own, not a punishment."""
    _end(
        "merge", accreditation, Accreditation.EndReason.MERGED, reason=reason,
        document_no=document_no, ended_on=ended_on, text="因机构撤并终止。", by=by, at=at,
    )  # fmt: skip


def _end(
    action: str,
    accreditation: Accreditation,
    end_reason: str,
    *,
    reason: str,
    document_no: str,
    ended_on: dt.date | None,
    text: str,
    by: User,
    at: dt.datetime | None,
) -> None:
    at = moment(at)
    require_city_above(by, accreditation)
    ended_on = ended_on or day_of(at)
    if not reason.strip():
        raise Refused("请填写理由。")
    if ended_on > day_of(at) or ended_on < accreditation.named_on:
        raise Refused("终止日期不能早于认定日期，也不能晚于今天。")
    with transaction.atomic():
        _move(
            action, accreditation, sources=(State.ACTIVE, State.RECHECK, State.RECTIFYING),
            to=State.ENDED, by=by, at=at, reason=reason, text=text,
            ended_on=ended_on, end_reason=end_reason, revoke_reason=reason.strip()[:500],
            end_document=document_no.strip()[:60],
        )  # fmt: skip
        recheck = accreditation.rechecks.filter(closed_on=None).first()
        if recheck:
            _close(recheck, result=Recheck.Result.REVOKED, finding=reason, by=by, at=at)
