"""The rows that were decided go into the roster: prepared outside, written in one short
transaction. Whoever was changed since the preview is not overwritten: the row waits."""

import datetime as dt
import json
from collections import Counter

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from records import bulk
from records.fields import as_stored, decrypt_all, hash_of, keyed_hash, keyed_hashes
from stations.models import Station
from veterans import transfers
from veterans.faults.detection import FROM_IMPORT
from veterans.faults.runs import check_stations
from veterans.importing import batches, matching
from veterans.importing.cells import ASK, BLANK, Note
from veterans.importing.differences import PARTIAL, PLAIN, TAGS, WRITTEN, Difference, to_date
from veterans.models import DataFault, Honour, ImportRow, RosterImport, Strength, Transfer, Veteran
from veterans.names import pinyin_keys

State = RosterImport.State
BATCH = 500
# What is read of a row; its cells and its changes are not opened, its values all at once.
READ = ("id", "name", "notes", "outcome", "action", "decision", "decided_at", "person_id",
        "person_code", "person_version", "station_id")  # fmt: skip
# What a new person takes from the row as it is; dates are taken apart.
OWN = {
    *PLAIN, *TAGS, "note", "former_post", "current_post", "strengths_text", "former_post_state",
    "current_post_state", "strengths_state", "honours_state", "id_number", "id_check", "phone",
}  # fmt: skip
CHANGED_SINCE = "此人的信息在预览之后被修改过，没有写入。请核对后再决定。"
TAKEN_SINCE = "花名册中已有相同身份号码的人员，没有写入。请核对后再决定。"
MET_SINCE = "预览之后花名册中录入了同名人员，没有写入。请核对后再决定。"


