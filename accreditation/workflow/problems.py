"""问题清单: problem, cause, measure, owner, day; closed by the county or the city."""

import datetime as dt

from django.db import transaction

from accounts import audit
from accounts.models import User
from accreditation.models import Application, Problem
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment, notify, regions_of
from accreditation.workflow.people import is_city_above
from records.models import Notice
from stations.models import Station


def may_mend(user: User, station: Station) -> bool:
    """Say cause and measure and bring the proof: the station and those above it."""
    return user.role in (User.Role.STATION, User.Role.COUNTY, User.Role.CITY) and _above(
        user, station
    )


def may_close(user: User, station: Station) -> bool:
    return user.role in (User.Role.COUNTY, User.Role.CITY) and _above(user, station)


def _above(user: User, station: Station) -> bool:
    return bool(user.region and station.region.path.startswith(user.region.path))


def add_problem(
    application: Application,
    *,
    problem: str,
    owner: str,
    due_on: dt.date,
    cause: str = "",
    measure: str = "",
    by: User,
    at: dt.datetime | None = None,
) -> Problem:
    at = moment(at)
    if not (is_city_above(by, application) or by.role == User.Role.COUNTY):
        raise NotAllowed("问题清单由县（区）或市局填写。")
    if not application.is_open:
        raise StaleState.of(application)
    if not problem.strip() or not owner.strip():
        raise Refused("请填写问题和责任人。")
    with transaction.atomic():
        row = Problem.objects.create(
            station=application.station, application=application, problem=problem,
            owner=owner, due_on=due_on, cause=cause, measure=measure,
            created_by=by, created_at=at, updated_by=by, updated_at=at,
        )  # fmt: skip
        audit.record("problem.add", by=by, obj=row, at=at, after={"due_on": str(due_on)})
        notify(
            regions_of(application, "station"), f"问题清单新增：{problem}"[:300],
            application=application, at=at, by=by, kind=Notice.Kind.ASSIGNED,
        )  # fmt: skip
    return row


def edit_problem(
    problem: Problem,
    *,
    cause: str,
    measure: str,
    owner: str,
    due_on: dt.date,
    version: int,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """The station says cause, measure and who mends it; only those above move the day."""
    at = moment(at)
    if not may_mend(by, problem.station):
        raise NotAllowed("问题清单由服务站、县（区）和市局填写。")
    if due_on != problem.due_on and not may_close(by, problem.station):
        raise NotAllowed("完成时限由县（区）或市局调整。")
    if not owner.strip():
        raise Refused("请填写责任人。")
    new = {"cause": cause.strip(), "measure": measure.strip(), "owner": owner.strip(),
           "due_on": due_on}  # fmt: skip
    before = {name: str(getattr(problem, name)) for name in new}
    with transaction.atomic():
        won = Problem.objects.filter(pk=problem.pk, version=version, closed_on=None).update(
            **new, version=version + 1, updated_by=by, updated_at=at
        )
        if not won:
            raise StaleState("这个问题刚刚被别人修改或销号，请核对后再保存；您填写的内容还在下面。")
        audit.record(
            "problem.edit", by=by, obj=problem, at=at, station=problem.station,
            before=before, after={name: str(value) for name, value in new.items()},
        )  # fmt: skip


def close_problem(
    problem: Problem,
    *,
    closed_on: dt.date,
    closing_note: str,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """销号: by the county or the city; the station says what was done, others look."""
    at = moment(at)
    if not may_close(by, problem.station):
        raise NotAllowed("销号由县（区）或市局办理。")
    if not closing_note.strip():
        raise Refused("请填写整改情况。")
    if closed_on > day_of(at):
        raise Refused("销号日期不能晚于今天。")
    with transaction.atomic():
        won = Problem.objects.filter(pk=problem.pk, closed_on=None).update(
            closed_on=closed_on, closing_note=closing_note[:500], updated_by=by, updated_at=at,
            version=problem.version + 1,
        )  # fmt: skip
        if not won:
            raise StaleState("这个问题已经销号。")
        audit.record(
            "problem.close", by=by, obj=problem, at=at,
            before={"closed_on": None}, after={"closed_on": str(closed_on)}, reason=closing_note,
        )  # fmt: skip
    problem.closed_on, problem.closing_note = closed_on, closing_note


def open_problems(applications: list[Application]) -> list[str]:
    """One sentence per station whose list is not done: it neither goes on notice nor is named."""
    rows = Problem.objects.filter(application__in=[row.pk for row in applications], closed_on=None)
    numbers: dict[str, int] = {}
    for name in rows.values_list("station__name", flat=True):
        numbers[name] = numbers.get(name, 0) + 1
    return [f"{name}的问题清单还有{number}项没有销号。" for name, number in numbers.items()]
