"""What the station (its town, its county) does: draft, submit, resubmit, withdraw."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accreditation.models import Accreditation, Application, Programme
from accreditation.workflow import snapshots
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import (
    check,
    day_of,
    lock_stations,
    moment,
    move,
    regions_of,
)
from accreditation.workflow.people import SENTENCES, is_writer, passes_town
from accreditation.workflow.table import State
from stations.models import Station, Track

ONE_OPEN = "这个服务站在本方案中已有一个办理中的申报，请先办完或撤回那一个。"
ONE_ACTIVE = "这个服务站在本方案中已有有效的认定，不能再次申报。"
_TRIES = 5


def check_programme(programme: Programme, *, at: dt.datetime) -> None:
    """Only the current programme, within its dates. A day of the past (the replay of earlier
    years) is judged by the dates alone: what is current today says nothing about then."""
    day = day_of(at)
    if day >= timezone.localdate() and not programme.is_current:
        raise Refused(f"{programme}不是当前方案，不能申报。")
    if not programme.starts_on <= day <= programme.ends_on:
        raise Refused(
            f"{programme}的时间是{programme.starts_on:%Y年%-m月%-d日}至"
            f"{programme.ends_on:%Y年%-m月%-d日}，不在此期间不能申报。"
        )


def create_draft(
    station: Station,
    *,
    programme: Programme,
    track: str,
    by: User,
    at: dt.datetime | None = None,
    statement: str = "",
) -> Application:
    at = moment(at)
    if track not in Track.values:
        raise Refused("请选择申报类别。")
    application = Application(
        programme=programme, station=station, track=track, statement=statement,
        created_at=at, updated_at=at, state_since=at, created_by=by, updated_by=by,
    )  # fmt: skip
    if not is_writer(by, application):
        raise NotAllowed(SENTENCES["writer"])
    if not station.is_active:
        raise Refused("这个服务站已停用，不能申报。")
    check_programme(programme, at=at)
    _check_single(application)
    return _insert(application, by=by, at=at)


def _check_single(application: Application) -> None:
    mine = {"programme": application.programme, "station": application.station}
    if Application.objects.filter(**mine).exclude(state__in=Application.ENDED).exists():
        raise Refused(ONE_OPEN)
    if Accreditation.objects.filter(**mine).exclude(state="ended").exists():
        raise Refused(ONE_ACTIVE)


def _insert(application: Application, *, by: User, at: dt.datetime) -> Application:
    """The number is the next of its year; whoever loses the race for it takes the next."""
    for _ in range(_TRIES):
        application.number = next_number(day_of(at).year)
        try:
            with transaction.atomic():
                # A back entry for the same station takes the same lock and looks again.
                lock_stations([application.station])
                _check_single(application)
                application.save(force_insert=True)
                audit.record(
                    "application.create", by=by, obj=application, at=at,
                    after={"track": application.track, "state": application.state},
                )  # fmt: skip
            return application
        except IntegrityError:
            application.pk = None
            _check_single(application)
    raise Refused("申报编号正忙，请再试一次。")


def next_number(year: int) -> str:
    last = (
        Application.objects.filter(number__startswith=f"{year}-")
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{year}-{int(last.split('-')[1]) + 1 if last else 1:05d}"


def edit_statement(
    application: Application,
    *,
    statement: str,
    track: str | None = None,
    version: int | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """The text while it is a draft or returned; the track only before the first submission.
    `version` is the one the writer saw: a text changed meanwhile is not overwritten."""
    at = moment(at)
    if not is_writer(by, application):
        raise NotAllowed(SENTENCES["writer"])
    if application.state not in (State.DRAFT, State.RETURNED):
        raise StaleState.of(application)
    if track and track != application.track and application.snapshot_id:
        raise Refused("已经提交过的申报不能更改申报类别；如需更改，请撤回后重新申报。")
    if len(statement) > 5000:
        raise Refused("创建做法与成效最多5000字，请缩短后再保存。")
    new = {"statement": statement, "track": track or application.track}
    before = {name: getattr(application, name) for name in new}
    seen = application.version if version is None else version
    with transaction.atomic():
        won = Application.objects.filter(
            pk=application.pk, state=application.state, version=seen
        ).update(**new, version=seen + 1, updated_at=at, updated_by=by)
        if not won:
            raise StaleState(
                "这份申报在您填写期间已被别人修改，您的内容没有保存。"
                "请对照下面的现有内容，修改后再保存。"
            )
        audit.record("application.edit", by=by, obj=application, before=before, after=new, at=at)
    application.statement, application.track, application.version = (
        statement,
        new["track"],
        seen + 1,
    )


def submit(
    application: Application,
    *,
    by: User,
    at: dt.datetime | None = None,
    card: Any = None,
    comment: str = "",
) -> None:
    at = moment(at)
    check("submit", application, by=by, comment=comment)
    check_programme(application.programme, at=at)
    to = State.TOWN_REVIEW if passes_town(application.station) else State.COUNTY_REVIEW
    _hand_in("submit", application, to=to, by=by, at=at, card=card, comment=comment)


def resubmit(
    application: Application,
    *,
    by: User,
    at: dt.datetime | None = None,
    card: Any = None,
    comment: str = "",
) -> None:
    """Back to the state that returned it. A day over the due date is too late: the timer
    ends such an application, and until it has run the sentence is the same."""
    at = moment(at)
    check("resubmit", application, by=by, comment=comment)
    if application.due_on and day_of(at) > application.due_on:
        raise Refused(f"补正期限（{application.due_on:%Y年%-m月%-d日}）已过，不能再提交。")
    to = application.returned_from
    _hand_in("resubmit", application, to=to, by=by, at=at, card=card, comment=comment)


def _hand_in(
    verb: str,
    application: Application,
    *,
    to: str,
    by: User,
    at: dt.datetime,
    card: Any,
    comment: str,
) -> None:
    """Score and freeze outside the transaction, write inside a short one."""
    on = day_of(at)
    programme, rubric = application.programme, application.rubric
    card = card or snapshots.score(application.station, on=on, programme=programme, rubric=rubric)
    snapshot = snapshots.freeze(application, card=card, at=at, on=on)
    whom: tuple[str, ...] = {
        State.TOWN_REVIEW: ("town",),
        State.COUNTY_REVIEW: ("county",),
    }.get(State(to), ("city",))
    reviewer = application.reviewed_by
    if whom == ("city",) and reviewer and reviewer.is_active:
        whom = ()  # The bureau and its reviewer would read the same twice.
    with transaction.atomic():
        snapshot.save(force_insert=True)
        move(
            verb, application, to=to, by=by, at=at, comment=comment,
            details={"snapshot": snapshot.digest[:12]},
            changes={
                "snapshot": snapshot,
                "submitted_at": application.submitted_at or at,
                "returned_from": "",
                "returned_to": "",
                "due_on": None,
            },
            tell=[*regions_of(application, "station", *whom), reviewer],
        )  # fmt: skip


def withdraw(
    application: Application, *, comment: str, by: User, at: dt.datetime | None = None
) -> None:
    at = moment(at)
    check("withdraw", application, by=by, comment=comment)
    move(
        "withdraw", application, to=State.WITHDRAWN, by=by, at=at, comment=comment,
        tell=regions_of(application, "station", "town", "county"),
    )  # fmt: skip
