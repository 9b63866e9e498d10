"""问题清单: problem, cause, measure, owner, day; closed by the county or the city."""

import datetime as dt

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city, oversees_stations
from accreditation.models import Application, Problem
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment, notify, regions_of, units_of
from accreditation.workflow.people import is_city_above, is_county_above
from records.models import Notice
from records.notices import tell
from stations.models import Region, Station


def may_mend(user: User, station: Station) -> bool:
    """Say cause and measure and bring the proof: the station and those above it."""
    return user.role in (User.Role.STATION, User.Role.COUNTY, User.Role.CITY) and _above(
        user, station
    )


def may_close(user: User, station: Station) -> bool:
    return oversees_stations(user) and _above(user, station)


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
    if not (is_city_above(by, application) or is_county_above(by, application)):
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


def report_problem(
    problem: Problem, *, report: str, by: User, at: dt.datetime | None = None
) -> None:
    """报送整改结果: whoever mends it says that it is done; those who close it are told."""
    at = moment(at)
    if not may_mend(by, problem.station):
        raise NotAllowed("整改结果由服务站、县（区）和市局报送。")
    if not report.strip():
        raise Refused("请填写整改结果：做了什么、现在怎么样。")
    with transaction.atomic():
        _set(
            problem, "这个问题刚刚被别人办理过，请核对后再报送；您填写的内容还在下面。",
            by=by, at=at, where={"reported_on": None},
            report=report.strip()[:500], reported_on=day_of(at), sent_back="",
        )  # fmt: skip
        audit.record(
            "problem.report", by=by, obj=problem, at=at, station=problem.station,
            after={"整改结果": problem.report},
        )  # fmt: skip
        text = f"{problem.station.name}报送了整改结果，请核对后销号：{problem.problem}"
        _tell(problem, closers_of(problem), text, Notice.Kind.ASSIGNED, by=by, at=at)


def send_back_problem(
    problem: Problem, *, reason: str, by: User, at: dt.datetime | None = None
) -> None:
    """Not done yet: the report is open again, with what is still lacking."""
    at = moment(at)
    if not may_close(by, problem.station):
        raise NotAllowed("整改结果由县（区）或市局核对。")
    if not reason.strip():
        raise Refused("请写明哪里还没有整改到位。")
    with transaction.atomic():
        _set(
            problem, "这个问题没有等待核对的整改结果，请刷新页面后再办理。",
            by=by, at=at, where={"reported_on__isnull": False},
            reported_on=None, sent_back=reason.strip()[:300],
        )  # fmt: skip
        audit.record(
            "problem.send_back", by=by, obj=problem, at=at, station=problem.station, reason=reason
        )
        text = f"整改结果退回：{problem.problem}。{reason.strip()}"
        units = units_of(problem.station, "station")
        _tell(problem, units, text, Notice.Kind.RETURNED, by=by, at=at)


def close_problem(
    problem: Problem,
    *,
    closed_on: dt.date,
    closing_note: str,
    no_proof: str = "",
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """销号: by the county or the city, who look at the proof; without one they say why."""
    at = moment(at)
    if not may_close(by, problem.station):
        raise NotAllowed("销号由县（区）或市局办理。")
    if not closing_note.strip():
        raise Refused("请填写整改情况。")
    if closed_on > day_of(at):
        raise Refused("销号日期不能晚于今天。")
    no_proof = no_proof.strip()
    if not no_proof and not problem.attachment_links.exists():
        raise Refused("还没有整改照片、文件：请先上传，或写明不附材料的理由，再销号。")
    with transaction.atomic():
        _set(
            problem, "这个问题已经销号。", by=by, at=at, where={},
            closed_on=closed_on, closing_note=closing_note.strip()[:500], no_proof=no_proof[:200],
        )  # fmt: skip
        audit.record(
            "problem.close", by=by, obj=problem, at=at, before={"closed_on": None},
            after={"closed_on": str(closed_on), "no_proof": no_proof}, reason=closing_note,
        )  # fmt: skip
        units = units_of(problem.station, "station")
        _tell(problem, units, f"问题已销号：{problem.problem}", Notice.Kind.DECIDED, by=by, at=at)


def _set(problem: Problem, sentence: str, *, by: User, at: dt.datetime, where, **values) -> None:
    """Compare before set: only what is still open, and as `where` expects it."""
    values |= {"updated_by": by, "updated_at": at, "version": problem.version + 1}
    if not Problem.objects.filter(pk=problem.pk, closed_on=None, **where).update(**values):
        raise StaleState(sentence)
    for name, value in values.items():
        setattr(problem, name, value)


def closers_of(problem: Problem) -> list[Region]:
    """The county, and the city where the city found the problem."""
    by_city = problem.created_by is not None and is_city(problem.created_by)
    return units_of(problem.station, "county", *(["city"] if by_city else []))


def _tell(problem, whom, text, kind, *, by, at) -> None:
    link = reverse("problem", args=[problem.pk])
    tell(whom, text, link=link, kind=kind, by=by, at=at)


def open_problems(applications: list[Application]) -> list[str]:
    """One sentence per station whose list is not done: it neither goes on notice nor is named."""
    rows = Problem.objects.filter(application__in=[row.pk for row in applications], closed_on=None)
    numbers: dict[str, int] = {}
    for name in rows.values_list("station__name", flat=True):
        numbers[name] = numbers.get(name, 0) + 1
    return [f"{name}的问题清单还有{number}项没有销号。" for name, number in numbers.items()]
