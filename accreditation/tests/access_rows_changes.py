"""Access to the changes between two submissions and to the files that archives hold."""

from accreditation.tests.access_rows_workflow import OUT, an_application
from tests.access import Row


def _no_such_file(world):
    return an_application("returned")(world) | {"file_code": "none"}


ROWS = {
    "application_changes": Row(
        kwargs=an_application("returned"), get={"admin": 403, "*": 200, **OUT}
    ),
    "archived_file": Row(kwargs=_no_such_file, get={"admin": 403, "*": 404, **OUT}),
}
