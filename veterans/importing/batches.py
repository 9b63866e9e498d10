"""The batch of an import: the file on its way, the rows that wait, what was decided."""

import base64
import hashlib
import json
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from accounts.file_names import clean_name
from records import bulk
from records.fields import decrypt, encrypt
from records.models import new_code
from stations.models import Station
from veterans.importing import matching
from veterans.importing.cells import ASK, Note, without_numbers
from veterans.importing.corrections import CORRECTABLE, correct
from veterans.importing.pipeline import Reading, read_roster
from veterans.importing.rows import PersonRow
from veterans.models import ImportRow, RosterImport

State = RosterImport.State
# json.dumps makes a new encoder at every call that says anything but its defaults.
as_json = json.JSONEncoder(ensure_ascii=False).encode
Outcome, Decision = ImportRow.Outcome, ImportRow.Decision
# Rows that are written when the batch is confirmed.
WRITES = Q(written_at=None) & (
    (Q(outcome__in=[Outcome.CREATED, Outcome.UPDATED]) & ~Q(decision=Decision.SKIP))
    | Q(outcome=Outcome.ASK, decision__in=[Decision.ACCEPT, Decision.NEW])
)
# Rows that nobody has settled: they stay, and they go home with their reasons.
WAITS = Q(written_at=None, decision="") & Q(outcome__in=[Outcome.ASK, Outcome.REJECTED])

# What comparing a row with the roster finds.
FINDINGS = ("values", "name", "changes", "notes", "outcome", "action", "person_id",
            "person_version")  # fmt: skip


STALE = "这次导入刚被别人处理过，页面已刷新，请核对后再操作。"


class StaleImport(Exception):
    """The batch is no longer in the state that the page showed; the text says so."""


def start(content: bytes, *, name: str, station, by=None) -> RosterImport:
    """Take a file in. It is stored encrypted: it holds ID numbers in the clear."""
    sealed = encrypt(base64.b64encode(content).decode())
    batch = RosterImport(
        station=station,
        file_name=without_numbers(clean_name(name))[:150],
        sha256=hashlib.sha256(content).hexdigest(),
        created_by=by,
    )
    path = default_storage.save(f"imports/{batch.code}.sealed", ContentFile(sealed.encode()))
    try:
        with transaction.atomic():
            batch.file = path
            batch.save()
            audit.record("import.upload", by=by, obj=batch, station=station)
    except BaseException:
        default_storage.delete(path)
        raise
    return batch


def content_of(batch: RosterImport) -> bytes:
    if not default_storage.exists(batch.file.name):
        # Written anew under another key since the batch was read.
        batch.refresh_from_db(fields=["file"])
    with batch.file.open("rb") as sealed:
        return base64.b64decode(decrypt(sealed.read().decode()))


def drop(batch: RosterImport) -> None:
    """Take back a batch of which nothing was read, with its file."""
    path = batch.file.name
    RosterImport.objects.filter(pk=batch.pk, state=State.READING).delete()
    default_storage.delete(path)


def forget_file(batch: RosterImport) -> None:
    """The clear text of hundreds of people is not kept longer than it is needed."""
    if batch.file:
        mine = RosterImport.objects.filter(pk=batch.pk)
        # As it is called now: a new key may have moved it.
        path = mine.values_list("file", flat=True).first()
        mine.update(file="")
        batch.file = ""
        if path:
            transaction.on_commit(lambda: default_storage.delete(path))


def read(batch: RosterImport, *, choices=None, progress=None) -> Reading:
    """Read the file into rows. Reading happens outside of any transaction, the rows are
    stored in one; until then the batch shows nothing."""
    reading = read_roster(
        content_of(batch), station=batch.station, choices=choices, progress=progress
    )
    store(batch, reading)
    return reading


@bulk.collector_resting()
def store(batch: RosterImport, reading: Reading, rows=None) -> None:
    blank = ImportRow(batch_id=batch.pk)
    rows = [as_row(blank, row) for row in reading.rows]
    refused = reading.refused is not None
    values = {
        "state": State.REFUSED if refused else State.READY,
        "message": (reading.refused or "")[:500],
        "sheets": [_sheet(plan) for plan in reading.sheets],
        "read_at": timezone.now(),
    }
    with transaction.atomic():
        claim(batch, [State.READING, State.READY], **values)
        batch.rows.all().delete()
        bulk.insert(rows)
        if refused:
            forget_file(batch)


def claim(batch: RosterImport, states, **values) -> None:
    """Compare and set: of two people who press a button at once, one goes on."""
    mine = RosterImport.objects.filter(pk=batch.pk, version=batch.version, state__in=states)
    if not mine.update(version=F("version") + 1, **values):
        raise StaleImport(STALE)
    batch.version += 1
    for name, value in values.items():
        setattr(batch, name, value)


def _sheet(plan):
    return {
        "name": plan.name,
        "station": plan.station.region.code if plan.station is not None else "",
        "station_name": plan.station.name if plan.station is not None else "",
        "selected": plan.selected,
        "reason": plan.reason,
        "labels": plan.labels,
        "columns": plan.header.columns if plan.header else {},
        "left_out": plan.left_out,
        "notes": [text for text in (plan.asks, *plan.notes) if text],
        "usable": bool(plan.labels),
    }


