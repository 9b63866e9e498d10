"""Digests over the audit log, each over the one before it: who changes, removes or slips in
an entry past the triggers breaks the chain from there on."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry, AuditSeal

RUN = 10_000
FIRST = "0" * 64
# Keys are given before a transaction commits; a younger entry may still be on its way.
SETTLED = timedelta(seconds=60)


@dataclass
class Verdict:
    seals: int = 0
    entries: int = 0
    unsealed: int = 0
    last_digest: str = FIRST
    problems: list[str] = field(default_factory=list)


def seal() -> int:
    """Seal the settled entries after the last seal; how many."""
    sealed = 0
    while count := _seal_run():
        sealed += count
    return sealed


def _seal_run():
    last = AuditSeal.objects.order_by("-last_id").first()
    start = last.last_id if last else 0
    fresh = AuditEntry.objects.filter(pk__gt=start).order_by("pk")
    moving = fresh.filter(at__gt=timezone.now() - SETTLED).values_list("pk", flat=True).first()
    if moving:
        fresh = fresh.filter(pk__lt=moving)
    rows = list(fresh[:RUN])
    if not rows:
        return 0
    previous = last.digest if last else FIRST
    try:
        with transaction.atomic():
            AuditSeal.objects.create(
                first_id=rows[0].pk,
                last_id=rows[-1].pk,
                count=len(rows),
                previous=previous,
                digest=_digest(previous, rows),
            )
    except IntegrityError:
        return 0  # another worker sealed the same run
    return len(rows)


def verify() -> Verdict:
    verdict = Verdict()
    reached = -(2**63)
    for mark in AuditSeal.objects.order_by("last_id").iterator():
        run = AuditEntry.objects.filter(pk__gt=reached, pk__lte=mark.last_id)
        rows = list(run.order_by("pk"))
        if mark.previous != verdict.last_digest:
            verdict.problems.append(f"封存{mark.pk}与前一次封存不相接。")
        if len(rows) != mark.count:
            verdict.problems.append(
                f"日志{mark.first_id}至{mark.last_id}：封存时{mark.count}条，现有{len(rows)}条。"
            )
        elif _digest(mark.previous, rows) != mark.digest:
            verdict.problems.append(f"日志{mark.first_id}至{mark.last_id}：内容与封存时不一致。")
        reached, verdict.last_digest = mark.last_id, mark.digest
        verdict.seals += 1
        verdict.entries += len(rows)
    verdict.unsealed = AuditEntry.objects.filter(pk__gt=reached).count()
    return verdict


def _digest(previous, rows):
    digest = hashlib.sha256(previous.encode())
    for row in rows:
        digest.update(_canonical(row))
    return digest.hexdigest()


def _canonical(row):
    values = {f.attname: getattr(row, f.attname) for f in AuditEntry._meta.concrete_fields}
    values["at"] = row.at.astimezone(UTC).isoformat()
    return json.dumps(values, sort_keys=True, ensure_ascii=False).encode() + b"\n"
