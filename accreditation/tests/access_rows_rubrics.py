from accreditation.models import Rubric, RubricTrial
from accreditation.rubric import ensure_rubric_version_1
from accreditation.workflow import rubrics
from tests.access import Row

READERS = {"city": 200, "city2": 200, "admin": 200, "*": 403}
EDITORS = {"city": 302, "city2": 302, "*": 403}


def a_draft(world):
    ensure_rubric_version_1()
    Rubric.objects.filter(state="draft").delete()
    return {"version": rubrics.start_draft(by=world.cast.city).version}


def a_tried_draft(world):
    found = a_draft(world)
    draft, base = Rubric.objects.get(state="draft"), Rubric.objects.get(state="in_force")
    data = {"stations": 0, "tracks": {}, "requirements": [], "counties": []}
    RubricTrial.objects.create(
        rubric=draft, base=base, edits=draft.edits, on="2026-11-01", data=data
    )
    return found


def version_1(world):
    ensure_rubric_version_1()
    return {"version": 1}


ROWS = {
    "manage_rubrics": Row(get=READERS),
    "rubric_new": Row(post=EDITORS),
    "rubric": Row(
        kwargs=version_1,
        get=READERS,
        # Nothing but the hidden field: it says what is missing and saves nothing.
        post={"city": 200, "city2": 200, "*": 403},
        data=lambda world: {"edits": 1},
    ),
    "rubric_requirement": Row(
        kwargs=lambda world: version_1(world) | {"code": "C1.1"},
        get=READERS,
        post={"city": 200, "city2": 200, "*": 403},
        data=lambda world: {"edits": 1},
    ),
    "rubric_discard": Row(kwargs=a_draft, post=EDITORS, data=lambda world: {"edits": 1}),
    "rubric_trial": Row(kwargs=a_draft, get=READERS, post=EDITORS),
    "rubric_trial_file": Row(kwargs=a_tried_draft, get=READERS),
    # In force already: led back with a sentence.
    "rubric_withdraw": Row(kwargs=version_1, post=EDITORS),
    "rubric_in_force": Row(
        kwargs=a_tried_draft,
        get={"city": 200, "city2": 200, "*": 403},
        post={"city": 200, "city2": 200, "*": 403},
        data=lambda world: {"edits": 1},
    ),
}
