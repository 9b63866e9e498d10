"""Which verdicts stand.

A verdict knows the archive it was given on. After a return, a verdict on a requirement
whose line and records did not change stands; on a changed one it waits to be given again.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from accreditation.models import Application, Snapshot, Verdict
from records.kept import kept


def standing(application: Application) -> dict[str, Verdict]:
    """The latest verdict per requirement, where its line is still the one it was given on."""
    latest: dict[str, Verdict] = {}
    for verdict in verdicts_of(application):
        latest[verdict.requirement] = verdict
    return {code: row for code, row in latest.items() if stands(row, application)}


def verdicts_of(application: Application, archives: Iterable[Snapshot] = ()) -> list[Verdict]:
    """In the order in which they were given. Many share an archive, which is large: each is
    read once, those at hand not again."""
    rows = kept(_verdicts, application=application.pk)
    known: dict[int | None, Snapshot | None] = {one.pk: one for one in archives}
    known |= {application.snapshot_id: application.snapshot, None: None}
    others = {row.snapshot_id for row in rows} - set(known)
    if others:
        known |= Snapshot.objects.defer("records").in_bulk(others)
    for row in rows:
        row.snapshot, row.application = known[row.snapshot_id], application
    return rows


def _verdicts(application: int) -> QuerySet[Verdict]:
    return Verdict.objects.filter(application=application).select_related("reviewer")


def stands(verdict: Verdict, application: Application) -> bool:
    """On the archive it was given on, or where neither the finding nor a record behind the
    requirement differs from it."""
    if verdict.snapshot_id == application.snapshot_id:
        return True
    if verdict.snapshot is None or application.snapshot is None:
        return False
    return is_same_line(verdict.snapshot.data, application.snapshot.data, verdict.requirement)


def is_same_line(before: dict[str, Any], now: dict[str, Any], code: str) -> bool:
    """Archives of the first format know no records; then the finding alone decides."""
    if before["lines"].get(code) != now["lines"].get(code):
        return False
    old, new = before.get("evidence"), now.get("evidence")
    return old is None or new is None or old.get(code) == new.get(code)
