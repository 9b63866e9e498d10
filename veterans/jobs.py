"""Imports of big files and exports run in the background."""

import os
import tempfile
from pathlib import Path

from django.db import transaction
from django.http import QueryDict

from accounts import audit
from accounts.models import AuditEntry
from accounts.permissions import can_edit_records
from records.jobs import JobError, JobResult, job
from stations.models import Region
from veterans import export_requests, export_views
from veterans.editions import jobs as _editions  # noqa: F401 registers its job
from veterans.exporting import export_roster
from veterans.filters import is_narrowed
from veterans.importing import batches, writing
from veterans.models import RosterImport

GONE = "这次导入已经放弃或处理过，没有可做的事。"


def _batch(row):
    batch = RosterImport.objects.select_related("station__region").filter(
        code=row.parameters["batch"]
    )
    found = batch.first()
    if found is None:
        raise JobError(GONE)
    return found


@job("roster-import-read", repeatable=True)
def read_import(row, progress):
    batch = _batch(row)
    if batch.state not in (RosterImport.State.READING, RosterImport.State.READY):
        raise JobError(GONE)
    progress(0, total=0)
    try:
        reading = batches.read(batch, progress=progress)
    except (batches.StaleImport, FileNotFoundError, ValueError) as error:
        raise JobError(GONE) from error
    return reading.refused or f"读到{len(reading.rows)}行，请到花名册导入页面核对、确认。"


@job("roster-import-write", repeatable=True)
def write_import(row, progress):
    batch = _batch(row)
    total = batch.rows.filter(batches.WRITES).count()
    progress(0, total=total)
    try:
        counts = writing.write(batch, by=row.created_by, progress=progress)
    except batches.StaleImport as error:
        raise JobError(GONE) from error
    return writing.sentence(counts)


@job("roster-export", repeatable=True)
def export(row, progress):
    """Exactly what the page showed, in the scope that the person has now."""
    people = export_views.chosen_people(row.created_by, row.parameters["filters"])
    unmasked, user = row.parameters["unmasked"], row.created_by
    stations = people.order_by().values("station").distinct()[:2].count()
    release = export_requests.released(row) if unmasked else None
    alone = can_edit_records(user) and not export_views.needs_second(user, people)
    if unmasked and not (release or alone):
        raise JobError(export_views.NEEDS_SECOND)
    progress(0, total=people.count())
    region = _region(user, row.parameters["filters"], people if stations == 1 else None)
    handle, name = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    path = Path(name)
    try:
        count = export_roster(
            people,
            path,
            region=region,
            by=user,
            unmasked=unmasked,
            purpose=row.parameters["purpose"] + _second_person(release),
            is_filtered=is_narrowed(row.parameters["filters"]),
            progress=progress,
        )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    _enter(row, region, release, count)
    # Both kinds lie in one folder of downloads.
    kind = "（完整信息）" if unmasked else ""
    title = f"{region.name}退役军人花名册{kind}.xlsx"
    keep = export_requests.KEEP_FILE if unmasked else None
    told = f"已导出{count}人。" + ("文件保留24小时。" if keep else "")
    return JobResult(told, file=path, name=title, is_temporary=True, keep=keep)


def _region(user, filters, of_one_station):
    """Whose roster it is: of the one station, of the place that was chosen, of all one sees."""
    if of_one_station is not None:
        return of_one_station.select_related("station__region").first().station.region
    chosen = QueryDict(filters)
    inside = Region.objects.filter(path__startswith=user.region.path)
    place = inside.filter(code=chosen.get("place") or chosen.get("county") or "-").first()
    return place or user.region


def _enter(row, region, release, count):
    """Once, however often the run was cut off behind it and repeated."""
    user, purpose = row.created_by, row.parameters["purpose"] + _second_person(release)
    known = AuditEntry.objects.filter(kind=row._meta.label_lower, object_id=str(row.pk))
    if known.filter(action="roster.export").exists():
        return
    with transaction.atomic():
        audit.record("roster.export", by=user, obj=row, region=region, after={"count": count})
        if release:
            subject = f"花名册 {region.name}"
            audit.record_access(
                "export", by=user, subject=subject, purpose=purpose, code=release.code,
                count=count, region=region,
            )  # fmt: skip


def _second_person(release):
    if release is None:
        return ""
    return f"；批准人：{release.answered_by.region.name} {release.answered_by.full_name}"
