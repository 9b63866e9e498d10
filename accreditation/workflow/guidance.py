"""指导记录: what the county or the city saw at a station and advised; points become problems."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import User
from accreditation.models import Guidance, Problem
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment, units_of
from accreditation.workflow.problems import may_close as may_guide
from records.models import Notice
from records.notices import tell
from stations.models import Station

WHO_GUIDES = "指导记录由县（区）、功能区和市局填写。"


@dataclass(frozen=True)
class Point:
    problem: str
    owner: str
    due_on: dt.date


def give_guidance(
    station: Station,
    *,
    given_on: dt.date,
    advisers: str,
    seen: str,
    text: str,
    points: list[Point],
    by: User,
    at: dt.datetime | None = None,
) -> Guidance:
    at = moment(at)
    if not may_guide(by, station):
        raise NotAllowed(WHO_GUIDES)
    _check(given_on, advisers, text, at)
    with transaction.atomic():
        row = Guidance.objects.create(
            station=station, given_on=given_on, by=advisers.strip(), seen=seen.strip(),
            text=text.strip(), created_by=by, created_at=at, updated_by=by, updated_at=at,
        )  # fmt: skip
        audit.record("guidance.give", by=by, obj=row, at=at, station=station,
                     after={"指导日期": str(given_on), "问题": len(points)})  # fmt: skip
        for point in points:
            _add(row, point, by=by, at=at)
        _tell(row, len(points), by=by, at=at)
    return row


def add_point(
    guidance: Guidance, *, problem: str, owner: str, due_on: dt.date, by: User,
    at: dt.datetime | None = None,
) -> Problem:  # fmt: skip
    at = moment(at)
    if not may_guide(by, guidance.station):
        raise NotAllowed(WHO_GUIDES)
    with transaction.atomic():
        row = _add(guidance, Point(problem, owner, due_on), by=by, at=at)
        tell(
            units_of(guidance.station, "station"), f"问题清单新增：{row.problem}",
            link=reverse("problem", args=[row.pk]), kind=Notice.Kind.ASSIGNED, by=by, at=at,
        )  # fmt: skip
    return row


def edit_guidance(
    guidance: Guidance,
    *,
    given_on: dt.date,
    advisers: str,
    seen: str,
    text: str,
    version: int,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """By the unit that wrote it; the station was told of its points already."""
    at = moment(at)
    if not may_edit(by, guidance):
        raise NotAllowed("指导记录由填写的单位修改。")
    _check(given_on, advisers, text, at)
    new = {"given_on": given_on, "by": advisers.strip(), "seen": seen.strip(), "text": text.strip()}
    before = {name: str(getattr(guidance, name)) for name in new}
    with transaction.atomic():
        won = Guidance.objects.filter(pk=guidance.pk, version=version).update(
            **new, version=version + 1, updated_by=by, updated_at=at
        )
        if not won:
            raise StaleState("这条指导记录刚刚被别人修改过，请核对后再保存；您填写的内容还在下面。")
        audit.record(
            "guidance.edit", by=by, obj=guidance, at=at, station=guidance.station, before=before,
            after={name: str(value) for name, value in new.items()},
        )  # fmt: skip


def may_edit(user: User, guidance: Guidance) -> bool:
    writer = guidance.created_by
    same_unit = writer is not None and writer.region_id == user.region_id
    return may_guide(user, guidance.station) and same_unit


def _check(given_on: dt.date, advisers: str, text: str, at: dt.datetime) -> None:
    if given_on > day_of(at):
        raise Refused("指导日期不能晚于今天。")
    if not advisers.strip() or not text.strip():
        raise Refused("请填写指导人和指导意见。")


def _add(guidance: Guidance, point: Point, *, by: User, at: dt.datetime) -> Problem:
    if not point.problem.strip() or not point.owner.strip():
        raise Refused("请填写问题和责任人。")
    if point.due_on < guidance.given_on:
        raise Refused("完成时限不能早于指导日期。")
    row = Problem.objects.create(
        station=guidance.station, guidance=guidance, problem=point.problem.strip(),
        owner=point.owner.strip(), due_on=point.due_on, created_by=by, created_at=at,
        updated_by=by, updated_at=at,
    )  # fmt: skip
    audit.record("problem.add", by=by, obj=row, at=at, station=guidance.station,
                 after={"due_on": str(point.due_on)})  # fmt: skip
    return row


def _tell(guidance: Guidance, number: int, *, by: User, at: dt.datetime) -> None:
    """The station, and the county where the city wrote it."""
    words = f"，有{number}项要整改" if number else ""
    tell(
        units_of(guidance.station, "station", "county"),
        f"{guidance.station.name}有新的指导记录（{guidance.given_on.isoformat()}）{words}。",
        link=reverse("guidance_note", args=[guidance.pk]),
        kind=Notice.Kind.ASSIGNED if number else Notice.Kind.OTHER, by=by, at=at,
    )  # fmt: skip
