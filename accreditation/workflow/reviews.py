"""The way up: town, county, city; back down with reasons; and the ends on the way."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from accreditation.models import Application
from accreditation.workdays import add_workdays
from accreditation.workflow.errors import Refused
from accreditation.workflow.moving import check, day_of, moment, move, regions_of
from accreditation.workflow.people import levels_for, passes_town
from accreditation.workflow.snapshots import requirements_of
from accreditation.workflow.table import State
from accreditation.workflow.verdicts import unjudged

TOWN_WORKDAYS = 10
LEVEL_WORDS = {"station": "服务站", "town": "乡镇（街道）", "county": "县（区）"}


def endorse(
    application: Application, *, by: User, at: dt.datetime | None = None, comment: str = ""
) -> None:
    """The town's opinion, name and date go with the transition."""
    at = moment(at)
    check("endorse", application, by=by, comment=comment)
    move(
        "endorse", application, to=State.COUNTY_REVIEW, by=by, at=at, comment=comment,
        tell=regions_of(application, "station", "county"),
    )  # fmt: skip


def pull_day(application: Application) -> dt.date:
    """From this day on the county need not wait for the town any longer."""
    since = timezone.localtime(application.state_since).date()
    return add_workdays(since, TOWN_WORKDAYS)


def pull(
    application: Application, *, by: User, at: dt.datetime | None = None, comment: str = ""
) -> None:
    at = moment(at)
    check("pull", application, by=by, comment=comment)
    first = pull_day(application)
    if day_of(at) < first:
        raise Refused(
            f"乡镇（街道）审核未满{TOWN_WORKDAYS}个工作日，{first:%Y年%-m月%-d日}起可以直接受理。"
        )
    move(
        "pull", application, to=State.COUNTY_REVIEW, by=by, at=at, comment=comment,
        tell=regions_of(application, "station", "town"),
    )  # fmt: skip


def recommend(
    application: Application, *, by: User, at: dt.datetime | None = None, comment: str = ""
) -> None:
    """Recommending is an endorsement, so whoever typed the application may."""
    at = moment(at)
    check("recommend", application, by=by, comment=comment)
    move(
        "recommend", application, to=State.CITY_REVIEW, by=by, at=at, comment=comment,
        changes={"recommended_by": by},
        tell=regions_of(application, "station", "city"),
    )  # fmt: skip


def do_not_recommend(
    application: Application, *, comment: str, by: User, at: dt.datetime | None = None
) -> None:
    at = moment(at)
    check("do_not_recommend", application, by=by, comment=comment)
    move(
        "do_not_recommend", application, to=State.NOT_RECOMMENDED, by=by, at=at,
        comment=comment, tell=regions_of(application, "station", "town"),
    )  # fmt: skip


def return_application(
    application: Application,
    *,
    level: str,
    due_on: dt.date,
    comment: str,
    reasons: dict[str, str] | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """To a named level, with reasons per requirement and a day. A decision that was already
    entered falls: the application will come before the meeting again."""
    at = moment(at)
    check("return_application", application, by=by, comment=comment)
    if level not in levels_for(application, has_town=passes_town(application.station)):
        raise Refused("请选择退回到哪一级；只能退回到本环节以下、并且参与本申报的层级。")
    if due_on <= day_of(at):
        raise Refused("补正期限必须晚于今天。")
    reasons = _clean_reasons(application, reasons or {})
    move(
        "return_application", application, to=State.RETURNED, by=by, at=at, comment=comment,
        details={"level": level, "due_on": due_on.isoformat(), "requirements": reasons},
        changes={
            "returned_from": application.state,
            "returned_to": level,
            "due_on": due_on,
            "decided_by": None,
            "batch": None,
        },
        tell=regions_of(application, "station", level),
        text=(
            f"{application.station.name}的申报（{application.number}）退回{LEVEL_WORDS[level]}补正，"
            f"请在{due_on:%Y年%-m月%-d日}前提交。"
        ),
    )  # fmt: skip


def _clean_reasons(application: Application, reasons: dict[str, str]) -> dict[str, str]:
    known = {row.code for row in requirements_of(application)}
    wrong = sorted(set(reasons) - known)
    if wrong:
        raise Refused(f"评价要点{'、'.join(wrong)}不属于本申报的评价标准。")
    return {code: text.strip()[:300] for code, text in reasons.items() if text.strip()}


def send_to_site_visit(
    application: Application, *, by: User, at: dt.datetime | None = None, comment: str = ""
) -> None:
    at = moment(at)
    check("send_to_site_visit", application, by=by, comment=comment)
    move(
        "send_to_site_visit", application, to=State.SITE_VISIT, by=by, at=at, comment=comment,
        changes={"reviewed_by": by},
        tell=regions_of(application, "station", "county"),
    )  # fmt: skip


def send_to_decision(
    application: Application, *, by: User, at: dt.datetime | None = None, comment: str = ""
) -> None:
    at = moment(at)
    check("send_to_decision", application, by=by, comment=comment)
    if not application.visits.exists():
        raise Refused("还没有实地核验记录，请先登记核验情况。")
    open_codes = unjudged(application)
    if open_codes:
        raise Refused(
            f"还有{len(open_codes)}个评价要点待评（{'、'.join(open_codes[:5])}"
            f"{'等' if len(open_codes) > 5 else ''}），请先填写评审意见。"
        )
    move(
        "send_to_decision", application, to=State.DECISION, by=by, at=at, comment=comment,
        changes={"reviewed_by": by}, tell=regions_of(application, "city"),
        text=f"{application.station.name}的申报（{application.number}）提交集体研究。",
    )  # fmt: skip


def reject(
    application: Application, *, comment: str, by: User, at: dt.datetime | None = None
) -> None:
    at = moment(at)
    check("reject", application, by=by, comment=comment)
    move(
        "reject", application, to=State.REJECTED, by=by, at=at, comment=comment,
        changes={"reviewed_by": by}, tell=regions_of(application, "station", "county"),
    )  # fmt: skip


def lapse(application: Application, *, at: dt.datetime | None = None) -> None:
    """Nobody's decision: the day has passed. The timer calls it (accreditation/tasks.py)."""
    at = moment(at)
    if application.state != State.RETURNED or not application.due_on:
        raise Refused("只有退回补正、并且有期限的申报会逾期终止。")
    if day_of(at) <= application.due_on:
        raise Refused("补正期限未到。")
    move(
        "lapse", application, to=State.LAPSED, by=None, at=at,
        comment=f"补正期限{application.due_on:%Y年%-m月%-d日}已过，未再提交。",
        tell=regions_of(application, "station", "town", "county"),
    )  # fmt: skip
