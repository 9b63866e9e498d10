"""结对互学: a recognised station with another, proposed or recorded from above."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from accreditation.models import Accreditation, Pairing
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment, units_of
from accreditation.workflow.problems import may_close as stands_above
from activities.models import Activity
from records.models import Notice
from records.notices import tell
from stations.models import Station

WHO_PAIRS = "结对互学由县（区）、功能区和市局登记。"


def pair(
    *,
    exemplar: Station,
    station: Station,
    since: dt.date,
    note: str = "",
    by: User,
    at: dt.datetime | None = None,
) -> Pairing:
    """Takes effect at once where the writer stands above both; else the city confirms it."""
    at = moment(at)
    if not stands_above(by, station):
        raise NotAllowed(WHO_PAIRS)
    day = day_of(at)
    if exemplar.pk == station.pk:
        raise Refused("请选择两个不同的服务站。")
    if not Accreditation.objects.valid_on(day).filter(station=exemplar).exists():
        raise Refused(f"{exemplar.name}没有有效的认定，不能作为结对的典型站。")
    at_once = stands_above(by, exemplar)
    try:
        with transaction.atomic():
            row = Pairing.objects.create(
                exemplar=exemplar, station=station, since=since, note=note.strip()[:300],
                confirmed_on=day if at_once else None, created_by=by, created_at=at,
                updated_by=by, updated_at=at,
            )  # fmt: skip
            audit.record("pairing.make" if at_once else "pairing.propose", by=by, obj=row, at=at,
                         station=station, after={"起始日期": str(since)})  # fmt: skip
            if at_once:
                _tell_both(row, f"已结对互学：{exemplar.name}与{station.name}。", by=by, at=at)
            else:
                _tell(row, units_of(station, "city"), f"待确认的结对互学：{row}。",
                      Notice.Kind.ASSIGNED, by=by, at=at)  # fmt: skip
            return row
    except IntegrityError:  # pairing_once
        raise Refused("这两个服务站已经结对，不用再登记。") from None


def confirm_pairing(pairing: Pairing, *, by: User, at: dt.datetime | None = None) -> None:
    at = moment(at)
    _require_city(by, pairing)
    with transaction.atomic():
        _set(pairing, by=by, at=at, where={"confirmed_on": None}, confirmed_on=day_of(at))
        audit.record("pairing.confirm", by=by, obj=pairing, at=at, station=pairing.station)
        words = f"已结对互学：{pairing.exemplar.name}与{pairing.station.name}。"
        _tell_both(pairing, words, by=by, at=at)


def decline_pairing(
    pairing: Pairing, *, reason: str, by: User, at: dt.datetime | None = None
) -> None:
    at = moment(at)
    _require_city(by, pairing)
    if not reason.strip():
        raise Refused("请填写不同意的理由。")
    with transaction.atomic():
        _set(pairing, by=by, at=at, where={"confirmed_on": None},
             declined_reason=reason.strip()[:300], ended_on=day_of(at))  # fmt: skip
        audit.record(
            "pairing.decline", by=by, obj=pairing, at=at, station=pairing.station, reason=reason
        )
        _tell(pairing, units_of(pairing.station, "county"), f"结对互学未获同意：{pairing}。",
              Notice.Kind.RETURNED, by=by, at=at)  # fmt: skip


def end_pairing(pairing: Pairing, *, reason: str, by: User, at: dt.datetime | None = None) -> None:
    at = moment(at)
    if not stands_above(by, pairing.station):
        raise NotAllowed(WHO_PAIRS)
    if not reason.strip():
        raise Refused("请填写结束的原因。")
    with transaction.atomic():
        _set(pairing, by=by, at=at, where={}, ended_on=day_of(at),
             ended_reason=reason.strip()[:300])  # fmt: skip
        audit.record(
            "pairing.end", by=by, obj=pairing, at=at, station=pairing.station, reason=reason
        )
        words = f"结对互学已结束：{pairing.exemplar.name}与{pairing.station.name}。"
        _tell_both(pairing, words, by=by, at=at)


def count_exchange(
    pairing: Pairing, activity: Activity, *, by: User, at: dt.datetime | None = None
) -> None:
    """An exchange whose words do not name the other station belongs to this pair as well."""
    at = moment(at)
    is_own = by.region_id in (pairing.station.region_id, pairing.exemplar.region_id)
    if not is_own and not stands_above(by, pairing.station):
        raise NotAllowed("结对交流由两个服务站和上级单位认定。")
    with transaction.atomic():
        pairing.activities.add(activity)
        audit.record("pairing.exchange", by=by, obj=pairing, at=at, station=pairing.station,
                     after={"活动": activity.title})  # fmt: skip


def _require_city(by: User, pairing: Pairing) -> None:
    if not is_city(by) or not stands_above(by, pairing.station):
        raise NotAllowed("跨县（区）的结对由市局确认。")


def _set(pairing: Pairing, *, by: User, at: dt.datetime, where, **values) -> None:
    values |= {"updated_by": by, "updated_at": at, "version": pairing.version + 1}
    known = pairing.ended_on is None and all(getattr(pairing, k) == v for k, v in where.items())
    if not known or not Pairing.objects.filter(pk=pairing.pk, ended_on=None, **where).update(
        **values
    ):
        raise StaleState("这次结对刚刚被别人办理过，请刷新页面，核对后再办理。")
    for name, value in values.items():
        setattr(pairing, name, value)


def _tell_both(pairing: Pairing, text: str, *, by: User, at: dt.datetime) -> None:
    whom = [
        *units_of(pairing.station, "station", "county"),
        *units_of(pairing.exemplar, "station", "county"),
    ]
    _tell(pairing, whom, text, Notice.Kind.DECIDED, by=by, at=at)


def _tell(pairing, whom, text, kind, *, by, at) -> None:
    tell(whom, text, link=reverse("pairing", args=[pairing.pk]), kind=kind, by=by, at=at)
