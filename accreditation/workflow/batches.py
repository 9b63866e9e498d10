"""A batch goes through public notice and naming together."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from accreditation.models import Application, Batch, Programme, PublicNotice, Transition
from accreditation.workdays import notice_end
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import NOTICE_KINDS, day_of, moment, notify, transition
from accreditation.workflow.problems import open_problems
from accreditation.workflow.table import STEPS, State
from records.models import Notice

NOTICE_WORKDAYS = 5


def require_city(by: User) -> None:
    if not is_city(by):
        raise NotAllowed("批次、公示和认定由市局办理。")


def create_batch(
    programme: Programme,
    *,
    name: str,
    submit_by: dt.date | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> Batch:
    at = moment(at)
    require_city(by)
    if not name.strip():
        raise Refused("请填写批次名称。")
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                programme=programme, name=name.strip(), submit_by=submit_by
            )
            audit.record("batch.create", by=by, obj=batch, at=at, after={"name": batch.name})
    except IntegrityError:
        raise Refused("本方案已有同名批次，请换一个名称。") from None
    return batch


def decided(programme: Programme) -> QuerySet[Application]:
    """In favour of which the meeting has decided and which wait for a batch."""
    return Application.objects.filter(
        programme=programme, state=State.DECISION, decided_by__isnull=False
    )


def assign_to_batch(
    batch: Batch, applications: Iterable[Application], *, by: User, at: dt.datetime | None = None
) -> int:
    """All of them or none; a batch that is published takes no more."""
    at = moment(at)
    require_city(by)
    keys = [application.pk for application in applications]
    if not keys:
        raise Refused("请至少选择一个申报。")
    _check_unpublished(batch)
    with transaction.atomic():
        _hold(batch)
        rows = decided(batch.programme).filter(pk__in=keys, batch=None)
        if rows.update(batch=batch, updated_at=at, updated_by=by) != len(set(keys)):
            raise StaleState("有的申报已经编入其他批次，或不再等待编批，请刷新页面后重新选择。")
        numbers = sorted(Application.objects.filter(pk__in=keys).values_list("number", flat=True))
        audit.record("batch.assign", by=by, obj=batch, at=at, after={"applications": numbers})
    return len(set(keys))


def _check_unpublished(batch: Batch) -> None:
    if PublicNotice.objects.filter(batch=batch).exists():
        raise Refused("这个批次已经公示，不能再改变名单。")


def _hold(batch: Batch) -> None:
    """Compare-and-set on the batch's version serialises assigning, publishing and naming."""
    won = Batch.objects.filter(pk=batch.pk, version=batch.version).update(version=batch.version + 1)
    if not won:
        raise StaleState("这个批次刚刚被别人办理过，请刷新页面，核对后再办理。")
    batch.version += 1


def publish_notice(
    batch: Batch,
    *,
    starts_on: dt.date,
    contact: str,
    ends_on: dt.date | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> PublicNotice:
    at = moment(at)
    require_city(by)
    ends_on = ends_on or notice_end(starts_on, NOTICE_WORKDAYS)
    if ends_on < starts_on:
        raise Refused("公示结束不能早于公示开始。")
    if starts_on < day_of(at):
        raise Refused("公示开始不能早于今天。")
    if not contact.strip():
        raise Refused("请填写受理单位及电话。")
    _check_unpublished(batch)
    with transaction.atomic():
        _hold(batch)
        rows = list(_members(batch, State.DECISION))
        if not rows:
            raise Refused("这个批次还没有申报，请先编入已通过集体研究的申报。")
        if waiting := open_problems(rows):
            raise Refused("".join(waiting) + "销号后才能公示。")
        notice = PublicNotice.objects.create(
            batch=batch, starts_on=starts_on, ends_on=ends_on, contact=contact.strip(),
            published_by=by, published_at=at,
        )  # fmt: skip
        move_all(
            "publish_notice", rows, old=State.DECISION, to=State.PUBLIC_NOTICE, by=by, at=at,
            details={"batch": batch.name, "until": ends_on.isoformat()},
        )  # fmt: skip
        audit.record(
            "batch.publish", by=by, obj=batch, at=at,
            after={"starts_on": str(starts_on), "ends_on": str(ends_on), "number": len(rows)},
        )  # fmt: skip
    return notice


def _members(batch: Batch, state: str) -> Iterable[Application]:
    return (
        Application.objects.filter(batch=batch, state=state)
        .select_related("station__region", "programme")
        .order_by("track", "station__region__rank", "pk")
    )


def move_all(
    verb: str,
    rows: list[Application],
    *,
    old: str,
    to: str,
    by: User,
    at: dt.datetime,
    details: dict[str, object],
) -> None:
    """A whole batch in a fixed number of statements; inside the caller's transaction."""
    keys = [row.pk for row in rows]
    won = Application.objects.filter(pk__in=keys, state=old).update(
        state=to, state_since=at, updated_at=at, updated_by=by
    )
    if won != len(rows):
        raise StaleState("批次中有的申报刚刚被别人办理过，请刷新页面，核对后再办理。")
    for row in rows:
        row.state, row.state_since = State(to), at
    Transition.objects.bulk_create(
        transition(verb, row, old=old, by=by, at=at, details=dict(details)) for row in rows
    )
    entries = [
        audit.entry(
            f"application.{verb}", by=by, obj=row, before={"state": old}, after={"state": to},
            at=at,
        )
        for row in rows
    ]  # fmt: skip
    type(entries[0]).objects.bulk_create(entries)
    for row in rows:
        notify(
            [row.station.region], f"{row.station.name}的申报（{row.number}）：{STEPS[verb].label}。",
            application=row, at=at, by=by, kind=NOTICE_KINDS.get(verb, Notice.Kind.OTHER),
        )  # fmt: skip
