"""Access to the papers of a batch, the meeting, certificates and what comes after."""

from accreditation.tests.access_rows_workflow import (
    CITY_GET,
    CITY_POST,
    OUT,
    a_batch,
    an_accreditation,
)
from tests.access import Row


def a_paper(world):
    return a_batch(world) | {"kind": "notice", "form": "docx"}


ROWS = {
    # Not on notice yet: led back with a sentence.
    "batch_paper": Row(kwargs=a_paper, get={"city": 302, "city2": 302, "*": 403}),
    "meeting": Row(get=CITY_GET),
    "meeting_decide": Row(post=CITY_POST),
    "accreditation_certificate": Row(
        kwargs=an_accreditation, get={"city": 302, "city2": 302, "*": 403, **OUT}
    ),
}
