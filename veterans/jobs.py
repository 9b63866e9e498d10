"""Imports of big files run in the background."""

from records.jobs import JobError, job
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
