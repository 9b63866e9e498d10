"""The check for data faults: every night as the system, and on request as a Job."""

from celery import shared_task

from records.jobs import JobError, job
from stations.models import Region
from veterans.faults import runs


@shared_task
def check_all_faults():
    """What saves and imports have missed."""
    runs.check_region()


@job("fault-check", repeatable=True)
def check_faults(row, progress):
    """In the scope that the person has now."""
    region = Region.objects.visible_to(row.created_by).filter(code=row.parameters["region"])
    found = region.first()
    if found is None:
        raise JobError("这个单位不在您的管理范围内，没有核查。")
    run = runs.check_region(
        found if found.parent_id else None, by=row.created_by, progress=progress
    )
    return runs.sentence(run)
