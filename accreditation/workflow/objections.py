"""Objections during the notice. The objector is known to two handlers only, so neither the
audit entry nor the transition says more than that there was one and how it ended."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from accreditation.models import Application, Objection
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment, move, notify, regions_of
from accreditation.workflow.people import is_city_above
from accreditation.workflow.table import State
from records.models import Notice


def add_objection(
    application: Application,
    *,
    received_on: dt.date,
    channel: str,
    text: str,
    handlers: tuple[User, User],
    is_named: bool = False,
    objector: str = "",
    by: User,
    at: dt.datetime | None = None,
) -> Objection:
    at = moment(at)
    _check_handlers(application, handlers, by=by)
    if application.state != State.PUBLIC_NOTICE or application.batch is None:
        raise StaleState.of(application)
    if channel not in Objection.Channel.values or not text.strip():
        raise Refused("请选择渠道并填写异议内容。")
    if is_named and not objector.strip():
        raise Refused("实名异议请填写提出人。")
    if received_on > day_of(at):
        raise Refused("收到日期不能晚于今天。")
    with transaction.atomic():
        row = Objection.objects.create(
            application=application, batch=application.batch, received_on=received_on,
            channel=channel, text=text.strip(), is_named=is_named, objector=objector.strip(),
            handler_one=handlers[0], handler_two=handlers[1],
        )  # fmt: skip
        _audit("objection.add", row, by=by, at=at, after={"received_on": str(received_on)})
        # To the two who may read it; not even they are told here who objects to what.
        notify(
            handlers, f"有一件关于{application.station.name}的异议交您办理，期满前请核查、登记结果。",
            application=application, at=at, by=by, kind=Notice.Kind.OBJECTION,
        )  # fmt: skip
    return row


def _check_handlers(application: Application, handlers: tuple[User, User], *, by: User) -> None:
    if not is_city_above(by, application):
        raise NotAllowed("异议由市局受理。")
    one, two = handlers
    if one.pk == two.pk or any(not is_city(person) for person in handlers):
        raise Refused("两名办理人必须是不同的市局评审人员。")
    if by.pk not in (one.pk, two.pk):
        raise Refused("登记异议的人须是两名办理人之一，其他人不能看到异议内容。")


def _audit(action: str, row: Objection, *, by: User, at: dt.datetime, after: dict) -> None:
    audit.record(
        action, by=by, obj=row, at=at, label=f"异议：{row.application.number}",
        station=row.application.station, after=after,
    )  # fmt: skip


def close_objection(
    objection: Objection,
    *,
    result: str,
    finding: str,
    investigator: str,
    reply: str = "",
    replied_on: dt.date | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """Upheld: this application alone is rejected, the batch goes on."""
    at = moment(at)
    is_handler = by.pk in (objection.handler_one_id, objection.handler_two_id)
    if not (is_handler and is_city_above(by, objection.application)):
        raise NotAllowed("只有两名办理人可以办理这件异议。")
    if result not in Objection.Result.values:
        raise Refused("请选择核查结论。")
    if not finding.strip() or not investigator.strip():
        raise Refused("请填写核查人和核查情况。")
    if replied_on and (replied_on > day_of(at) or replied_on < objection.received_on):
        raise Refused("答复日期不能早于收到日期，也不能晚于今天。")
    if reply.strip() and not replied_on:
        raise Refused("填写了答复内容的，请一并填写答复日期。")
    values = {
        "result": result, "finding": finding.strip(), "investigator": investigator.strip(),
        "reply": reply.strip(), "replied_on": replied_on,
    }  # fmt: skip
    with transaction.atomic():
        won = Objection.objects.filter(pk=objection.pk, result="").update(
            **values, version=objection.version + 1
        )
        if not won:
            raise StaleState("这件异议已经由另一名办理人办结。")
        _audit("objection.close", objection, by=by, at=at, after={"result": result})
        if result == Objection.Result.UPHELD:
            _reject(objection.application, by=by, at=at)
    for name, value in values.items():
        setattr(objection, name, value)


def _reject(application: Application, *, by: User, at: dt.datetime) -> None:
    if application.state != State.PUBLIC_NOTICE:
        raise StaleState.of(application)
    move(
        "uphold", application, to=State.REJECTED, by=by, at=at,
        comment="公示期间的异议经核查属实，不予认定。",
        tell=regions_of(application, "station", "county"),
    )  # fmt: skip
