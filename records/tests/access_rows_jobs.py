from records.models import Job
from tests.access import Row


def _job(**values):
    def kwargs(world):
        fields = {"kind": "test", "title": "导出花名册", "created_by": world.cast.county}
        return {"code": Job.objects.create(**(fields | values)).code}

    return kwargs


ROWS = {
    "manage_jobs": Row(get={"*": 200}),
    "job_status": Row(kwargs=_job(), get={"county": 200, "admin": 200, "*": 404}),
    # The administrator sees that a job ran, not the rosters that it made for others.
    "job_result": Row(kwargs=_job(), get={"county": 404, "admin": 403, "*": 404}),
    "job_retry": Row(kwargs=_job(state="failed"), post={"county": 302, "admin": 302, "*": 404}),
    "job_cancel": Row(kwargs=_job(), post={"county": 302, "admin": 302, "*": 404}),
}
