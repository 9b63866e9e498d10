"""The reviewer's word on single requirements, and what it adds up to."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from accreditation.models import Application, CannedReason, Requirement, Verdict
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import check, moment, move, notify
from accreditation.workflow.people import SENTENCES, is_reviewer
from accreditation.workflow.snapshots import requirements_of
from accreditation.workflow.standing import standing
from accreditation.workflow.table import State

REVIEWING = (State.CITY_REVIEW, State.SITE_VISIT)
PASS_TOTAL, PASS_COMMON, PASS_OWN = 8000, 4500, 2800


@dataclass(frozen=True)
class Word:
    requirement: str
    result: str
    points: int
    comment: str = ""
    internal_comment: str = ""
    is_override: bool = False
    # The latest verdict that its giver saw (0: none); None does not compare.
    seen: int | None = None
    canned: int | None = None


@dataclass(frozen=True)
class Sums:
    """Confirmed points of an application: verdicts where there are any, else what the system
    computes by itself; what only a person can judge counts nothing until then."""

    common: int = 0
    own: int = 0
    musts_missing: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.common + self.own

    @property
    def musts_failed(self) -> list[str]:
        """A must that nobody has judged so far has not failed."""
        return [code for code in self.musts_missing if code not in self.pending]

    @property
    def musts_pending(self) -> list[str]:
        return [code for code in self.musts_missing if code in self.pending]

    @property
    def is_passed(self) -> bool:
        return (
            self.total >= PASS_TOTAL
            and self.common >= PASS_COMMON
            and self.own >= PASS_OWN
            and not self.musts_missing
        )


def frozen_lines(application: Application) -> dict[str, dict[str, Any]]:
    return application.snapshot.data["lines"] if application.snapshot else {}


def needs_word(requirement: Requirement, line: dict[str, Any] | None) -> bool:
    if line and line["state"] == "not_applicable":
        return False
    return requirement.how != Requirement.How.AUTO


def unjudged(application: Application) -> list[str]:
    lines, given = frozen_lines(application), standing(application)
    return [
        row.display_code
        for row in requirements_of(application)
        if needs_word(row, lines.get(row.code)) and row.code not in given
    ]


def sums(
    application: Application,
    *,
    requirements: list[Requirement] | None = None,
    verdicts: dict[str, Verdict] | None = None,
) -> Sums:
    rows = requirements_of(application) if requirements is None else requirements
    given = standing(application) if verdicts is None else verdicts
    lines = frozen_lines(application)
    points = {"C": 0, "own": 0}
    missing, pending = [], []
    for row in rows:
        line = lines.get(row.code)
        got = _points(row, line, given.get(row.code))
        if got is None:
            pending.append(row.code)
        points["C" if row.code[0] == "C" else "own"] += got or 0
        if row.must and (got or 0) < row.points:
            missing.append(row.code)
    return Sums(points["C"], points["own"], missing, pending)


def _points(row: Requirement, line: dict[str, Any] | None, verdict: Verdict | None) -> int | None:
    if verdict is not None:
        return verdict.points
    if line is None or needs_word(row, line):
        return None
    return line["points"]


def give_verdict(
    application: Application,
    *,
    requirement: str,
    result: str,
    points: int,
    comment: str = "",
    internal_comment: str = "",
    is_override: bool = False,
    seen: int | None = None,
    canned: int | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> Verdict:
    word = Word(requirement, result, points, comment, internal_comment, is_override, seen, canned)
    return give_verdicts(application, verdicts=[word], by=by, at=at)[0]


def give_verdicts(
    application: Application,
    *,
    verdicts: Iterable[Word],
    by: User,
    at: dt.datetime | None = None,
) -> list[Verdict]:
    at = moment(at)
    _check_reviewer(application, by=by)
    known = {row.code: row for row in requirements_of(application)}
    lines = frozen_lines(application)
    words = list(verdicts)
    for word in words:
        _check_word(word, known.get(word.requirement), lines.get(word.requirement))
    return _write(application, words, by=by, at=at, verb="application.verdict")


def _check_reviewer(application: Application, *, by: User) -> None:
    if not is_reviewer(by, application):
        if is_city(by) and application.reviewed_by_id not in (None, by.pk):
            raise NotAllowed(
                f"本申报由{application.reviewed_by.full_name}评审；如需由您评审，请先“接替评审”。"
            )
        raise NotAllowed(SENTENCES["reviewer"])
    if application.state not in REVIEWING:
        raise StaleState.of(application)


def _check_word(word: Word, row: Requirement | None, line: dict[str, Any] | None) -> None:
    if row is None:
        raise Refused(f"评价要点{word.requirement}不属于本申报的评价标准。")
    name = row.display_code
    if word.result not in Verdict.Result.values:
        raise Refused(f"{name}：请选择评审意见。")
    if not 0 <= word.points <= row.points:
        raise Refused(f"{name}：得分应在0至{row.points / 100:.2f}之间。")
    full = word.points == row.points
    if (word.result == "met") != full or (word.result == "not_met" and word.points):
        raise Refused(f"{name}：符合应为满分，不符合应为0分，部分符合应介于两者之间。")
    if word.result == "partly" and not word.points:
        raise Refused(f"{name}：部分符合的得分应大于0；没有得分请选择不符合。")
    if _differs(word, row, line):
        if not word.is_override:
            raise Refused(f"{name}：与系统核算结果不同，须选择“人工认定”并写明理由。")
        if not word.comment.strip():
            raise Refused(f"{name}：人工认定须在反馈意见中写明理由。")
    elif word.result != "met" and not word.comment.strip():
        raise Refused(f"{name}：请在反馈意见中写明哪里还不符合。")


def _differs(word: Word, row: Requirement, line: dict[str, Any] | None) -> bool:
    """A computed result changes only by 人工认定 with a reason."""
    if row.how == Requirement.How.JUDGE or line is None or line["points"] is None:
        return False
    return bool(word.points != line["points"])


def confirm_all_met(
    application: Application,
    *,
    codes: Iterable[str] | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> int:
    """One click for everything that the system found met and nobody has judged yet; `codes`
    are those that the reviewer saw listed."""
    at = moment(at)
    _check_reviewer(application, by=by)
    words = [
        Word(row.code, Verdict.Result.MET, row.points)
        for row in confirmable(application)
        if codes is None or row.code in codes
    ]
    if words:
        _write(application, words, by=by, at=at, verb="application.confirm_met")
    return len(words)


def confirmable(application: Application) -> list[Requirement]:
    """Found met by the system, for a person to confirm, and not judged yet."""
    lines, given = frozen_lines(application), standing(application)
    return [
        row
        for row in requirements_of(application)
        if row.how == Requirement.How.CONFIRM
        and row.code not in given
        and lines.get(row.code, {}).get("state") == "met"
    ]


def _write(
    application: Application, words: list[Word], *, by: User, at: dt.datetime, verb: str
) -> list[Verdict]:
    """Verdicts count only while the application is where the reviewer saw it; the first of
    them makes its giver the reviewer."""
    rows = [
        Verdict(
            application=application, requirement=word.requirement, result=word.result,
            points=word.points, comment=word.comment.strip()[:500],
            internal_comment=word.internal_comment.strip()[:500], is_override=word.is_override,
            reviewer=by, stage=application.state, snapshot=application.snapshot, given_at=at,
        )
        for word in words
    ]  # fmt: skip
    with transaction.atomic():
        won = Application.objects.filter(
            pk=application.pk, state=application.state, reviewed_by=application.reviewed_by,
            snapshot=application.snapshot_id,
        ).update(reviewed_by=by)  # fmt: skip
        if not won:
            raise _lost(application)
        latest = _latest(application, words)
        _check_seen(latest, words)
        Verdict.objects.bulk_create(rows)
        CannedReason.objects.filter(pk__in=[word.canned for word in words if word.canned]).update(
            used=F("used") + 1
        )
        audit.record(
            verb, by=by, obj=application, at=at,
            before={code: [row.result, row.points] for code, row in latest.items()},
            after={row.requirement: [row.result, row.points] for row in rows},
            reason="；".join(row.comment for row in rows if row.is_override),
        )  # fmt: skip
    application.reviewed_by = by
    return rows


def _lost(application: Application) -> StaleState:
    """Who reviews now and since when; or the step that took the application away."""
    fresh = Application.objects.select_related("reviewed_by").get(pk=application.pk)
    other = fresh.reviewed_by
    if fresh.state != application.state or other is None:
        return StaleState.of(application)
    first = fresh.verdicts.filter(reviewer=other).first()
    when = f"于{timezone.localtime(first.given_at):%Y年%-m月%-d日 %H:%M}" if first else ""
    return StaleState(f"{other.full_name}已{when}开始评审这个申报，您这次的意见没有保存。")


def _latest(application: Application, words: list[Word]) -> dict[str, Verdict]:
    """The row of the application is locked by now, so nobody else writes meanwhile."""
    codes = [word.requirement for word in words]
    rows = application.verdicts.filter(requirement__in=codes).select_related("reviewer")
    return {row.requirement: row for row in rows}


def _check_seen(latest: dict[str, Verdict], words: list[Word]) -> None:
    compared = {word.requirement: word.seen for word in words if word.seen is not None}
    for code, seen in compared.items():
        if code in latest and latest[code].pk != seen:
            row = latest[code]
            when = f"{timezone.localtime(row.given_at):%Y年%-m月%-d日 %H:%M}"
            raise StaleState(
                f"这个要点的意见已由{row.reviewer.full_name}于{when}保存为"
                f"“{row.get_result_display()}”，您这次的意见没有保存；请核对后再改。"
            )


def take_over_review(
    application: Application, *, comment: str, by: User, at: dt.datetime | None = None
) -> None:
    """Illness, leave, 回避: the review goes on in other hands, and says so."""
    at = moment(at)
    check("take_over_review", application, by=by, comment=comment)
    former = application.reviewed_by
    if former is None or former.pk == by.pk:
        raise Refused("目前没有其他人在评审这个申报，不需要接替。")
    if application.recommended_by_id == by.pk:
        raise NotAllowed("推荐人不能评审同一个申报。")
    with transaction.atomic():
        move(
            "take_over_review", application, to=application.state, by=by, at=at,
            comment=comment, changes={"reviewed_by": by}, expected={"reviewed_by": former},
        )  # fmt: skip
        notify(
            [former], f"{by.full_name}已接替您评审{application.station.name}的申报。",
            application=application, at=at, by=by,
        )  # fmt: skip
