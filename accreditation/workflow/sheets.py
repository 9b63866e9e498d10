"""实地核验单: what a visit looks at, drawn by the system, and what was found line by line."""

import datetime as dt
import random
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import User
from accreditation.models import Application, Problem, Requirement, VisitLine, VisitSheet
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment, notify, regions_of
from accreditation.workflow.people import SENTENCES, is_city_above
from accreditation.workflow.snapshots import requirements_of
from accreditation.workflow.table import State
from accreditation.workflow.verdicts import frozen_lines
from activities.models import Activity

DRAWN = 3
# Entries of the last two years: what people on site still remember.
DRAWN_DAYS = 730
# What only people can judge is looked at first, what the system counts by itself last.
ORDER = {Requirement.How.JUDGE: 0, Requirement.How.CONFIRM: 1, Requirement.How.AUTO: 2}


def draw_sheet(application: Application, *, by: User, at: dt.datetime | None = None) -> VisitSheet:
    """One per visit: who asks again gets the one that was drawn."""
    at = moment(at)
    _check(application, by=by)
    found = application.visit_sheets.filter(visit=None).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            sheet = VisitSheet.objects.create(
                application=application, created_by=by, created_at=at, updated_by=by, updated_at=at
            )
            lines = _requirement_lines(sheet) + _entry_lines(sheet, on=day_of(at))
            for order, line in enumerate(lines):
                line.order = order
            VisitLine.objects.bulk_create(lines)
            audit.record(
                "visit.draw", by=by, obj=sheet, at=at, station=application.station,
                after={"seed": sheet.seed, "lines": len(lines)},
            )  # fmt: skip
    except IntegrityError:  # somebody drew it in the same moment
        return application.visit_sheets.get(visit=None)
    return sheet


def _check(application: Application, *, by: User) -> None:
    if not is_city_above(by, application):
        raise NotAllowed(SENTENCES["city"])
    if application.state != State.SITE_VISIT:
        raise StaleState.of(application)


def _requirement_lines(sheet: VisitSheet) -> list[VisitLine]:
    frozen = frozen_lines(sheet.application)
    rows = [
        row
        for row in requirements_of(sheet.application)
        if frozen.get(row.code, {}).get("state") != "not_applicable"
    ]
    rows.sort(key=lambda row: ORDER[Requirement.How(row.how)])
    return [VisitLine(sheet=sheet, requirement=row.code, label=row.label[:300]) for row in rows]


def drawable(application: Application, *, on: dt.date) -> list[int]:
    """Past entries of the station's ledger; a talk is between two people and never drawn."""
    rows = Activity.objects.filter(
        station=application.station_id,
        happened_on__range=(on - dt.timedelta(days=DRAWN_DAYS), on),
    )
    return list(rows.exclude(kind=Activity.Kind.TALK).order_by("pk").values_list("pk", flat=True))


def _entry_lines(sheet: VisitSheet, *, on: dt.date) -> list[VisitLine]:
    keys = drawable(sheet.application, on=on)
    chosen = random.Random(sheet.seed).sample(keys, min(DRAWN, len(keys)))
    rows = Activity.objects.filter(pk__in=chosen).order_by("happened_on", "pk")
    return [
        VisitLine(
            sheet=sheet,
            activity=row,
            label=f"{row.happened_on:%Y年%-m月%-d日} {row.get_kind_display()}：{row.title}"[:300],
        )
        for row in rows
    ]


def record_line(
    line: VisitLine,
    *,
    result: str,
    finding: str,
    version: int | None = None,
    by: User,
    at: dt.datetime | None = None,
) -> None:
    """Two people may write on one sheet, not unknowingly over each other."""
    at = moment(at)
    _check(line.sheet.application, by=by)
    if result not in ("", *VisitLine.Result.values):
        raise Refused("请选择核验结果。")
    if result in (VisitLine.Result.PARTLY, VisitLine.Result.NOT_MET) and not finding.strip():
        raise Refused("部分符合、不符合的，请写明现场情况。")
    with transaction.atomic():
        won = VisitLine.objects.filter(
            pk=line.pk, version=version or line.version, sheet__visit=None
        ).update(
            result=result, finding=finding.strip()[:500], version=(version or line.version) + 1
        )
        if not won:
            raise StaleState("这一项刚刚被别人填写过，或核验已经登记完毕，请刷新页面后再填。")
        audit.record(
            "visit.line", by=by, obj=line, at=at, label=line.label,
            station=line.sheet.application.station, after={"result": result},
        )  # fmt: skip


def list_problems(
    sheet: VisitSheet,
    lines: Iterable[VisitLine],
    *,
    owner: str,
    due_on: dt.date,
    by: User,
    at: dt.datetime | None = None,
) -> int:
    """What was found wanting goes on the list of problems, each once."""
    at = moment(at)
    application = sheet.application
    if not is_city_above(by, application):
        raise NotAllowed(SENTENCES["city"])
    if not application.is_open:
        raise StaleState.of(application)
    if not owner.strip():
        raise Refused("请填写责任人。")
    if due_on < day_of(at):
        raise Refused("完成时限不能早于今天。")
    rows = [_problem(line, application, owner.strip(), due_on, by=by, at=at) for line in lines]
    with transaction.atomic():
        # Held, so that the same list sent twice does not make everything twice.
        VisitSheet.objects.select_for_update().get(pk=sheet.pk)
        listed = set(application.problems.filter(closed_on=None).values_list("problem", flat=True))
        new = [row for row in rows if row.problem not in listed]
        if not new:
            raise Refused("请选择部分符合、不符合并且还没有列入问题清单的内容。")
        Problem.objects.bulk_create(new)
        entries = [
            audit.entry("problem.add", by=by, obj=row, at=at, after={"due_on": str(due_on)})
            for row in new
        ]
        type(entries[0]).objects.bulk_create(entries)
        notify(
            regions_of(application, "station"),
            f"实地核验列入问题清单{len(new)}项，请在{due_on:%Y年%-m月%-d日}前整改。",
            application=application, at=at, by=by,
        )  # fmt: skip
    return len(new)


def _problem(
    line: VisitLine,
    application: Application,
    owner: str,
    due_on: dt.date,
    *,
    by: User,
    at: dt.datetime,
) -> Problem:
    return Problem(
        station=application.station, application=application, requirement=line.requirement,
        problem=f"{line.label}：{line.finding}"[:500], owner=owner[:60], due_on=due_on,
        created_by=by, created_at=at, updated_by=by, updated_at=at,
    )  # fmt: skip
