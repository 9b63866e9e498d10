"""认定生效: a whole batch at once, with document number and date."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import User
from accreditation.models import Accreditation, Application, Batch, Programme, Target
from accreditation.workflow.batches import _hold, _members, move_all, require_city
from accreditation.workflow.effects import CountyEffect, county_effects
from accreditation.workflow.errors import Refused
from accreditation.workflow.moving import day_of, moment
from accreditation.workflow.problems import open_problems
from accreditation.workflow.table import State
from stations.models import Region, Track

LETTERS = {"red": "R", "historical": "H", "rural": "U"}


@dataclass(frozen=True)
class Effect:
    """One of the three large figures before and after."""

    track: str
    target: int
    before: int
    added: int

    @property
    def label(self) -> str:
        return str(Track(self.track).label)

    @property
    def after(self) -> int:
        return self.before + self.added


@dataclass(frozen=True)
class Preview:
    applications: list[Application]
    effects: list[Effect]
    counts: bool
    counties: list[CountyEffect] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)


def preview_naming(batch: Batch, *, on: dt.date) -> Preview:
    """Everything that naming this batch on this day would change, and what stands against it."""
    rows = list(_members(batch, State.PUBLIC_NOTICE))
    programme = batch.programme
    return Preview(
        applications=rows,
        effects=_effects(rows, programme, on=on),
        counts=programme.starts_on <= on <= programme.ends_on,
        counties=county_effects(rows, programme, on=on),
        obstacles=_obstacles(batch, rows, on=on),
    )


def _effects(rows: list[Application], programme: Programme, *, on: dt.date) -> list[Effect]:
    city = Target.objects.filter(
        programme=programme, region__level=Region.Level.CITY, state=Target.State.CONFIRMED
    )
    # Cumulative: the last day's number is the whole target.
    targets = dict(city.order_by("due_on").values_list("track", "number"))
    valid = Accreditation.objects.filter(programme=programme, named_on__lte=programme.ends_on)
    before = Counter(valid.valid_on(min(on, programme.ends_on)).values_list("track", flat=True))
    added = Counter(row.track for row in rows) if on <= programme.ends_on else Counter[str]()
    return [Effect(t, targets.get(t, 0), before[t], added[t]) for t in Track.values]


def _obstacles(batch: Batch, rows: list[Application], *, on: dt.date) -> list[str]:
    found = []
    notice = getattr(batch, "public_notice", None)
    if batch.named_on:
        found.append(f"这个批次已于{batch.named_on:%Y年%-m月%-d日}认定。")
    elif notice is None:
        found.append("这个批次还没有公示。")
    elif on <= notice.ends_on:
        found.append(f"公示到{notice.ends_on:%Y年%-m月%-d日}结束，认定日期须在此之后。")
    if not batch.named_on and notice is not None and not rows:
        found.append("这个批次没有公示中的申报。")
    waiting = batch.objections.filter(result="", application__state=State.PUBLIC_NOTICE).count()
    if waiting:
        found.append(f"还有{waiting}件异议没有核查结论。")
    return found + open_problems(rows) + _already(batch.programme, rows)


def _already(programme: Programme, rows: Iterable[Application]) -> list[str]:
    stations = [row.station_id for row in rows]
    taken = Accreditation.objects.filter(programme=programme, station__in=stations)
    names = taken.exclude(state="ended").values_list("station__name", flat=True)
    return [f"{name}在本方案中已有有效的认定。" for name in names]


def name_batch(
    batch: Batch,
    *,
    document_no: str,
    named_on: dt.date,
    by: User,
    at: dt.datetime | None = None,
) -> list[Accreditation]:
    at = moment(at)
    require_city(by)
    if not document_no.strip():
        raise Refused("请填写决定文号。")
    if named_on > day_of(at):
        raise Refused("认定日期不能晚于今天。")
    preview = preview_naming(batch, on=named_on)
    if preview.obstacles:
        raise Refused("".join(preview.obstacles))
    try:
        with transaction.atomic():
            _hold(batch)
            return _name(batch, preview.applications, document_no.strip(), named_on, by=by, at=at)
    except IntegrityError:
        taken = "".join(_already(batch.programme, preview.applications))
        raise Refused(taken or "认定编号正忙，没有任何改动，请再试一次。") from None


def _name(
    batch: Batch,
    rows: list[Application],
    document_no: str,
    named_on: dt.date,
    *,
    by: User,
    at: dt.datetime,
) -> list[Accreditation]:
    move_all(
        "name", rows, old=State.PUBLIC_NOTICE, to=State.ACCREDITED, by=by, at=at,
        details={"document_no": document_no, "named_on": named_on.isoformat()},
    )  # fmt: skip
    counties = counties_of(row.station.region for row in rows)
    numbers = Numbers(named_on.year)
    made = Accreditation.objects.bulk_create(
        Accreditation(
            programme=batch.programme, batch=batch, application=row, station=row.station,
            county=counties[row.station.region.county_code], track=row.track,
            number=numbers.next(row.track), document_no=document_no, named_on=named_on,
            created_at=at, created_by=by,
        )
        for row in rows
    )  # fmt: skip
    entries = [
        audit.entry("accreditation.name", by=by, obj=row, at=at,
                    after={"number": row.number, "named_on": named_on.isoformat()})
        for row in made
    ]  # fmt: skip
    type(entries[0]).objects.bulk_create(entries)
    Batch.objects.filter(pk=batch.pk).update(decision_document=document_no, named_on=named_on)
    batch.decision_document, batch.named_on = document_no, named_on
    audit.record(
        "batch.name", by=by, obj=batch, at=at,
        after={"document_no": document_no, "named_on": named_on.isoformat(), "number": len(made)},
    )  # fmt: skip
    return made


def counties_of(regions: Iterable[Region]) -> dict[str, Region]:
    codes = {region.county_code for region in regions}
    return {region.code: region for region in Region.objects.filter(code__in=codes)}


class Numbers:
    """2026R001, 2026R002 ...: year, track and the next number of that year and track."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.last: dict[str, int] = {}

    def next(self, track: str) -> str:
        prefix = f"{self.year}{LETTERS[track]}"
        if track not in self.last:
            used = Accreditation.objects.filter(number__regex=rf"^{prefix}[0-9]+$")
            numbers = [
                int(number[len(prefix) :]) for number in used.values_list("number", flat=True)
            ]
            self.last[track] = max(numbers, default=0)
        self.last[track] += 1
        return f"{prefix}{self.last[track]:03d}"