class Writer:
    """One run of 确认导入."""

    def __init__(self, batch, *, by=None, at=None, progress=None):
        self.batch, self.by, self.at = batch, by, at or timezone.now()
        self.blank = Veteran(created_at=self.at, created_by=by, updated_at=self.at, updated_by=by)
        self.progress = progress
        self.counts: Counter = Counter()
        self.back: dict[int, Note] = {}
        self.entries: list[AuditEntry] = []
        self.new: list[tuple[ImportRow, Veteran, dict]] = []
        self.known: list[tuple[ImportRow, dict]] = []
        self.moves: list[ImportRow] = []

    @bulk.collector_resting()
    def run(self) -> Counter:
        self._prepare()
        if self.batch.state == State.WRITTEN and not (self.new or self.known or self.moves):
            return written_before(self.batch)
        with transaction.atomic():
            batches.claim(
                self.batch,
                [State.READY, State.WRITTEN],
                state=State.WRITTEN,
                written_at=self.batch.written_at or self.at,
            )
            self._as_decided()
            self._hold_stations()
            self._return_met()
            self._create()
            self._update()
            self._ask_transfers()
            self._send_back()
            self._begin_records()
            # A row that is in the roster needs its raw cells no more: files carry bank
            # accounts and children that are nobody's business here (PIPL articles 6 and 19).
            self.batch.rows.exclude(written_at=None).exclude(cells="").update(cells="")
            bulk.insert(self.entries)
            audit.record(
                "import.write",
                by=self.by,
                obj=self.batch,
                station=self.batch.station,
                after=dict(self.counts),
            )
            batches.forget_file(self.batch)
        return self.counts

    # --- outside the transaction ---

    def _prepare(self):
        rows = self.batch.rows.filter(batches.WRITES)
        self.stations = set(rows.order_by().values_list("station_id", flat=True).distinct())
        blank = ImportRow(batch=self.batch)
        found = rows.values(*READ, sealed=as_stored("values")).iterator(chunk_size=BATCH)
        for number, part in enumerate(matching.chunks(found)):
            opened = decrypt_all([one.pop("sealed") for one in part])
            for one, values in zip(part, map(json.loads, opened), strict=True):
                self._sort(bulk.another(blank, **one), values)
            if self.progress:
                self.progress(number * BATCH)
        self.strengths = dict(Strength.objects.values_list("name", "pk"))

    def _as_decided(self):
        """Whoever decided while the rows were prepared is heeded; from now on nobody does
        (batches.hold)."""
        prepared = [row for row, *_ in (*self.new, *self.known)] + self.moves
        decided = self.batch.rows.filter(batches.WRITES).values_list("pk", "decision", "decided_at")
        if set(decided) != {(row.pk, row.decision, row.decided_at) for row in prepared}:
            self.new, self.known, self.moves = [], [], []
            self._prepare()

    def _sort(self, row, values):
        if row.action == "create" or row.decision == ImportRow.Decision.NEW:
            self.new.append((row, self._person(row, values), values))
        elif row.action == "transfer":
            self.moves.append(row)
        else:
            self.known.append((row, values))

    def _person(self, row, values):
        own = {name: value for name, value in values.items() if name in OWN and value}
        for name, precision in PARTIAL.items():
            if values.get(name):
                own[name], own[precision] = to_date(values[name])
        own["pinyin"], own["initials"] = pinyin_keys(own["name"])
        return bulk.another(
            self.blank,
            code=row.person_code,
            station_id=row.station_id,
            id_hash=keyed_hash(own.get("id_number", "")),
            phone_hash=keyed_hash(phone := own.get("phone", "")),
            phone_hashes=hash_of(Veteran, "phone_hashes", phone),
            **own,
        )

    # --- inside ---

    def _hold_stations(self):
        """Of two imports into one roster the second sees whom the first has brought."""
        held = Station.objects.select_for_update(no_key=True).filter(pk__in=self.stations)
        list(held.order_by("pk").values_list("pk"))

    def _return_met(self):
        """Whom the row means was not in the roster when somebody looked, and may be now."""
        asked = {
            row.pk: (row.station_id, row.name)
            for row, *_ in self.new
            if row.action == "create" and row.decision != ImportRow.Decision.NEW
        }
        found = Veteran.objects.filter(station__in=self.stations, merged_into=None)
        people = []
        for part in matching.chunks({name for _, name in asked.values()}):
            people += found.filter(name__in=part).values_list("station_id", "name", "code")
        if not people:
            return
        own = set(self.batch.rows.values_list("person_code", flat=True))
        met = {(station, name) for station, name, code in people if code not in own}
        again = [pk for pk, key in asked.items() if key in met]
        kept, rows = batches.compare(again)
        for stored, row in zip(kept, rows, strict=True):
            if row.person_id is not None:
                self._return(stored, "name", MET_SINCE)
        self.new = [one for one in self.new if one[0].pk not in self.back]

    def _create(self):
        self._drop_taken()
        people = [person for _, person, _ in self.new]
        bulk.insert(people)
        honours, tags, faults = [], [], []
        entry = audit.entry("record.create", by=self.by, obj=self.blank, at=self.at)
        for row, person, values in self.new:
            if values.get("honours"):
                honours += self._honours(person, values["honours"])
            if values.get("strengths"):
                tags += self._tags(person, values["strengths"])
            if row.notes:
                faults += _faults(row, person)
            self.entries.append(
                bulk.another(
                    entry,
                    object_id=str(person.pk),
                    label=str(person),
                    station_id=person.station_id,
                    after={"name": person.name, "import": self.batch.code},
                )
            )
        for rows in (honours, tags, faults):
            bulk.insert(rows)
        self._written([row for row, _, _ in self.new], written_version=1, cells="")
        self.counts["created"] = len(self.new)

    def _drop_taken(self):
        """A valid number belongs to one active person: who came in since the preview, or
        by an earlier row, keeps it."""
        taken = set(_owners(p.id_number for _, p, _ in self.new if p.id_check == "valid"))
        kept = []
        for row, person, values in self.new:
            if person.id_check == "valid" and person.status == "active":
                if person.id_hash in taken:
                    self._return(row, "id_number", TAKEN_SINCE)
                    continue
                taken.add(person.id_hash)
            kept.append((row, person, values))
        self.new = kept

    def _update(self):
        stored = {}
        for part in matching.chunks(row.person_id for row, _ in self.known):
            for person in Veteran.objects.select_for_update().filter(pk__in=part):
                stored[person.pk] = person
        tags, honours = matching.tags_of(stored), matching.honours_of(stored)
        owners = _owners(_numbers(self.known, stored))
        new_honours, new_tags, done = [], [], []
        for row, values in self.known:
            person = stored.get(row.person_id)
            if person is None or person.version != row.person_version:
                self._return(row, "name", CHANGED_SINCE)
                continue
            difference = Difference(
                person, values, tags.get(person.pk, ()), honours.get(person.pk, ())
            )
            if _is_taken(person, difference.updates, owners):
                self._return(row, "id_number", TAKEN_SINCE)
                continue
            before = self._apply(person, difference)
            own_honours = self._honours(person, difference.honours)
            own_tags = self._tags(person, difference.tags)
            new_honours += own_honours
            new_tags += own_tags
            done.append((row, person, before, difference.shown, own_honours, own_tags))
        bulk.insert(new_honours)
        bulk.insert(new_tags)
        people = [person for _, person, *_ in done]
        write_over(people, WRITTEN)
        for row, person, before, shown, own_honours, own_tags in done:
            before["honours"] = [honour.pk for honour in own_honours]
            before["tags"] = [tag.strength_id for tag in own_tags]
            row.before = json.dumps(before, ensure_ascii=False)
            row.written_version, row.written_at = person.version, self.at
            self._enter_change(person, shown)
        self._keep_before([row for row, *_ in done])
        self.counts["updated"] = len(done)

    def _apply(self, person, difference):
        before = {name: _plain(getattr(person, name)) for name in difference.updates}
        for name, value in difference.updates.items():
            setattr(person, name, value)
        if "name" in difference.updates:
            person.pinyin, person.initials = pinyin_keys(person.name)
        person.version += 1
        person.updated_at, person.updated_by = self.at, self.by
        return {"fields": before}

    def _enter_change(self, person, shown):
        before = {change["label"]: change["old"] for change in shown}
        after = {change["label"]: change["new"] for change in shown}
        self.entries.append(
            audit.entry(
                "record.change",
                by=self.by,
                obj=person,
                before=before,
                after=after | {"import": self.batch.code},
                at=self.at,
            )
        )

    def _ask_transfers(self):
        """A person of another station is asked for, not taken."""
        people = Veteran.objects.select_related("station__region").in_bulk(
            r.person_id for r in self.moves
        )
        stations = Station.objects.in_bulk({row.station_id for row in self.moves})
        pending = Transfer.objects.filter(veteran__in=people, answered_at=None)
        asked = set(pending.values_list("veteran_id", "to_station_id"))
        for row in self.moves:
            person = people.get(row.person_id)
            if person is None or not _may_move(person, row):
                self._return(row, "name", CHANGED_SINCE)
                continue
            if (person.pk, row.station_id) in asked:
                continue
            try:
                transfers.ask(
                    person,
                    to=stations[row.station_id],
                    direction=Transfer.Direction.IN,
                    by=self.by,
                    name=row.name,
                    reason=transfers.BY_IMPORT,
                )
            except transfers.NotPossible:  # asked for at this moment
                self._return(row, "name", CHANGED_SINCE)
                continue
            self.counts["transfers"] += 1
        self._written([row for row in self.moves if row.pk not in self.back])

    def _honours(self, person, honours):
        return [
            Honour(
                veteran=person,
                kind=honour["kind"],
                count=min(honour["count"], 99),
                awarded_on=dt.date(honour["year"], 1, 1) if honour["year"] else None,
                note=honour["note"],
                created_by=self.by,
                updated_by=self.by,
            )
            for honour in honours
        ]

    def _tags(self, person, names):
        through = Veteran.strengths.through
        return [
            through(veteran=person, strength_id=self.strengths[name])
            for name in names
            if name in self.strengths
        ]

    def _return(self, row, name, message):
        self.back[row.pk] = Note(name, ASK, message, compared=True)

    def _send_back(self):
        if self.back:
            self.counts["returned"] = batches.look_again(self.back)

    def _written(self, rows, **values):
        for part in matching.chunks(row.pk for row in rows):
            ImportRow.objects.filter(pk__in=part).update(written_at=self.at, **values)

    def _keep_before(self, rows):
        """What an undo puts back is different for every row."""
        names = ["before", "written_version", "written_at"]
        ImportRow.objects.bulk_update(rows, names, batch_size=100)

    def _begin_records(self):
        stations = {row.station_id for row, *_ in self.new}
        Station.objects.filter(pk__in=stations, records_begin_on=None).update(
            records_begin_on=timezone.localdate(self.at)
        )


