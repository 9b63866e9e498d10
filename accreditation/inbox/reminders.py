"""到期提醒 by a timer and 催办 by hand. Each is told once: the key of the notice says what it
is about, and the database refuses a second one."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import oversees_stations
from accreditation.models import Application, Problem
from accreditation.workflow.errors import NotAllowed, Refused
from accreditation.workflow.moving import moment, regions_of
from records.models import Notice
from stations.models import Region

State = Application.State
DAYS_BEFORE = (10, 3)
# Whoever it lies with is reminded; at the city it lies with the city itself.
LIES_WITH = {State.TOWN_REVIEW: "town", State.COUNTY_REVIEW: "county"}
LATE_AFTER = dt.timedelta(days=15)


def remind_of_due_dates(today: dt.date) -> int:
    """Both days before a due date, to the unit that has to act; returns the notices made.
    Safe to run twice: what has been told stays told."""
    days = [today + dt.timedelta(days=n) for n in DAYS_BEFORE]
    notices = [*_of_returned(days, today), *_of_problems(days, today)]
    before = Notice.objects.filter(kind=Notice.Kind.DUE).count()
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return Notice.objects.filter(kind=Notice.Kind.DUE).count() - before


def _of_returned(days, today):
    rows = Application.objects.filter(state=State.RETURNED, due_on__in=days)
    for row in rows.select_related("station__region__parent__parent"):
        yield _due(
            region=_unit(row.station.region, row.returned_to),
            text=f"{row.station.name}的申报（{row.number}）退回补正",
            due_on=row.due_on,
            today=today,
            link=reverse("application", args=[row.number]),
            key=f"returned:{row.pk}",
        )


def _of_problems(days, today):
    rows = Problem.objects.filter(closed_on=None, reported_on=None, due_on__in=days)
    for row in rows.select_related("station__region"):
        yield _due(
            region=row.station.region,
            text=f"问题清单“{row.problem[:60]}”",
            due_on=row.due_on,
            today=today,
            link=reverse("problem", args=[row.pk]),
            key=f"problem:{row.pk}",
        )


def _due(*, region, text, due_on, today, link, key) -> Notice:
    left = (due_on - today).days
    return Notice(
        region=region,
        kind=Notice.Kind.DUE,
        text=f"{text}，还有{left}天到期（{due_on.isoformat()}）。",
        link=link,
        key=f"due:{key}:{due_on.isoformat()}:{left}",
    )


def _unit(region: Region, level: str) -> Region:
    """The unit of that level on the way up; the station's own stands for `station`."""
    while level in ("town", "county") and region.level != level and region.parent:
        region = region.parent
    return region


def holder_of(application: Application) -> str:
    """The level that has to act next, empty where nobody below the city has."""
    if application.state == State.RETURNED:
        return application.returned_to or "station"
    return LIES_WITH.get(application.state, "")


def is_late(application: Application, today: dt.date) -> bool:
    """Returned ones may be reminded at any time, others after 15 days in one stage."""
    if application.state == State.RETURNED:
        return True
    since = timezone.localdate(application.state_since)
    return application.state in LIES_WITH and today - since >= LATE_AFTER


def may_remind(user: User, application: Application) -> bool:
    level = holder_of(application)
    above = {"station": ("county", "city"), "town": ("county", "city"), "county": ("city",)}
    return user.role in above.get(level, ()) and is_late(application, timezone.localdate())


def remind(application: Application, *, actor: User, at: dt.datetime | None = None) -> Notice:
    """催办: once a day and application, whoever does it."""
    at = moment(at)
    level = holder_of(application)
    if not oversees_stations(actor):
        raise NotAllowed("催办由县（区）、功能区和市局办理。")
    if not may_remind(actor, application):
        raise Refused("只有退回补正的，或在一个环节超过15天、由下级办理的申报可以催办。")
    (unit,) = regions_of(application, level)[:1] or [application.station.region]
    due = f"，补正期限 {application.due_on.isoformat()}" if application.due_on else ""
    day = timezone.localdate(at).isoformat()
    try:
        with transaction.atomic():
            notice = Notice.objects.create(
                region=unit,
                kind=Notice.Kind.REMINDER,
                text=f"{application.station.name}的申报（{application.number}）请抓紧办理"
                f"：现在是“{application.get_state_display()}”{due}。",
                link=reverse("application", args=[application.number]),
                key=f"remind:{application.pk}:{day}",
                created_at=at,
            )
            audit.record(
                "application.remind", by=actor, obj=application, at=at, after={"催办": unit.name}
            )
    except IntegrityError:  # notice_once
        raise Refused("今天已经催办过，明天再催办。") from None
    return notice
