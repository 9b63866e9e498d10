"""The rules held against what is open. Any number of people costs the same few queries;
reading and judging happen outside the one short transaction that writes."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from records.bulk import collector_resting
from veterans.faults import rules
from veterans.faults.facts import Facts, alike, checked, facts_of
from veterans.models import DataFault, Veteran

Answer = DataFault.Answer
BATCH = 500
# What an import could not read is nowhere but in its fault, which stands until the field is
# filled (veterans/importing/writing.py).
FROM_IMPORT = "import"
DECIDED = (Answer.NOT_SAME, Answer.MERGED, Answer.MOVED, Answer.CORRECT)
REPAIRED_WORDS = "信息更正后，系统重新核查通过。"
GONE_WORDS = "人员已不在册，不再核查。"


@dataclass
class Outcome:
    people: int = 0
    opened: list[rules.Finding] = field(default_factory=list)
    closed: int = 0


def check_people(pks: Iterable[int]) -> Outcome:
    """After somebody's row was saved, moved, merged or imported."""
    return check(Veteran.objects.filter(pk__in=list(pks)))


@collector_resting()
def check(people: QuerySet[Veteran] | None = None) -> Outcome:
    """Open what the rules find of these people (None: of everybody), close what they no
    longer find. What somebody closed with a reason stays closed while the facts are the
    same."""
    now = timezone.now()
    outcome = Outcome()
    found, own = _findings(people, now)
    outcome.people = len(own)
    stored = _stored(people)
    standing = {_key(row): row for row in stored if row.closed_at is None}
    decided = {(_key(row), row.fingerprint) for row in stored if row.closed_at is not None}
    outcome.opened = [
        one
        for key, one in found.items()
        if key not in standing and (key, one.fingerprint) not in decided
    ]
    changed, repaired, gone = _sort(standing, found)
    with transaction.atomic():
        DataFault.objects.bulk_create(
            [_row(one, now) for one in outcome.opened], batch_size=BATCH, ignore_conflicts=True
        )
        for row, one in changed:
            DataFault.objects.filter(pk=row.pk, closed_at=None).update(
                raw_text=one.text, fingerprint=one.fingerprint
            )
        outcome.closed = _close(repaired, Answer.REPAIRED, REPAIRED_WORDS, now)
        outcome.closed += _close(gone, Answer.GONE, GONE_WORDS, now)
    return outcome


def _findings(
    people: QuerySet[Veteran] | None, now
) -> tuple[dict[tuple, rules.Finding], dict[int, Facts]]:
    """What the rules find, by key, and the people that were asked for."""
    today = timezone.localdate(now)
    asked = checked() if people is None else checked().filter(pk__in=people.order_by().values("pk"))
    own = {person.pk: person for person in facts_of(asked)}
    findings = [
        one
        for person in own.values()
        for one in (*rules.check_digit(person), *rules.impossible_dates(person, today))
    ]
    everybody = own.values() if people is None else alike(asked)
    findings += [
        one for one in rules.duplicates(everybody) if one.veteran in own or one.other in own
    ]
    return {one.key: one for one in findings}, own


def _stored(people: QuerySet[Veteran] | None) -> list[DataFault]:
    rows = DataFault.objects.filter(Q(closed_at=None) | Q(answer__in=DECIDED)).order_by("pk")
    if people is not None:
        pks = people.order_by().values("pk")
        rows = rows.filter(Q(veteran__in=pks) | Q(other__in=pks))
    return list(rows.select_related("veteran", "other").only(*_USED))


_USED = (
    "kind", "field", "raw_text", "fingerprint", "closed_at",
    "veteran__status", "veteran__birth_date", "veteran__enlisted_on", "veteran__discharged_on",
    "other__status",
)  # fmt: skip


def _key(row: DataFault) -> tuple[int, int | None, str, str]:
    return (row.veteran_id, row.other_id, row.kind, row.field)


def _sort(standing, found):
    """What stands open: (row, finding) whose words changed, rows that are repaired, rows
    whose person left."""
    changed, repaired, gone = [], [], []
    for key, row in standing.items():
        one = found.get(key)
        if one is not None:
            if (row.raw_text, row.fingerprint) != (one.text, one.fingerprint):
                changed.append((row, one))
        elif _left(row.veteran) or _left(row.other):
            gone.append(row.pk)
        elif not _still_empty(row):
            repaired.append(row.pk)
    return changed, repaired, gone


def _left(person: Veteran | None) -> bool:
    return person is not None and person.status not in ("active", "lost")


def _still_empty(row: DataFault) -> bool:
    return row.fingerprint == FROM_IMPORT and getattr(row.veteran, row.field, "") is None


def _row(one: rules.Finding, now) -> DataFault:
    return DataFault(
        veteran_id=one.veteran,
        other_id=one.other,
        kind=one.kind,
        field=one.field,
        raw_text=one.text[:200],
        fingerprint=one.fingerprint,
        opened_at=now,
    )


def _close(pks: list[int], answer: str, words: str, now) -> int:
    count = 0
    for start in range(0, len(pks), BATCH):
        rows = DataFault.objects.filter(pk__in=pks[start : start + BATCH], closed_at=None)
        count += rows.update(closed_at=now, answer=answer, resolution=words)
    return count