def _owners(numbers) -> dict[str, int]:
    """Which active person has each of these valid numbers, by its hash."""
    # Under the key that is being replaced as well: the constraint sees only one of them.
    hashes = {one: keyed_hash(number) for number in numbers for one in keyed_hashes(number)}
    owners = {}
    for part in matching.chunks(hashes):
        active = Veteran.objects.filter(id_hash__in=part, id_check="valid", status="active")
        owners |= {hashes[one]: pk for one, pk in active.values_list("id_hash", "pk")}
    return owners


def _numbers(known, stored):
    """Those that rows bring, and those of people who come back on the roster."""
    for row, values in known:
        yield values.get("id_number", "")
        if values.get("status") == "active" and row.person_id in stored:
            yield stored[row.person_id].id_number


def _is_taken(person, updates, owners):
    """Would the number of another active person stand here, too?"""
    check, status = updates.get("id_check", person.id_check), updates.get("status", person.status)
    owner = owners.get(updates.get("id_hash", person.id_hash), person.pk)
    return check == "valid" and status == "active" and owner != person.pk


def _may_move(person, row):
    return (
        person.station_id != row.station_id
        and person.status != Veteran.Status.DECEASED
        and person.merged_into_id is None
    )


def written_before(batch) -> Counter:
    """What the batch has written: a run that was cut off after its commit and is repeated
    writes nothing and tells the same."""
    created = Q(action="create") | Q(decision=ImportRow.Decision.NEW)
    moved = ~created & Q(action="transfer")
    return Counter(
        batch.rows.exclude(written_at=None).aggregate(
            created=Count("pk", filter=created),
            transfers=Count("pk", filter=moved),
            updated=Count("pk", filter=~created & ~moved),
        )
    )


