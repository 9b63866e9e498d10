"""集体研究: the meeting's conclusion, entered by somebody who had no part before it."""

import datetime as dt

from accounts.models import User
from accreditation.models import Application, Transition
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import check, day_of, moment, move, regions_of
from accreditation.workflow.people import SENTENCES
from accreditation.workflow.table import State
from accreditation.workflow.verdicts import sums

CONCLUSIONS = {"agree": "同意认定", "reject": "不予认定"}


def decide(
    application: Application,
    *,
    conclusion: str,
    decided_on: dt.date,
    minutes_number: str,
    comment: str = "",
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """ "agree" leaves the application in `decision`, ready for a batch; "reject" ends it."""
    at = moment(at)
    check("decide", application, by=by, comment=comment)
    if had_a_part(by, application):
        raise NotAllowed(SENTENCES["decider"])
    if application.decided_by_id:
        raise StaleState.of(application)
    _check_form(conclusion, decided_on, minutes_number, comment, at=at)
    result = sums(application)
    if conclusion == "agree":
        _check_agreement(application, is_passed=result.is_passed, comment=comment)
    move(
        "decide", application,
        to=State.DECISION if conclusion == "agree" else State.REJECTED,
        by=by, at=at, comment=comment,
        details={
            "conclusion": conclusion,
            "decided_on": decided_on.isoformat(),
            "minutes_number": minutes_number.strip(),
            "confirmed": result.total,
        },
        changes={"decided_by": by},
        expected={"decided_by": None},
        tell=[] if conclusion == "agree" else regions_of(application, "station", "county"),
    )  # fmt: skip


def had_a_part(user: User, application: Application) -> bool:
    """Whether this person gave a verdict or took any step before the meeting, under
    whatever role: the columns of the application keep only the last of each."""
    steps = Transition.objects.filter(application=application, actor=user)
    return (
        application.verdicts.filter(reviewer=user).exists()
        or steps.exclude(from_state=State.DECISION).exists()
    )


def _check_form(
    conclusion: str, decided_on: dt.date, minutes_number: str, comment: str, *, at: dt.datetime
) -> None:
    if conclusion not in CONCLUSIONS:
        raise Refused("请选择集体研究结论。")
    if not minutes_number.strip():
        raise Refused("请填写会议纪要编号。")
    if decided_on > day_of(at):
        raise Refused("集体研究日期不能晚于今天。")
    if conclusion == "reject" and not comment.strip():
        raise Refused("不予认定须写明理由。")


def _check_agreement(application: Application, *, is_passed: bool, comment: str) -> None:
    number = application.problems.filter(closed_on=None).count()
    if number:
        raise Refused(f"问题清单还有{number}项没有销号，销号后才能登记“同意认定”。")
    # The points are the city's own proposal, so the meeting may see it otherwise; it says why.
    if not is_passed and not comment.strip():
        raise Refused("评审合计未达到合格线或必备项未达到，同意认定须写明理由。")
