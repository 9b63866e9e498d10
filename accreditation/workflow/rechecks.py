"""年度复核: started for many at once; what was found last time is shown, nothing is taken over."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from accreditation.models import (
    Accreditation,
    Recheck,
    RecheckLine,
    Requirement,
    Verdict,
)
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.moving import day_of, moment
from accreditation.workflow.problems import may_mend
from accreditation.workflow.snapshots import PARTS
from records.models import Notice

State = Accreditation.State
CITY_ONLY = "复核、整改和撤销由市局办理。"


@dataclass(frozen=True)
class Word:
    """What the city says of one line."""

    line: int
    result: str
    points: int | None
    comment: str = ""


def candidates(user: User, *, year: int) -> QuerySet[Accreditation]:
    """In force, in the user's scope, and not rechecked in that year yet."""
    rows = Accreditation.objects.visible_to(user).filter(state=State.ACTIVE)
    done = Recheck.objects.filter(year=year).values("accreditation")
    return rows.exclude(pk__in=done).select_related(
        "station__region", "county", "programme__rubric", "application__snapshot"
    )


def start_rechecks(
    accreditations: Iterable[Accreditation],
    *,
    reason: str,
    by: User,
    at: dt.datetime | None = None,
) -> list[Recheck]:
    """All of them or none, in a fixed number of statements."""
    at = moment(at)
    year = day_of(at).year
    if not is_city(by):
        raise NotAllowed(CITY_ONLY)
    if not reason.strip():
        raise Refused("请填写启动复核的原因。")
    keys = {row.pk for row in accreditations}
    if not keys:
        raise Refused("请至少选择一个认定。")
    rows = list(candidates(by, year=year).filter(pk__in=keys))
    if len(rows) != len(keys):
        raise StaleState("有的认定本年度已经复核，或正在复核、整改，请刷新页面后重新选择。")
    try:
        with transaction.atomic():
            return _start(rows, reason.strip()[:300], year, by=by, at=at)
    except IntegrityError:
        raise StaleState("有的认定刚刚启动了复核，请刷新页面后重新选择。") from None


def _start(
    rows: list[Accreditation], reason: str, year: int, *, by: User, at: dt.datetime
) -> list[Recheck]:
    won = Accreditation.objects.filter(pk__in=[row.pk for row in rows], state=State.ACTIVE).update(
        state=State.RECHECK, version=F("version") + 1
    )
    if won != len(rows):
        raise StaleState("有的认定刚刚被别人办理过，请刷新页面后重新选择。")
    for row in rows:
        row.state, row.version = State.RECHECK, row.version + 1
    made = Recheck.objects.bulk_create(
        Recheck(
            accreditation=row, year=year, started_on=day_of(at), reason=reason,
            created_by=by, created_at=at, updated_by=by, updated_at=at,
        )
        for row in rows
    )  # fmt: skip
    RecheckLine.objects.bulk_create(carried(rows, made), batch_size=500)
    entries = [
        audit.entry("accreditation.recheck", by=by, obj=row, at=at,
                    before={"state": "active"}, after={"state": "recheck"}, reason=reason)
        for row in rows
    ]  # fmt: skip
    type(entries[0]).objects.bulk_create(entries)
    Notice.objects.bulk_create(
        Notice(
            region=region, created_at=at, kind=Notice.Kind.ASSIGNED,
            text=f"{row.station.name}的认定：启动{year}年度复核，请更新材料；复核期间认定有效。",
            link=reverse("recheck", args=[recheck.pk]),
        )
        for row, recheck in zip(rows, made, strict=True)
        for region in (row.station.region, row.county)
    )  # fmt: skip
    return made


def carried(rows: list[Accreditation], rechecks: list[Recheck]) -> list[RecheckLine]:
    """The lines of each kind with last time's points: of the recheck before, else of the
    review that led to the naming; a back entry has none."""
    requirements = defaultdict(list)
    wanted = {row.programme.rubric_id for row in rows}
    for one in Requirement.objects.filter(rubric__in=wanted).order_by("order"):
        requirements[one.rubric_id].append(one)
    before = last_points(rows)
    lines = []
    for row, recheck in zip(rows, rechecks, strict=True):
        frozen = _frozen(row)
        for order, one in enumerate(requirements[row.programme.rubric_id]):
            if one.code[0] not in ("C", PARTS[row.track]):
                continue
            lines.append(
                RecheckLine(
                    recheck=recheck, requirement=one.code, order=order,
                    points_before=before[row.pk].get(one.code),
                    found_before=str(frozen.get(one.code, {}).get("found", ""))[:300],
                )
            )  # fmt: skip
    return lines


