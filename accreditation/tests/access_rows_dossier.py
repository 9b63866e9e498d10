from accreditation.tests.access_rows_workflow import an_application
from tests.access import Row


def _asked(world):
    return an_application("draft")(world) | {"form": "pdf"}


ROWS = {
    "application_dossier": Row(
        kwargs=_asked, post={"outsider": 404, "other_county": 404, "leader": 404, "*": 302}
    ),
}
