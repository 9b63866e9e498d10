"""What the page of an application shows, in a fixed number of queries."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_city, oversees_stations
from accreditation.applications.steps import ACTIONS, Action
from accreditation.models import (
    Application,
    Doubt,
    Objection,
    Problem,
    Requirement,
    SiteVisit,
    StationScore,
    Transition,
    Verdict,
)
from accreditation.scorecard import markup
from accreditation.scorecard.markup import ANY
from accreditation.scorecard.page import has_rows
from accreditation.scoring.measures import MEASURES
from accreditation.workflow.people import is_city_above, is_reviewer
from accreditation.workflow.reviews import LEVEL_WORDS, pull_day
from accreditation.workflow.snapshots import requirements_of
from accreditation.workflow.standing import stands, verdicts_of
from accreditation.workflow.table import State
from accreditation.workflow.verdicts import REVIEWING, Sums, needs_word, sums
from records.kept import kept
from stations.models import Region, Station

# While the city is at it, the station sees no half-finished opinions.
SHOWN_LATER = (State.CITY_REVIEW, State.SITE_VISIT, State.DECISION)


def get_application(request, number: str, *, with_records: bool = False) -> Application:
    """Without what its records said (large) unless two archives are to be compared."""
    build = _with_records if with_records else _without_records
    found = kept(build, request.user, number=number)
    if not found:
        raise Http404
    (application,) = found
    is_village = application.station.region.level == Region.Level.VILLAGE
    application.has_town = application.town_exists and is_village
    return application


def _without_records(reader: User, number: str) -> QuerySet:
    return _with_records(reader, number).defer("snapshot__records")


def _with_records(reader: User, number: str) -> QuerySet:
    town = Station.objects.filter(
        region=OuterRef("station__region__parent"),
        region__level=Region.Level.TOWN,
        is_active=True,
    )
    rows = Application.objects.few().visible_to(reader).select_related(
        "station__region__parent", "programme__rubric", "snapshot__rubric", "reviewed_by",
        "recommended_by", "decided_by", "batch", "accreditation",
    )  # fmt: skip
    return rows.annotate(town_exists=Exists(town)).filter(number=number)


# Petition counts are shown to nobody above the county, talks not to an administrator: of
# these lines such a reader gets the points and no words.
WITHHELD = {
    User.Role.CITY: {"answered"},
    User.Role.ADMIN: {"answered", "talk_room"},
}
WITHHELD_TEXT = "按权限只显示得分"


def readable(row: Requirement, frozen: dict[str, Any], user: User) -> dict[str, Any]:
    if frozen and row.measure in WITHHELD.get(User.Role(user.role), ()):
        return frozen | {"found": WITHHELD_TEXT, "missing": ""}
    return frozen


@dataclass
class Line:
    requirement: Requirement
    frozen: dict[str, Any]
    verdict: Verdict | None
    stands: bool
    returned: str
    typed: dict[str, Any]
    typed_reason: str | None = None
    evidence_url: str = ""
    is_city: bool = False

    @property
    def opening(self):
        return markup.row_opening(self)

    @property
    def code(self):
        return self.requirement.code

    @property
    def awaits(self):
        return needs_word(self.requirement, self.frozen) and not (self.verdict and self.stands)

    @property
    def points_text(self):
        """What the input of the points shows: typed, given, or found."""
        if "points" in self.typed:
            return self.typed["points"]
        found = self.verdict.points if self.verdict else self.frozen.get("points")
        return "" if found is None else f"{found / 100:.2f}"

    @property
    def result(self):
        if "result" in self.typed:
            return self.typed["result"]
        if self.verdict:
            return self.verdict.result
        return {"met": "met", "partly": "partly", "missing": "not_met"}.get(
            self.frozen.get("state", ""), ""
        )

    @property
    def reason_text(self):
        """Why it goes back: typed, or what the verdict already says."""
        if self.typed_reason is not None:
            return self.typed_reason
        is_short = self.verdict is not None and self.verdict.result != Verdict.Result.MET
        return self.verdict.comment if is_short else ""

    @property
    def comment(self):
        return self.typed.get("comment", self.verdict.comment if self.verdict else "")

    @property
    def internal_comment(self):
        return self.typed.get(
            "internal_comment", self.verdict.internal_comment if self.verdict else ""
        )


@dataclass
class Button:
    verb: str
    label: str
    tone: str
    url: str
    form: Any
    needs_reason: bool


def context(request, application: Application, *, bound=None, typed=None) -> dict[str, Any]:
    """`bound` is {verb: form} with what was typed into a step that did not happen, `typed`
    the same for the verdict on one requirement."""
    user = request.user
    requirements = requirements_of(application)
    latest = latest_verdicts(application)
    transitions = kept(_transitions, application=application.pk)
    sees = is_city(user) or application.state not in SHOWN_LATER
    standing = {code: row for code, row in latest.items() if stands(row, application)}
    lines = lines_of(application, requirements, latest if sees else {}, transitions, typed, user)
    if bound and "return_application" in bound:
        keep_reasons(lines, bound["return_application"].data)
    offered = buttons(user, application, bound or {})
    total = sums(application, requirements=requirements, verdicts=standing) if sees else None
    return {
        "application": application,
        "station": application.station,
        "lines": lines,
        "sums": total,
        **short_of(total, lines),
        "can_judge": is_reviewer(user, application) and application.state in REVIEWING,
        "is_city": is_city(user),
        "transitions": transitions,
        "last_return": last_return(transitions) if application.state == "returned" else None,
        "level_word": LEVEL_WORDS.get(application.returned_to, ""),
        "buttons": offered,
        "can_return": any(one.verb == "return_application" for one in offered),
        "now": score_now(application),
        "visits": kept(_visits, application=application.pk),
        "problems": kept(_problems, application=application.pk),
        "can_close_problem": oversees_stations(user),
        "doubts": kept(_doubts, application=application.pk),
        "objections": objections_of(user, application),
    }


def _transitions(application: int) -> QuerySet:
    return Transition.objects.filter(application=application).select_related("actor")


def _visits(application: int) -> QuerySet:
    visits = SiteVisit.objects.filter(application=application)
    return visits.select_related("entered_by").prefetch_related("visitors")


def _problems(application: int) -> QuerySet:
    return Problem.objects.filter(application=application)


def _doubts(application: int) -> QuerySet:
    return Doubt.objects.filter(application=application)


def short_of(total: Sums | None, lines: list[Line]) -> dict[str, list[Line]]:
    """What is not yet reached: a must that nobody has judged so far has not failed."""
    failed, pending = (total.musts_failed, total.musts_pending) if total else ([], [])
    return {
        "musts_failed": [line for line in lines if line.code in failed],
        "musts_pending": [line for line in lines if line.code in pending],
        "to_judge": [line for line in lines if line.awaits],
    }


def latest_verdicts(application: Application) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for verdict in verdicts_of(application):
        found[verdict.requirement] = verdict
    return found


def last_return(transitions):
    back = [row for row in transitions if row.details.get("verb") == "return_application"]
    return back[-1] if back else None


def lines_of(application, requirements, latest, transitions, typed, user) -> list[Line]:
    frozen = application.snapshot.data["lines"] if application.snapshot else {}
    back = last_return(transitions)
    reasons = back.details.get("requirements", {}) if back else {}
    typed = typed or {}
    code = application.station.region.code
    rows_url = reverse("scorecard_rows", kwargs={"code": code, "requirement": ANY})
    found = []
    for row in requirements:
        verdict = latest.get(row.code)
        found.append(
            Line(
                row,
                readable(row, frozen.get(row.code, {}), user),
                verdict,
                bool(verdict and stands(verdict, application)),
                reasons.get(row.code, ""),
                typed if typed.get("requirement") == row.code else {},
                evidence_url=rows_url.replace(ANY, row.code) if has_evidence(row, user) else "",
                is_city=is_city(user),
            )
        )
    return found


def has_evidence(row: Requirement, user: User) -> bool:
    """Whether the rows behind a finding are listed somewhere, for those who may read them."""
    return row.measure in MEASURES and has_rows(row.measure, user)


def keep_reasons(lines: list[Line], data) -> None:
    for line in lines:
        line.typed_reason = data.get(f"reason-{line.code}", "")


def score_now(application: Application) -> StationScore | None:
    """The stored score beside the frozen one; a live one costs a dozen queries. A stored one
    that is not of a later day may be older than what was frozen and would be called 现在."""
    if application.snapshot is None:
        return None
    found = kept(
        _stored,
        station=application.station_id,
        track=application.track,
        since=timezone.localdate(application.snapshot.taken_at),
    )
    return found[0] if found else None


def _stored(station: int, track: str, since: dt.date) -> QuerySet:
    return StationScore.objects.filter(station=station, track=track, scored_on__gt=since)


def objections_of(user: User, application: Application) -> list[Objection]:
    if not is_city_above(user, application):
        return []
    if application.state not in (State.PUBLIC_NOTICE, State.ACCREDITED, State.REJECTED):
        return []
    return list(Objection.objects.visible_to(user).filter(application=application))


def is_offered(action: Action, user: User, application: Application) -> bool:
    """Only what this person may press now."""
    if not action.is_open(user, application):
        return False
    if action.verb == "decide":
        return application.decided_by_id is None
    if action.verb == "take_over_review":
        other = application.reviewed_by_id
        return other not in (None, user.pk) and application.recommended_by_id != user.pk
    if action.verb == "pull":
        return timezone.localdate() >= pull_day(application)
    return True


def buttons(user: User, application: Application, bound: dict[str, Any]) -> list[Button]:
    found = []
    for verb, action in ACTIONS.items():
        if verb not in bound and not is_offered(action, user, application):
            continue
        form = bound.get(verb) or action.form(
            application=application, user=user, auto_id=action.ids
        )
        url = reverse(f"application_{verb}", kwargs={"number": application.number})
        found.append(Button(verb, action.label, action.tone, url, form, action.needs_reason))
    return found
