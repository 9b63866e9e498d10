"""The right column of the desk: the very rows that a measure counts, with their files."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, prefetch_related_objects
from django.utils import timezone

from accreditation.models import Application, Requirement
from accreditation.scorecard.views import describe
from accreditation.scoring.explain import SHOWN, explain
from accreditation.workflow.evidence import stations_of
from records.models import Attachment, AttachmentLink
from records.registry import kind_of
from stations.models import Station
from stations.photos.gallery import others_of
from stations.section_views import address_of

# What a line shows of a record beside its name.
COLUMNS = 4


@dataclass
class Row:
    title: str
    ok: bool
    url: str
    details: str
    # What became of it since the archive: 申报后新增, 申报后修改.
    since: str
    photos: list[AttachmentLink] = field(default_factory=list)
    documents: list[AttachmentLink] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    rows: list[Row]
    gone: int
    is_cut: bool

    @property
    def counted(self) -> int:
        return sum(row.ok for row in self.rows)

    @property
    def photos(self) -> int:
        return sum(len(row.photos) for row in self.rows)


def evidence_for(application: Application, requirement: Requirement, user: Any) -> Shown:
    """As of the day of the archive; before one, of today. Constant statements."""
    data = application.snapshot.data if application.snapshot else {}
    on = dt.date.fromisoformat(data["on"]) if data else timezone.localdate()
    found = explain(
        application.station,
        requirement.code,
        on=on,
        user=user,
        programme=application.programme,
        requirement=requirement,
    )
    records = [one.row for one in found]
    _fetch_along(records)
    codes = _codes(application.station, records)
    files = _files(records)
    frozen = data.get("rows", {})
    known = {label: dict(pairs) for label, pairs in frozen.items()}
    rows = [_row(one.row, one.ok, codes, files, known if data else None) for one in found]
    # A page of photos is read first; what does not count stands at its end.
    rows.sort(key=lambda row: not row.ok)
    return Shown(rows, _gone(application, requirement, records), len(found) >= SHOWN)


def _fetch_along(records: list[Model]) -> None:
    """What the columns of a kind read of other tables, once per kind."""
    by_model: dict[type[Model], list[Model]] = defaultdict(list)
    for record in records:
        by_model[type(record)].append(record)
    for model, rows in by_model.items():
        place = kind_of(model)
        if place is not None:
            prefetch_related_objects(rows, *place[1].related, *place[1].prefetched)
        elif model._meta.auto_created:
            links = [one.name for one in model._meta.concrete_fields if one.is_relation]
            prefetch_related_objects(rows, *links)


def _codes(station: Station, records: list[Model]) -> dict[int, str]:
    """Region codes for addresses: a town's rows may be of its villages."""
    numbers = {getattr(row, "station_id", None) for row in records} - {None, station.pk}
    found = {station.pk: station.region.code}
    if numbers:
        rows = stations_of(station).filter(pk__in=numbers)
        found |= dict(rows.values_list("pk", "region__code"))
    return found


def _files(records: list[Model]) -> dict[tuple[type[Model], Any], list[AttachmentLink]]:
    by_model: dict[type[Model], list[Any]] = defaultdict(list)
    for record in records:
        if hasattr(record, "attachment_links"):
            by_model[type(record)].append(record.pk)
    if not by_model:
        return {}
    kinds = ContentType.objects.get_for_models(*by_model)
    models = {kind.pk: model for model, kind in kinds.items()}
    wanted = Q()
    for model, kind in kinds.items():
        wanted |= Q(content_type=kind, object_id__in=by_model[model])
    found: dict[tuple[type[Model], Any], list[AttachmentLink]] = defaultdict(list)
    links = list(AttachmentLink.objects.filter(wanted).select_related("attachment"))
    others = others_of(links)
    for link in links:
        link.others = others.get(link.attachment_id, 0)
        found[models[link.content_type_id], link.object_id].append(link)
    return found


def _row(
    record: Any,
    ok: bool,
    codes: dict[int, str],
    files: dict[tuple[type[Model], Any], list[AttachmentLink]],
    known: dict[str, dict[int, int]] | None,
) -> Row:
    links = files.get((type(record), record.pk), [])
    photo = Attachment.Kind.PHOTO
    return Row(
        title=describe(record),
        ok=ok,
        url=_url(record, codes),
        details=_details(record),
        since=_since(record, known),
        photos=[link for link in links if link.attachment.kind == photo],
        documents=[link for link in links if link.attachment.kind != photo],
    )


def _url(record: Any, codes: dict[int, str]) -> str:
    code = codes.get(getattr(record, "station_id", None) or 0)
    return address_of(record, code) if code else ""


def _details(record: Any) -> str:
    """The first columns of its list that the title does not already say."""
    place = kind_of(type(record))
    if place is None:
        return ""
    title, parts = str(record), []
    for label, getter in place[1].columns:
        value = getter(record) if callable(getter) else _reach(record, getter)
        if value in (None, "", [], False) or str(value) in title:
            continue
        parts.append(f"{label}：{'是' if value is True else value}")
    return "　".join(parts[:COLUMNS])


def _reach(record: Any, path: str) -> Any:
    value = record
    for name in path.split("."):
        value = getattr(value, name, None)
        if callable(value) and not hasattr(value, "_meta"):
            value = value()
        if value is None:
            return None
    return value


def _since(record: Any, known: dict[str, dict[int, int]] | None) -> str:
    """A record whose number or version the archive does not know changed after it."""
    if known is None or not hasattr(record, "version"):
        return ""
    before = known.get(record._meta.label_lower, {}).get(record.pk)
    if before is None:
        return "申报后新增"
    return "申报后修改" if before != record.version else ""


def _gone(application: Application, requirement: Requirement, records: list[Model]) -> int:
    """How many records that the archive counted are not found any more."""
    if application.snapshot is None or len(records) >= SHOWN:
        return 0
    behind = getattr(application, "behind", {}).get(requirement.code, {})
    now = {(record._meta.label_lower, record.pk) for record in records}
    return sum((label, pk) not in now for label, numbers in behind.items() for pk in numbers)
