"""The visit on site and the list of problems that it leaves."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.models import User
from accreditation.models import Application, Problem, SiteVisit
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment, notify, regions_of
from accreditation.workflow.people import SENTENCES, is_city_above, is_writer
from accreditation.workflow.table import State


def record_site_visit(
    application: Application,
    *,
    visited_on: dt.date,
    visitors: Iterable[User],
    finding: str,
    conclusion: str,
    other_visitors: str = "",
    by: User,
    at: dt.datetime | None = None,
) -> SiteVisit:
    """At least two people; any city user may enter it, also one who will decide."""
    at = moment(at)
    people = list(dict.fromkeys(visitors))
    if not is_city_above(by, application):
        raise NotAllowed(SENTENCES["city"])
    if application.state != State.SITE_VISIT:
        raise StaleState.of(application)
    others = [name for name in other_visitors.replace("，", "、").split("、") if name.strip()]
    if not people or len(people) + len(others) < 2:
        raise Refused("实地核验至少两人参加，其中至少一人是市局评审人员。")
    if any(person.role != User.Role.CITY for person in people):
        raise Refused("核验人员请从市局评审人员中选择；其他单位的人写在“其他参加人员”。")
    if visited_on > day_of(at):
        raise Refused("核验日期不能晚于今天。")
    if not finding.strip() or conclusion not in ("passed", "problems"):
        raise Refused("请填写核验情况和结论。")
    return _write_visit(
        application, people, by=by, at=at, visited_on=visited_on, finding=finding,
        conclusion=conclusion, other_visitors=other_visitors,
    )  # fmt: skip


def _write_visit(
    application: Application, people: list[User], *, by: User, at: dt.datetime, **fields: object
) -> SiteVisit:
    with transaction.atomic():
        # Touching the row holds it: a visit is never added to what has just moved on.
        if not Application.objects.filter(pk=application.pk, state=State.SITE_VISIT).update(
            updated_at=at
        ):
            raise StaleState.of(application)
        visit = SiteVisit.objects.create(
            application=application, entered_by=by, entered_at=at, **fields
        )
        visit.visitors.set(people)
        audit.record(
            "application.site_visit", by=by, obj=visit, at=at,
            label=str(application), station=application.station,
            after={
                "visited_on": str(visit.visited_on),
                "visitors": [person.full_name for person in people],
                "other_visitors": visit.other_visitors,
                "conclusion": visit.conclusion,
            },
        )  # fmt: skip
    return visit


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
            application=application, at=at, by=by,
        )  # fmt: skip
    return row


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
    application = problem.application
    is_above = application is not None and is_city_above(by, application)
    is_county = (
        application is not None and by.role == User.Role.COUNTY and is_writer(by, application)
    )
    if not (is_above or is_county):
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
