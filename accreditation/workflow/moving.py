"""How an application changes state: compare, set, write down, tell. Used by every step."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accreditation.models import Application, Transition
from accreditation.workflow.errors import Refused, StaleState
from accreditation.workflow.people import check_person
from accreditation.workflow.table import STEPS
from records.models import Notice
from records.notices import tell
from stations.models import Region, Station

# People of these steps are known by the state, so the state is looked at first.
_BY_STATE = ("holder", "returned_level")


def moment(at: dt.datetime | None) -> dt.datetime:
    at = at or timezone.now()
    if timezone.is_naive(at):
        raise ValueError("`at` must be an aware datetime")
    return at


def day_of(at: dt.datetime) -> dt.date:
    return timezone.localtime(at).date()


def title_of(user: User | None) -> str:
    if user is None:
        return "系统"
    unit = user.region.office_title if user.region else ""
    return f"{unit} {user.role_label}".strip()[:80]


def check(verb: str, application: Application, *, by: User, comment: str = "") -> None:
    """Person, state and reason; raises with the sentence for the page."""
    step = STEPS[verb]
    if step.who[0] in _BY_STATE:
        check_state(verb, application)
        check_person(verb, by, application)
    else:
        check_person(verb, by, application)
        check_state(verb, application)
    check_comment(verb, comment)


def check_state(verb: str, application: Application) -> None:
    if application.state not in STEPS[verb].sources:
        raise StaleState.of(application)


def check_comment(verb: str, comment: str) -> None:
    if STEPS[verb].needs_reason and not comment.strip():
        raise Refused(f"请填写“{STEPS[verb].label}”的理由。")
    if len(comment) > 1000:
        raise Refused("办理意见最多1000字，请缩短后再提交。")


# What a step is to those who are told of it; everything else is 其他.
NOTICE_KINDS = {
    "return_application": Notice.Kind.RETURNED,
    # Whoever has it next is asked to act; the station reads how far it is.
    "submit": Notice.Kind.ASSIGNED,
    "resubmit": Notice.Kind.ASSIGNED,
    "endorse": Notice.Kind.ASSIGNED,
    "pull": Notice.Kind.ASSIGNED,
    "recommend": Notice.Kind.ASSIGNED,
    "send_to_decision": Notice.Kind.ASSIGNED,
    "take_over_review": Notice.Kind.ASSIGNED,
    "send_to_site_visit": Notice.Kind.DECIDED,
    "withdraw": Notice.Kind.DECIDED,
    "publish_notice": Notice.Kind.DECIDED,
    "do_not_recommend": Notice.Kind.DECIDED,
    "decide": Notice.Kind.DECIDED,
    "reject": Notice.Kind.DECIDED,
    "lapse": Notice.Kind.DECIDED,
    "uphold": Notice.Kind.DECIDED,
    "name": Notice.Kind.DECIDED,
}


def move(
    verb: str,
    application: Application,
    *,
    to: str,
    by: User | None,
    at: dt.datetime,
    comment: str = "",
    details: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
    expected: dict[str, Any] | None = None,
    tell: Iterable[Region | User | None] = (),
    text: str = "",
) -> Transition:
    """Set the new state where the old one still stands; call it inside a transaction.

    `expected` names further columns that must be as they were read. Nothing else is
    written before the count is known, so the loser leaves no trace.
    """
    old = application.state
    values = dict(changes or {}, updated_at=at, updated_by=by, version=application.version + 1)
    if to != old:
        values |= {"state": to, "state_since": at}
    with transaction.atomic():
        won = Application.objects.filter(
            pk=application.pk, state=old, version=application.version, **(expected or {})
        ).update(**values)
        if not won:
            raise StaleState.of(application)
        for name, value in values.items():
            setattr(application, name, value)
        return _write_down(
            verb, application, old=old, by=by, at=at, comment=comment.strip(),
            details=details or {}, tell=tell, text=text,
        )  # fmt: skip


def _write_down(
    verb: str,
    application: Application,
    *,
    old: str,
    by: User | None,
    at: dt.datetime,
    comment: str,
    details: dict[str, Any],
    tell: Iterable[Region | User | None],
    text: str,
) -> Transition:
    row = transition(verb, application, old=old, by=by, at=at, comment=comment, details=details)
    row.save(force_insert=True)
    audit.record(
        f"application.{verb}",
        by=by,
        obj=application,
        before={"state": old},
        after={"state": application.state} | details,
        reason=comment,
        at=at,
    )
    text = text or _default_text(verb, application)
    kind = NOTICE_KINDS.get(verb, Notice.Kind.OTHER)
    own = application.station.region
    whom = [target for target in tell if target is not None]
    # The applicant is told how far it is, whoever else is asked to act.
    passed_on = kind == Notice.Kind.ASSIGNED and own in whom
    if passed_on:
        whom.remove(own)
        notify([own], text, application=application, at=at, by=by, kind=Notice.Kind.DECIDED)
    notify(whom, text, application=application, at=at, by=by, kind=kind)
    return row


def transition(
    verb: str,
    application: Application,
    *,
    old: str,
    by: User | None,
    at: dt.datetime,
    comment: str = "",
    details: dict[str, Any] | None = None,
) -> Transition:
    return Transition(
        application=application,
        from_state=old,
        to_state=application.state,
        actor=by,
        actor_title=title_of(by),
        at=at,
        comment=comment,
        details={"verb": verb, "label": STEPS[verb].label} | (details or {}),
    )


def _default_text(verb: str, application: Application) -> str:
    label = STEPS[verb].label
    return f"{application.station.name}的申报（{application.number}）已办理“{label}”，现在是“{application.get_state_display()}”。"


def notify(
    whom: Iterable[Region | User | None],
    text: str,
    *,
    application: Application,
    at: dt.datetime,
    by: User | None = None,
    kind: str = Notice.Kind.OTHER,
) -> None:
    link = reverse("application", kwargs={"number": application.number})
    tell(whom, text, link=link, kind=kind, at=at, by=by)


def units_of(station: Station, *levels: str) -> list[Region]:
    """The units above the station by level ("station" is its own), one query."""
    own = station.region
    wanted = Region.objects.filter(code__in=own.ancestor_codes, level__in=levels)
    found = [region for region in wanted if region.pk != own.pk]
    return [own, *found] if "station" in levels else found


def regions_of(application: Application, *levels: str) -> list[Region]:
    return units_of(application.station, *levels)


def lock_stations(stations: Iterable[Station]) -> None:
    """One at a time decides what a station has; always in the same order, so that two
    lists never wait for each other."""
    keys = sorted({station.pk for station in stations})
    list(Station.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