def write_over(rows, names):
    """Many rows at once, as inserts that meet their own key: bulk_update writes a CASE per
    value and is twenty times slower."""
    if rows:
        type(rows[0]).objects.bulk_create(
            rows,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=names,
        )


def _plain(value):
    return value.isoformat() if isinstance(value, dt.date) else value


def _faults(row, person):
    """Dates that could not be read: their text is nowhere else. The rest is found by the
    check that follows."""
    texts = {
        note["field"]: note["message"]
        for note in row.notes
        if note["level"] == BLANK and note["field"] in PARTIAL
    }
    return [
        DataFault(
            veteran=person,
            kind=DataFault.Kind.IMPOSSIBLE_DATE,
            field=name,
            raw_text=text[:200],
            fingerprint=FROM_IMPORT,
        )
        for name, text in texts.items()
    ]


def write(batch: RosterImport, *, by=None, at=None, progress=None) -> Counter:
    for is_last in (False, True):
        writer = Writer(batch, by=by, at=at, progress=progress)
        try:
            counts = writer.run()
            break
        except IntegrityError:
            # Another station got one of these people at this moment: now that can be seen.
            if is_last:
                raise
            batch.refresh_from_db()
    check_stations(writer.stations)
    return counts


def sentence(counts: Counter) -> str:
    text = f"已导入：新增{counts['created']}人，更新{counts['updated']}人。"
    if counts["transfers"]:
        text += f"已申请转入{counts['transfers']}人。"
    if counts["returned"]:
        text += f"有{counts['returned']}行因花名册已变动退回待确认。"
    return text
