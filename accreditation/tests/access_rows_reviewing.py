"""Access to the desk of one application and to giving applications to reviewers."""

from accreditation.tests.access_rows_workflow import CITY_GET, CITY_POST, OUT, an_application
from tests.access import Row


def line(world):
    return an_application("city_review")(world) | {"code": "C9.9"}


CITY = ("city", "city2")
READ = {"*": 403, "city": 200, "city2": 200, **OUT}

ROWS = {
    "review_desk": Row(get=CITY_GET),
    "desk_assign": Row(post=CITY_POST),
    "desk_review": Row(kwargs=an_application("city_review"), get=READ),
    "desk_verdict": Row(
        kwargs=an_application("city_review"),
        post={"*": 403, "city": 409, "city2": 409, **OUT},
        data=lambda world: {"requirement": "C1.2", "result": "partly", "points": "99"},
    ),
    "desk_confirm": Row(
        kwargs=an_application("city_review"),
        get=READ,
        post={"*": 403, "city": 302, "city2": 302, **OUT},
    ),
    "desk_now": Row(kwargs=line, get={"*": 403, "city": 404, "city2": 404, **OUT}),
}
