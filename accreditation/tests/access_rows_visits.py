"""Access to the sheet of a visit and the list of problems."""

from django.utils import timezone

from accreditation.models import Application, VisitLine, VisitSheet
from accreditation.tests.access_rows_workflow import OUT, a_problem, an_application
from tests.access import Row

CITY = {"city": 200, "city2": 200, "county": 200, "*": 403, **OUT}
AT_VISIT = an_application("site_visit")


def a_sheet(world):
    found = AT_VISIT(world)
    application = Application.objects.get(number=found["number"])
    sheet, _ = VisitSheet.objects.get_or_create(application=application)
    line, _ = VisitLine.objects.get_or_create(sheet=sheet, order=0, label="宣传栏")
    return found | {"pk": line.pk}


def without_line(world):
    found = a_sheet(world)
    return {"number": found["number"]}


def printed(world):
    return without_line(world) | {"form": "docx"}


def a_day(world):
    return {"version": 1, "owner": "", "due_on": str(timezone.localdate())}


ROWS = {
    "visit_sheet": Row(kwargs=without_line, get=CITY),
    "visit_draw": Row(
        kwargs=an_application("city_review"),
        post={"city": 409, "city2": 409, "*": 403, **OUT},
    ),
    "visit_line": Row(
        kwargs=a_sheet,
        post={"city": 409, "city2": 409, "county": 404, "*": 403, **OUT},
        data=lambda world: {"version": 1, "result": "not_met", "finding": ""},
    ),
    "visit_scan": Row(kwargs=without_line, post={"city": 422, "city2": 422, "*": 403, **OUT}),
    "visit_problems": Row(kwargs=without_line, post={"city": 422, "city2": 422, "*": 403, **OUT}),
    "visit_print": Row(kwargs=printed, get={**CITY, "county": 404}),
    # A reader gets numbers per unit instead of the list.
    "problems": Row(get={"*": 200}),
    "problems_print": Row(kwargs=lambda world: {"form": "docx"}, get={"leader": 403, "*": 200}),
    "problem": Row(kwargs=a_problem, get={"*": 200, **OUT, "leader": 403}),
    "problem_edit": Row(
        kwargs=a_problem, data=a_day, post={"*": 422, "admin": 403, **OUT, "leader": 403}
    ),
    "problem_proof": Row(kwargs=a_problem, post={"*": 422, "admin": 403, **OUT, "leader": 403}),
    "problem_report": Row(kwargs=a_problem, post={"*": 422, "admin": 403, **OUT, "leader": 403}),
    "problem_back": Row(
        kwargs=a_problem,
        post={"city": 422, "city2": 422, "county": 422, "*": 403, **OUT, "leader": 403},
    ),
    "problem_done": Row(
        kwargs=a_problem,
        post={"city": 422, "city2": 422, "county": 422, "*": 403, **OUT, "leader": 403},
    ),
}
