"""目标任务: a unit's targets as one grid of cumulative, dated steps, and its way from the
county's draft to the city's confirmation.

A grid is saved, confirmed or returned as a whole, by whoever saw its present state: `seen`
names every row with its version. The region's row is locked meanwhile, so of two people
who do something with the same grid at once the second is told.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accreditation.models import Programme, Target
from records.models import Notice
from records.notices import tell
from stations.models import Region, Track

BLANK_LINES = 3
MAX_LINES = 40
MAX_NUMBER = 2000


class StaleGrid(Exception):
    """Somebody else has changed these targets since the page was opened."""


@dataclass
class GridCell:
    track: Track
    text: str = ""
    is_locked: bool = False
    error: str = ""


@dataclass
class GridLine:
    due_text: str = ""
    cells: list[GridCell] = field(default_factory=lambda: [GridCell(track) for track in Track])
    error: str = ""
    due_on: dt.date | None = None

    @property
    def is_locked(self) -> bool:
        return any(cell.is_locked for cell in self.cells)

    @property
    def is_blank(self) -> bool:
        return not self.due_text.strip() and not any(cell.text.strip() for cell in self.cells)


@dataclass
class Grid:
    programme: Programme
    region: Region
    rows: list[Target]
    may_change_confirmed: bool
    lines: list[GridLine] = field(default_factory=list)

    @property
    def seen(self) -> str:
        return ",".join(f"{row.pk}.{row.version}" for row in self.rows)

    @property
    def has_errors(self) -> bool:
        return any(line.error or any(cell.error for cell in line.cells) for line in self.lines)

    @property
    def awaits_city(self) -> bool:
        """Drafts that the city has not answered; what it returned waits for the county."""
        drafts = any(row.state == Target.State.DRAFT for row in self.rows)
        return drafts and not self.return_reason

    @property
    def return_reason(self) -> str:
        return next((row.return_reason for row in self.rows if row.return_reason), "")

    @property
    def wanted(self) -> dict[tuple[dt.date, str], int]:
        """What the lines ask for, read after they were found to be right."""
        return {
            (line.due_on, cell.track.value): int(cell.text)
            for line in self.lines
            if line.due_on
            for cell in line.cells
            if cell.text.strip()
        }


def load_grid(programme: Programme, region: Region) -> Grid:
    rows = list(Target.objects.filter(programme=programme, region=region).order_by("due_on", "pk"))
    # The city's own totals are confirmed as it writes them.
    grid = Grid(programme, region, rows, may_change_confirmed=region.level == Region.Level.CITY)
    grid.lines = _lines_of(grid)
    return grid


def _lines_of(grid: Grid) -> list[GridLine]:
    lines: dict[dt.date, GridLine] = {}
    for row in grid.rows:
        line = lines.setdefault(row.due_on, GridLine(row.due_on.isoformat(), due_on=row.due_on))
        cell = next(cell for cell in line.cells if cell.track == row.track)
        cell.text = str(row.number)
        cell.is_locked = row.state == Target.State.CONFIRMED and not grid.may_change_confirmed
    return list(lines.values())


def read_grid(grid: Grid, data) -> None:
    """Replace the lines by what was typed; confirmed numbers stay what they are."""
    locked = {
        (line.due_on, cell.track): cell.text
        for line in grid.lines
        for cell in line.cells
        if cell.is_locked
    }
    lines = []
    for number in range(MAX_LINES):
        if f"due-{number}" not in data:
            break
        line = GridLine(data[f"due-{number}"])
        for cell in line.cells:
            cell.text = data.get(f"{cell.track.value}-{number}", "")
        if not line.is_blank:
            lines.append(line)
            _read_line(line, grid.programme)
    for (due_on, track), text in locked.items():
        _put_back(lines, due_on, track, text)
    grid.lines = sorted(lines, key=lambda line: line.due_on or dt.date.max)
    _check_order(grid)


def _put_back(lines: list[GridLine], due_on, track, text) -> None:
    line = next((line for line in lines if line.due_on == due_on), None)
    if line is None:
        line = GridLine(due_on.isoformat(), due_on=due_on)
        lines.append(line)
    cell = next(cell for cell in line.cells if cell.track == track)
    cell.text, cell.is_locked, cell.error = text, True, ""


def _read_line(line: GridLine, programme: Programme) -> None:
    try:
        line.due_on = dt.date.fromisoformat(line.due_text.strip().replace("/", "-"))
    except ValueError:
        line.error = "请填写完成时限，如 2026-12-31。"
    if line.due_on and not programme.starts_on < line.due_on <= programme.ends_on:
        line.error = f"完成时限要在方案期内：{programme.starts_on}（不含）至 {programme.ends_on}。"
    if not any(cell.text.strip() for cell in line.cells):
        line.error = line.error or "请至少填写一个类别的累计数，或清空这一行。"
    for cell in line.cells:
        text = cell.text.strip()
        if text and not (text.isascii() and text.isdigit() and int(text) <= MAX_NUMBER):
            cell.error = f"请填0到{MAX_NUMBER}之间的整数。"


def _check_order(grid: Grid) -> None:
    days: set[dt.date] = set()
    for line in grid.lines:
        if line.due_on in days:
            line.error = f"时限 {line.due_on} 填了两行，请合并成一行。"
        if line.due_on:
            days.add(line.due_on)
    if grid.has_errors:
        return
    for position, track in enumerate(Track):
        reached, since = 0, None
        for line in grid.lines:
            cell = line.cells[position]
            if not cell.text.strip():
                continue
            if int(cell.text) < reached:
                cell.error = f"累计数不能比 {since} 的{reached}少（{track.label}）。"
            reached, since = max(reached, int(cell.text)), line.due_on


def save_grid(grid: Grid, *, seen: str, by) -> bool:
    """Write what the lines ask for; raises StaleGrid. False if there was nothing to do."""
    state = Target.State.CONFIRMED if grid.may_change_confirmed else Target.State.DRAFT
    now = timezone.now()
    with transaction.atomic():
        rows = _locked_rows(grid, seen)
        stored = {(row.due_on, row.track): row for row in rows}
        wanted = grid.wanted
        gone = [row.pk for key, row in stored.items() if key not in wanted]
        changed = [
            (row, wanted[key])
            for key, row in stored.items()
            if key in wanted and row.number != wanted[key]
        ]
        new = {key: number for key, number in wanted.items() if key not in stored}
        # Saving what was returned is the county's answer, also where it keeps its numbers.
        answered = any(row.return_reason for row in rows)
        if not (gone or changed or new or answered):
            return False
        Target.objects.filter(pk__in=gone).delete()
        for row, number in changed:
            row.number = number
            row.version += 1
            row.updated_at, row.updated_by = now, by
        Target.objects.bulk_update(
            [row for row, _ in changed], ["number", "version", "updated_at", "updated_by"]
        )
        Target.objects.bulk_create(
            Target(
                programme=grid.programme,
                region=grid.region,
                due_on=due_on,
                track=track,
                number=number,
                state=state,
                confirmed_by=by if grid.may_change_confirmed else None,
                created_by=by,
                updated_by=by,
            )
            for (due_on, track), number in new.items()
        )
        _rows(grid).exclude(return_reason="").update(return_reason="", version=F("version") + 1)
        _record("target.change", grid, rows, by=by, after=wanted)
    return True


def confirm_grid(grid: Grid, *, seen: str, by) -> None:
    with transaction.atomic():
        rows = _locked_rows(grid, seen)
        _rows(grid).filter(state=Target.State.DRAFT).update(
            state=Target.State.CONFIRMED,
            confirmed_by=by,
            return_reason="",
            version=F("version") + 1,
            updated_at=timezone.now(),
            updated_by=by,
        )
        _record("target.confirm", grid, rows, by=by)
        _tell(grid, "市局已确认本单位的目标任务", Notice.Kind.DECIDED)


def return_grid(grid: Grid, *, seen: str, reason: str, by) -> None:
    """Back to the county, also what was confirmed: until it is confirmed again it draws no
    schedule."""
    with transaction.atomic():
        rows = _locked_rows(grid, seen)
        _rows(grid).update(
            state=Target.State.DRAFT,
            confirmed_by=None,
            return_reason=reason,
            version=F("version") + 1,
            updated_at=timezone.now(),
            updated_by=by,
        )
        _record("target.return", grid, rows, by=by, reason=reason)
        _tell(grid, f"目标任务已退回修改：{reason}", Notice.Kind.RETURNED)


def _rows(grid: Grid):
    return Target.objects.filter(programme=grid.programme, region=grid.region)


def _locked_rows(grid: Grid, seen: str) -> list[Target]:
    Region.objects.select_for_update().get(pk=grid.region.pk)
    rows = list(_rows(grid).order_by("due_on", "pk"))
    if seen != ",".join(f"{row.pk}.{row.version}" for row in rows):
        raise StaleGrid
    return rows


def _record(action, grid: Grid, rows: Iterable[Target], *, by, after=None, reason="") -> None:
    before = {(row.due_on, row.track): row.number for row in rows}
    audit.record(
        action,
        by=by,
        obj=grid.programme,
        label=f"{grid.programme} {grid.region}",
        region=grid.region,
        before=_readable(before),
        after=_readable(before if after is None else after),
        reason=reason,
    )


def _readable(numbers: dict) -> dict[str, int]:
    ordered = sorted(numbers.items())
    return {f"{due} {Track(track).short_label}": number for (due, track), number in ordered}


def _tell(grid: Grid, text: str, kind: str) -> None:
    link = f"/accreditation/targets/{grid.region.code}/?programme={grid.programme.pk}"
    tell([grid.region], f"{grid.programme}：{text}", link=link, kind=kind)


@dataclass
class Share:
    """One track over all units: how much of the city's target is with a unit."""

    track: Track
    target: int | None
    confirmed: int
    pending: int

    @property
    def unassigned(self) -> int | None:
        return None if self.target is None else self.target - self.confirmed


def final_numbers(targets: Iterable[Target]) -> dict[tuple[int, str], Target]:
    """The last step of each unit and track. `targets` come in the order of their days."""
    return {(row.region_id, row.track): row for row in targets}


def shares(city: Region, targets: list[Target]) -> list[Share]:
    """未分解数 counts what is confirmed; drafts are said beside it."""
    confirmed = final_numbers(row for row in targets if row.state == Target.State.CONFIRMED)
    latest = final_numbers(targets)

    def total(found, track):
        return sum(
            row.number for (region, t), row in found.items() if region != city.pk and t == track
        )

    return [
        Share(
            track,
            confirmed[city.pk, track].number if (city.pk, track) in confirmed else None,
            total(confirmed, track),
            total(latest, track) - total(confirmed, track),
        )
        for track in Track
    ]