def as_row(blank: ImportRow, row: PersonRow) -> ImportRow:
    return bulk.another(
        blank,
        person_code=new_code(),
        station_id=row.station.pk if row.station is not None else None,
        sheet=row.sheet[:60],
        number=row.number,
        name=row.name[:60],
        cells=as_json(row.raw),
        values=as_json(row.values),
        changes=row.changes,
        notes=[note.as_dict() for note in row.notes],
        outcome=row.outcome,
        action=row.action,
        person_id=row.person_id,
        person_version=row.person_version,
    )


def as_person_row(stored: ImportRow) -> PersonRow:
    return PersonRow(
        stored.sheet,
        stored.number,
        json.loads(stored.cells or "[]"),
        values=json.loads(stored.values or "{}"),
        notes=[Note(**note) for note in stored.notes],
        station=stored.station,
    )


# --- decisions ---------------------------------------------------------------------------


def decide(stored: ImportRow, decision: str, *, by, typed=None) -> list[str]:
    """A person's word on one row, with what they typed into its doubtful cells. Returns
    what is still wrong with the typed values; then nothing is written."""
    seen = _seen(stored)
    row = as_person_row(stored)
    typed = {name: text for name, text in (typed or {}).items() if name in CORRECTABLE}
    errors = correct(row, typed, today=timezone.localdate())
    if errors:
        return errors
    if typed:
        # Whom the row means hangs on name, birth and number: look again.
        row.notes = [note for note in row.notes if note.field not in typed]
        matching.match([row], matching.StoredPeople([row]))
        _adopt(stored, row)
    if decision != Decision.SKIP and stored.outcome == Outcome.REJECTED:
        return ["这一行没有姓名，不能导入。请补填姓名，或选择“不导入”。"]
    stored.decision = decision
    stored.decided_by, stored.decided_at = by, timezone.now()
    with transaction.atomic():
        hold(stored.batch)
        now = ImportRow.objects.filter(pk=stored.pk).first()
        if now is None or now.written_at:
            raise StaleImport("这一行已经写入花名册，不能再改决定。")
        if _seen(now) != seen:
            raise StaleImport("这一行刚被别人处理过，请核对后再决定。")
        ImportRow.objects.filter(pk=stored.pk).update(**_decided(stored))
        audit.record(
            "import.decide",
            by=by,
            obj=stored.batch,
            label=f"{stored.sheet} 第{stored.number}行 {stored.name}",
            station=stored.station,
            after={"decision": decision},
        )
    return []


def hold(batch: RosterImport) -> None:
    """For as long as the transaction lasts nobody else decides, confirms or undoes."""
    held = RosterImport.objects.select_for_update().filter(pk=batch.pk).first()
    if held is None or held.state not in (State.READY, State.WRITTEN):
        raise StaleImport(STALE)


def _seen(stored):
    """What a decision was made on: whom the row means, and what was said of it before."""
    return stored.outcome, stored.action, stored.person_version, stored.decided_at


def _adopt(stored: ImportRow, row: PersonRow) -> None:
    fresh = as_row(ImportRow(), row)
    for name in FINDINGS:
        setattr(stored, name, getattr(fresh, name))


def _decided(stored):
    names = (*FINDINGS, "decision", "decided_by", "decided_at")
    return {name: getattr(stored, name) for name in names}


def compare(keys: Iterable[int]) -> tuple[list[ImportRow], list[PersonRow]]:
    """Stored rows, and each against the roster as it is now."""
    kept: list[ImportRow] = []
    for part in matching.chunks(keys):
        kept += ImportRow.objects.filter(pk__in=part).select_related("station").order_by("pk")
    rows = [as_person_row(stored) for stored in kept]
    matching.match(rows, matching.StoredPeople(rows))
    return kept, rows


def look_again(notes: dict[int, Note]) -> int:
    """Rows (by key) whose people changed under them: each is compared anew and waits with its
    note, unless nothing is left to change. Returns how many wait."""
    kept, rows = compare(notes)
    for stored, row in zip(kept, rows, strict=True):
        if row.outcome != Outcome.UNCHANGED:
            row.notes.append(notes[stored.pk])
            row.outcome = Outcome.ASK.value
        _adopt(stored, row)
        stored.decision = Decision.NONE
    ImportRow.objects.bulk_update(kept, [*FINDINGS, "decision"], batch_size=matching.CHUNK)
    return sum(stored.outcome == Outcome.ASK for stored in kept)


def decide_waiting(batch: RosterImport, decision: str, *, by) -> int:
    """One decision for all rows that wait; those without a name cannot be taken."""
    with transaction.atomic():
        hold(batch)
        waiting = batch.rows.filter(WAITS)
        if decision != Decision.SKIP:
            waiting = waiting.exclude(outcome=Outcome.REJECTED)
        count = waiting.update(decision=decision, decided_by=by, decided_at=timezone.now())
        if count:
            audit.record(
                "import.decide", by=by, obj=batch, after={"decision": decision, "count": count}
            )
    return count


def discard(batch: RosterImport, *, by) -> None:
    with transaction.atomic():
        before = batch.state
        claim(batch, [State.READING, State.READY, State.REFUSED], state=State.DISCARDED)
        batch.rows.all().delete()
        forget_file(batch)
        audit.record("import.discard", by=by, obj=batch, before={"state": before})


def asks_of(stored: ImportRow) -> list[dict]:
    return [note for note in stored.notes if note["level"] == ASK]


def stations_of(user, batch) -> list[Station]:
    """Where a sheet of this batch may go, by the hand of this user."""
    stations = Station.objects.editable_by(user).select_related("region")
    return list(stations.filter(region__path__startswith=batch.station.region.path, is_active=True))
