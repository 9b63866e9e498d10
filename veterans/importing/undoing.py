"""Take a whole import back, while nobody has built on it."""

import datetime as dt
import json
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from accounts import audit
from records.fields import hash_of
from records.models import AttachmentLink
from veterans import transfers
from veterans.faults.runs import check_stations
from veterans.importing import batches, matching
from veterans.importing.differences import WRITTEN
from veterans.importing.writing import write_over
from veterans.models import DataFault, Honour, ImportRow, RosterImport, Transfer, Veteran
from veterans.names import pinyin_keys

State = RosterImport.State
# What the import itself made, or what only records that it did.
_OWN = {DataFault, Honour, ImportRow, Veteran.strengths.through}
_DATES = ("birth_date", "enlisted_on", "discharged_on")


class CannotUndo(Exception):
    """Somebody worked on these people since; the text names them."""


class Undone(NamedTuple):
    people: int
    requests: int
    """Of transfers that nobody had answered."""


def undo(batch: RosterImport, *, by) -> Undone:
    """All or nothing. The people that the import made are removed, what it changed is put
    back as it was, and whom it asked for is asked for no more."""
    rows = batch.rows.exclude(written_version=None).defer("cells", "values")
    # The last first: a second confirmation may have changed whom the first one wrote.
    rows = sorted(rows, key=lambda row: (row.written_version, row.pk), reverse=True)
    kept = {row.pk: json.loads(row.before or '{"created": true}') for row in rows}
    with transaction.atomic():
        batches.claim(batch, [State.WRITTEN], state=State.UNDONE, undone_at=timezone.now())
        people = _people(rows, kept)
        made = {row.person_id for row in rows if kept[row.pk].get("created")}
        _refuse_if_touched(rows, kept, people, made)
        changed = [row for row in rows if row.person_id not in made]
        _put_back(changed, kept, people, by)
        _remove(made)
        requests = _take_back_requests(batch, by)
        counts = {"removed": len(made), "rows": len(rows), "requests": requests}
        audit.record("import.undo", by=by, obj=batch, after=counts)
    check_stations({row.station_id for row in rows})
    return Undone(len(people), requests)


def _take_back_requests(batch, by):
    """Open requests for a transfer that this import made; an answered one has been acted on."""
    taken = 0
    asking = batch.rows.filter(action="transfer").exclude(written_at=None)
    for row in asking.exclude(decision=ImportRow.Decision.NEW).defer("cells", "values"):
        made = Transfer.objects.open().filter(
            veteran=row.person_id,
            to_station=row.station_id,
            direction=Transfer.Direction.IN,
            reason=transfers.BY_IMPORT,
            asked_at__gte=row.written_at,
        )
        for transfer in made.select_related(
            "veteran", "from_station__region", "to_station__region"
        ):
            try:
                transfers.withdraw(transfer, by=by)
            except transfers.NotPossible:
                continue  # answered at this moment
            taken += 1
    return taken


def _people(rows, kept):
    """Those that the batch made are found by their code, and the rows told who they are."""
    made = {row.person_code: row for row in rows if kept[row.pk].get("created")}
    for part in matching.chunks(made):
        for code, pk in Veteran.objects.filter(code__in=part).values_list("code", "pk"):
            made[code].person_id = pk
    people = {}
    for part in matching.chunks(row.person_id for row in rows if row.person_id):
        people |= Veteran.objects.select_for_update().in_bulk(part)
    return people


def _refuse_if_touched(rows, kept, people, made):
    """`rows` with the last of a person first."""
    expected = {pk: person.version for pk, person in people.items()}
    touched = []
    for row in rows:
        if expected.get(row.person_id) != row.written_version:
            touched.append(row.name)
        expected[row.person_id] = row.person_version
    if not touched:
        touched = _built_upon(made, rows, kept)
    if touched:
        names = "、".join(dict.fromkeys(touched[:10]))
        more = f"等{len(touched)}人" if len(touched) > 10 else ""
        raise CannotUndo(
            f"不能整批撤销：{names}{more}在导入之后有过修改或已用在其他记录中。请逐条修改。"
        )


def _built_upon(made, rows, kept):
    """Names of new people whom other records refer to."""
    names = {row.person_id: row.name for row in rows}
    found = []
    for relation in Veteran._meta.related_objects:
        model = relation.related_model
        if model in _OWN:
            continue
        field = relation.field.name
        for part in matching.chunks(made):
            users = model._default_manager.filter(**{f"{field}__in": part})
            found += users.values_list(field, flat=True)
    person_type = ContentType.objects.get_for_model(Veteran)
    for part in matching.chunks(made):
        links = AttachmentLink.objects.filter(content_type=person_type, object_id__in=part)
        found += links.values_list("object_id", flat=True)
        later = Honour.objects.filter(veteran__in=part, version__gt=1)
        found += later.values_list("veteran_id", flat=True)
        found += _more_honours(part, rows)
    return [names[pk] for pk in dict.fromkeys(found) if pk in names]


def _more_honours(part, rows):
    """Honours entered by hand after the import."""
    written = {row.person_id: row.written_at for row in reversed(rows)}
    honours = Honour.objects.filter(veteran__in=part).values_list("veteran_id", "created_at")
    return [person for person, at in honours if at > written[person] + dt.timedelta(seconds=60)]


def _put_back(rows, kept, people, by):
    restored, honours, tags = {}, [], []
    for row in rows:
        before = kept[row.pk]
        person = people[row.person_id]
        for name, value in before["fields"].items():
            is_date = name in _DATES and value
            setattr(person, name, dt.date.fromisoformat(value) if is_date else value)
        # The key of the hashes may have been replaced since.
        for name, source in Veteran.keyed_hashes.items():
            if source in before["fields"]:
                setattr(person, name, hash_of(Veteran, name, getattr(person, source)))
        restored[person.pk] = person
        honours += before["honours"]
        tags += [(person.pk, strength) for strength in before["tags"]]
    for person in restored.values():
        person.pinyin, person.initials = pinyin_keys(person.name)
        person.version += 1
        person.updated_at, person.updated_by = timezone.now(), by
    write_over(list(restored.values()), WRITTEN)
    for part in matching.chunks(honours):
        Honour.objects.filter(pk__in=part).delete()
    through = Veteran.strengths.through
    for person, strength in tags:
        through.objects.filter(veteran=person, strength=strength).delete()


def _remove(made):
    for part in matching.chunks(made):
        Veteran.objects.filter(pk__in=part).delete()
