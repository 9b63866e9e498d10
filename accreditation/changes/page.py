"""两次提交的变化 on one page: every requirement whose finding or records differ."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accreditation.applications.page import has_evidence, last_return, readable
from accreditation.changes.shown import ShownChange, shown
from accreditation.models import Application, Requirement, Snapshot
from accreditation.workflow import snapshots
from accreditation.workflow.differences import ENTERED, LEFT, Piece, changed_codes, changes, pieces
from accreditation.workflow.table import State

NOW = "now"
# Of one requirement; a ledger that ran on for a year has more, told by their number.
SHOWN = 60


@dataclass
class Changed:
    """A requirement with what was found before and after."""

    requirement: Requirement
    before: dict[str, Any]
    after: dict[str, Any]
    returned: str = ""
    changes: list[ShownChange] = field(default_factory=list)
    more: int = 0
    is_closed: bool = False

    @property
    def is_found_anew(self) -> bool:
        return self.before != self.after

    @property
    def is_by_time(self) -> bool:
        """Nobody touched anything: the months that count have moved on."""
        hows = {one.change.how for one in self.changes}
        return not self.returned and not self.more and hows <= {ENTERED, LEFT}


@dataclass
class Comparison:
    application: Application
    archives: list[Snapshot]
    old: Snapshot
    new: Snapshot
    # Those that somebody worked on, and those that only time changed.
    rows: list[Changed]
    aged: list[Changed]
    statement: list[Piece]
    # Came back and nothing behind it differs.
    untouched: list[Requirement]

    @property
    def is_now(self) -> bool:
        return self.new.pk is None

    @property
    def points(self) -> tuple[int, int]:
        return self.old.data["totals"]["computed"], self.new.data["totals"]["computed"]


def compare(user: Any, application: Application, *, old: str, new: str) -> Comparison | None:
    """None before anything was submitted. Without a choice: what was submitted last against
    the submission before, or, where there is none yet, against the records of today."""
    archives = list(application.snapshots.select_related("rubric"))
    if not archives:
        return None
    after = _chosen(archives, new) or archives[-1]
    is_open = application.state == State.RETURNED or len(archives) == 1
    is_now = new == NOW or (not new and is_open)
    before = _chosen(archives, old)
    if before is None or (not is_now and before.pk >= after.pk):
        earlier = archives if is_now else [one for one in archives if one.pk < after.pk]
        before = earlier[-1] if earlier else after
    later = today(application) if is_now or before.pk == after.pk else after
    return Comparison(
        application, archives, before, later,
        *_differences(user, application, before, later),
    )  # fmt: skip


def _chosen(archives: list[Snapshot], number: str) -> Snapshot | None:
    return next((one for one in archives if str(one.pk) == number), None)


def today(application: Application) -> Snapshot:
    """What would be frozen if it were submitted now; nothing is written."""
    at = timezone.now()
    on = timezone.localdate(at)
    card = snapshots.score(
        application.station, on=on, programme=application.programme, rubric=application.rubric
    )
    return snapshots.freeze(application, card=card, at=at, on=on)


def _differences(
    user: Any, application: Application, old: Snapshot, new: Snapshot
) -> tuple[list[Changed], list[Changed], list[Piece], list[Requirement]]:
    reasons = _reasons(application, old, new)
    codes = changed_codes(old, new)
    rows, untouched = [], []
    for row in snapshots.requirements_of(application):
        if row.code in codes:
            rows.append(_changed(user, application, row, old, new, reasons.get(row.code, "")))
        elif row.code in reasons:
            untouched.append(row)
    rows.sort(key=lambda one: not one.returned)
    was, now = (one.data.get("statement", "") for one in (old, new))
    worked = [one for one in rows if not one.is_by_time]
    aged = [one for one in rows if one.is_by_time]
    return worked, aged, pieces(was, now) if was != now else [], untouched


def _changed(
    user: Any,
    application: Application,
    row: Requirement,
    old: Snapshot,
    new: Snapshot,
    reason: str,
) -> Changed:
    lines = [readable(row, one.data["lines"].get(row.code, {}), user) for one in (old, new)]
    if not has_evidence(row, user):
        return Changed(row, *lines, returned=reason, is_closed=True)
    labels = new.records.get("behind", {}).get(row.code, {})
    found = changes(old, new, row.code, labels=labels)
    return Changed(
        row, *lines, returned=reason, changes=shown(application, found[:SHOWN]),
        more=len(found) - min(SHOWN, len(found)),
    )  # fmt: skip


def _reasons(application: Application, old: Snapshot, new: Snapshot) -> dict[str, str]:
    """Of the return that lies between the two."""
    steps = application.transitions.filter(to_state=State.RETURNED, at__gte=old.taken_at)
    if new.pk is not None:
        steps = steps.filter(at__lte=new.taken_at)
    back = last_return(list(steps))
    return back.details.get("requirements", {}) if back else {}


def held(application: Application, sha256: str, *, closed: set[str]) -> bool:
    """Whether an archive of this application holds the file at a record that may be read."""
    for kinds in application.snapshots.values_list("records__records", flat=True):
        for label, records in (kinds or {}).items():
            if label in closed:
                continue
            if any(sha256 == file[0] for one in records.values() for file in one["files"]):
                return True
    return False
