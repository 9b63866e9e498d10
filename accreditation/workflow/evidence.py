"""What the records behind each requirement say, as an archive keeps it.

Only what the standard counts is kept, and only what may be read again by whoever judges:
of people, talks and visits the number of the record and of its version, nothing more.
"""

import datetime as dt
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Field, Model, Q

from accreditation.models import Application, Requirement
from accreditation.scoring import make_context
from accreditation.scoring.explain import counted_rows
from accreditation.scoring.measures import MEASURES
from records.fields import EncryptedTextField
from records.models import AttachmentLink, Record
from stations.models import Station

# 2: what the records said; 3: also the figures that the score was worked out from.
FORMAT = 3
# Of a longer text only so much, and a checksum of all of it, decides whether a record changed.
LONGEST = 200
# Their contents stay where they are (docs/privacy.md); a change is seen by the version.
CLOSED = {"veterans.veteran", "activities.reception", "activities.servicerecord"}
TITLES = ("title", "name", "topic", "headline", "post", "holder")
STAMPS = {"created_at", "updated_at", "version", "pinyin", "initials", "code"}

SHORTENED = re.compile(r"……（共\d+字，校验码[0-9a-f]{8}）$")

Behind = dict[str, dict[str, list[int]]]


def collect(
    application: Application, requirements: list[Requirement], *, on: dt.date, stations: Any
) -> dict[str, Any]:
    """`behind`: code -> kind of record -> numbers; `records`: kind -> number -> what it said."""
    behind = _behind(application, requirements, on=on)
    wanted: dict[str, set[int]] = defaultdict(set)
    for kinds in behind.values():
        for label, numbers in kinds.items():
            wanted[label].update(numbers)
    models = {label: apps.get_model(label) for label in sorted(wanted)}
    kept = {label: model for label, model in models.items() if issubclass(model, Record)}
    files = _files(kept.values(), stations)
    records = {
        label: _contents(model, wanted[label], files.get(label, {}), stations)
        for label, model in kept.items()
    }
    return {"behind": behind, "records": records}


def digests(evidence: dict[str, Any]) -> dict[str, str]:
    """Per requirement: a verdict stands while this is the same."""
    records = evidence["records"]
    return {
        code: _digest(
            {
                label: [
                    [number, compact(records.get(label, {}).get(str(number)))] for number in numbers
                ]
                for label, numbers in kinds.items()
            }
        )
        for code, kinds in evidence["behind"].items()
    }


def compact(record: dict[str, Any] | None) -> dict[str, Any] | None:
    """A record as two archives are held against each other. The first archives kept no more
    than the beginning of a long text, so that is what is compared of every one."""
    if record is None:
        return None
    return record | {"said": {name: _short(text) for name, text in record["said"].items()}}


def _short(text: str) -> str:
    if len(text) <= LONGEST or SHORTENED.search(text):
        return text
    # What lies behind the cut still tells one text from another.
    return f"{text[:LONGEST]}……（共{len(text)}字，校验码{_digest(text)[:8]}）"


def _digest(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _behind(application: Application, requirements: list[Requirement], *, on: dt.date) -> Behind:
    """A handful of statements per requirement, however many records there are."""
    known = [row for row in requirements if row.measure in MEASURES]
    if not known:
        return {}
    context = make_context(on, application.programme, is_scoped=False)
    found: Behind = {}
    for row in known:
        kinds: dict[str, list[int]] = defaultdict(list)
        for rows in counted_rows(row.measure, context, application.station):
            numbers = rows.order_by("pk").values_list("pk", flat=True)
            kinds[rows.model._meta.label_lower] += numbers
        found[row.code] = {label: sorted(set(numbers)) for label, numbers in kinds.items()}
    return found


def _contents(
    model: type[Model], numbers: set[int], files: dict[int, list[list[str]]], stations: Any
) -> dict[str, dict[str, Any]]:
    fields = [] if model._meta.label_lower in CLOSED else readable_fields(model)
    names = [field.attname for field in fields]
    rows = model._default_manager.filter(station__in=stations).order_by("pk")
    found = {}
    for pk, version, *values in rows.values_list("pk", "version", *names):
        if pk in numbers:
            said = {
                field.name: shown(field, value)
                for field, value in zip(fields, values, strict=True)
                if value not in (None, "", [])
            }
            found[str(pk)] = {"version": version, "said": said, "files": files.get(pk, [])}
    return found


def readable_fields(model: type[Model]) -> list[Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if not (
            field.primary_key
            or field.is_relation
            or field.name in STAMPS
            or not field.editable
            or isinstance(field, EncryptedTextField)
        )
    ]


def shown(field: Field, value: Any) -> str:
    """A value as the page would say it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    words = dict(field.flatchoices) if field.choices else {}
    if isinstance(value, (list, tuple)):
        return "、".join(str(words.get(one, one)) for one in value)
    if words:
        return str(words.get(value, value))
    return str(value)


def title_of(label: str, said: dict[str, str]) -> str:
    """What the page calls a record that may be gone by now."""
    name = next((said[key] for key in TITLES if said.get(key)), "")
    return (
        name or next(iter(said.values()), "")[:40] or str(apps.get_model(label)._meta.verbose_name)
    )


def _files(models: Iterable[type[Model]], stations: Any) -> dict[str, dict[int, list[list[str]]]]:
    """kind -> record -> [digest, name, caption] of each file; one statement."""
    kinds = ContentType.objects.get_for_models(*models)
    labels = {kind.pk: model._meta.label_lower for model, kind in kinds.items()}
    wanted = Q(pk__in=[])
    for model, kind in kinds.items():
        own = model._default_manager.filter(station__in=stations).order_by().values("pk")
        wanted |= Q(content_type=kind, object_id__in=own)
    found: dict[str, dict[int, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
    links = AttachmentLink.objects.filter(wanted).annotate(
        sha=F("attachment__sha256"), file_name=F("attachment__original_name")
    )
    rows = links.order_by("sha", "pk").values_list(
        "content_type_id", "object_id", "sha", "file_name", "caption"
    )
    for kind_id, record, *file in rows:
        found[labels[kind_id]][record].append(file)
    return found


def stations_of(station: Station) -> Any:
    """A town answers for the people and records of its villages too."""
    if station.region.level == "town":
        return Station.objects.in_region(station.region)
    return Station.objects.filter(pk=station.pk)