def _frozen(row: Accreditation) -> dict:
    application = row.application
    snapshot = application.snapshot if application else None
    return snapshot.data["lines"] if snapshot else {}


def last_points(rows: Iterable[Accreditation]) -> dict[int, dict[str, int]]:
    """{accreditation: {requirement: hundredths}}, two queries for any number."""
    rows = list(rows)
    found: dict[int, dict[str, int]] = {row.pk: {} for row in rows}
    of_application = {row.application_id: row.pk for row in rows if row.application_id}
    for row in rows:
        for code, line in _frozen(row).items():
            if line.get("points") is not None:
                found[row.pk][code] = line["points"]
    verdicts = Verdict.objects.filter(application__in=list(of_application)).order_by(
        "given_at", "pk"
    )
    for key, code, points in verdicts.values_list("application", "requirement", "points"):
        found[of_application[key]][code] = points
    earlier = RecheckLine.objects.filter(
        recheck__accreditation__in=list(found), points__isnull=False
    )
    for key, code, given in earlier.order_by("recheck").values_list(
        "recheck__accreditation", "requirement", "points"
    ):
        found[key][code] = given or 0
    return found


def awaiting(recheck: Recheck) -> int:
    """Lines that only a person can judge and nobody has."""
    rubric = recheck.accreditation.programme.rubric_id
    judged = Requirement.objects.filter(rubric=rubric).exclude(how=Requirement.How.AUTO)
    return recheck.lines.filter(result="", requirement__in=judged.values("code")).count()


def give_words(
    recheck: Recheck, words: Sequence[Word], *, by: User, at: dt.datetime | None = None
) -> int:
    at = moment(at)
    region = by.region
    path = recheck.accreditation.station.region.path
    if not is_city(by) or region is None or not path.startswith(region.path):
        raise NotAllowed(CITY_ONLY)
    if recheck.closed_on or recheck.accreditation.state != State.RECHECK:
        raise StaleState("这个复核已经有结论，不能再填写复核意见。")
    lines = {line.pk: line for line in recheck.lines.filter(pk__in=[word.line for word in words])}
    rubric = recheck.accreditation.programme.rubric_id
    maxima = dict(Requirement.objects.filter(rubric=rubric).values_list("code", "points"))
    changed = []
    for word in words:
        line = lines.get(word.line)
        if line is None:
            raise Refused("有的评价要点不属于这次复核，请刷新页面后再填。")
        points = _points(word, line, maxima.get(line.requirement, 0))
        if (line.result, line.points, line.comment) == (word.result, points, word.comment.strip()):
            continue
        line.result, line.points, line.comment = word.result, points, word.comment.strip()[:500]
        line.reviewer, line.given_at = by, at
        changed.append(line)
    if changed:
        with transaction.atomic():
            RecheckLine.objects.bulk_update(
                changed, ["result", "points", "comment", "reviewer", "given_at"], batch_size=100
            )
            audit.record(
                "recheck.line", by=by, obj=recheck, at=at,
                label=str(recheck.accreditation), station=recheck.accreditation.station,
                after={line.requirement: line.result for line in changed},
            )  # fmt: skip
    return len(changed)


def _points(word: Word, line: RecheckLine, maximum: int) -> int:
    if word.result not in Verdict.Result.values:
        raise Refused(f"{line.requirement}：请选择复核意见。")
    if word.result == Verdict.Result.MET:
        return maximum if word.points is None else min(word.points, maximum)
    if word.result == Verdict.Result.NOT_MET:
        return 0
    if word.points is None or not 0 <= word.points <= maximum:
        raise Refused(f"{line.requirement}：部分符合请填写得分，不超过{maximum / 100:g}分。")
    return word.points


def renew(
    recheck: Recheck, lines: Iterable[int], *, by: User, at: dt.datetime | None = None
) -> int:
    """The station says that what stands behind these lines is of this year."""
    at = moment(at)
    if not may_mend(by, recheck.accreditation.station):
        raise NotAllowed("材料由服务站、县（区）更新。")
    if recheck.closed_on:
        raise StaleState("这个复核已经完成。")
    with transaction.atomic():
        done = recheck.lines.filter(pk__in=list(lines), renewed_on=None).update(
            renewed_on=day_of(at)
        )
        if not done:
            raise Refused("请选择待更新的评价要点。")
        audit.record(
            "recheck.renew", by=by, obj=recheck, at=at, label=str(recheck.accreditation),
            station=recheck.accreditation.station, after={"number": done},
        )  # fmt: skip
    return done
