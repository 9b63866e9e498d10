from accreditation.models import ProgrammeStage
from accreditation.tests.progress_world import a_programme
from tests.access import Row

HELPERS = {"city": 200, "city2": 200, "admin": 200, "county": 200, "other_county": 200, "*": 403}


def with_a_programme(world):
    a_programme()
    return {}


def a_requirement(world):
    return {"code": a_programme().rubric.requirements.first().code}


def a_form(world):
    a_programme()
    return {"form": "xlsx"}


def a_stage(world):
    programme = a_programme()
    ProgrammeStage.objects.create(
        programme=programme,
        kind="demonstration",
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
    )
    return {"kind": "demonstration"}


ROWS = {
    "forecast": Row(kwargs=with_a_programme, get={"*": 200}),
    "closest": Row(kwargs=with_a_programme, get=HELPERS),
    "lacking": Row(kwargs=a_requirement, get=HELPERS),
    "briefing": Row(kwargs=a_form, get={"*": 200}),
    "stage_summaries": Row(kwargs=with_a_programme, get=HELPERS),
    "stage_summary_save": Row(
        kwargs=a_stage,
        # Without a file: the form says so.
        post={"city": 422, "city2": 422, "county": 422, "other_county": 422, "*": 403},
    ),
}
