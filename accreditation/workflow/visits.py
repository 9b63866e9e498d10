"""The visit on site."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from accreditation.models import Application, SiteVisit, VisitSheet
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment
from accreditation.workflow.people import SENTENCES, is_city_above
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
    if any(not is_city(person) for person in people):
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
        VisitSheet.objects.filter(application=application, visit=None).update(
            visit=visit, updated_by=by, updated_at=at
        )
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
