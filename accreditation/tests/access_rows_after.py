"""Access to the papers of a batch, the meeting, certificates and what comes after."""

from accreditation.models import Accreditation, Recheck
from accreditation.tests.access_rows_workflow import (
    CITY_GET,
    CITY_POST,
    OUT,
    a_batch,
    an_accreditation,
    code,
)
from tests.access import Row


def a_recheck(world):
    found = Accreditation.objects.get(pk=an_accreditation(world)["pk"])
    row = found.rechecks.first() or Recheck.objects.create(accreditation=found, year=2026)
    return {"pk": row.pk}


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
    "early": Row(get={"city": 200, "city2": 200, "county": 200, "other_county": 200, "*": 403}),
    "early_hints": Row(kwargs=code, get={"*": 200, **OUT, "leader": 403}),
    "rechecks": Row(get={"leader": 403, "*": 200}),
    "recheck_start": Row(get=CITY_GET),
    "recheck_confirm": Row(post=CITY_POST),
    "recheck_begin": Row(post=CITY_POST),
    "recheck": Row(kwargs=a_recheck, get={"*": 200, **OUT, "leader": 403}),
    # Not the accreditation's state to be judged in.
    "recheck_words": Row(
        kwargs=a_recheck, post={"city": 409, "city2": 409, "*": 403, **OUT, "leader": 403}
    ),
    "recheck_renew": Row(kwargs=a_recheck, post={"*": 409, "admin": 403, **OUT, "leader": 403}),
    "recheck_proof": Row(kwargs=a_recheck, post={"*": 422, "admin": 403, **OUT, "leader": 403}),
}
