"""Who may do what else in which state: opinions, visit, problems, objections and who reviews.
What is not in the table is refused, and a refusal writes nothing."""

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEntry
from accreditation import workflow
from accreditation.models import Application

pytestmark = pytest.mark.django_db
State = Application.State
TODAY = timezone.localdate
CITY = {"city", "city2", "city3"}
WRITERS = {"county", "town", "manager"}
OPEN = [state for state in State.values if state not in Application.ENDED]


def objection(application, by, cast):
    other = cast.city2 if by == cast.city else cast.city
    workflow.add_objection(
        application, received_on=TODAY(), channel="letter", text="不实", handlers=(by, other), by=by
    )


ACTS = {
    "edit_statement": lambda a, by, _: workflow.edit_statement(a, statement="另写", by=by),
    "give_verdict": lambda a, by, _: workflow.give_verdict(
        a, requirement="C2.1", result="met", points=1000, by=by
    ),
    "assign_review": lambda a, by, cast: workflow.assign_review(a, reviewer=cast.city3, by=by),
    "take_over_review": lambda a, by, _: workflow.take_over_review(a, comment="出差", by=by),
    "send_to_decision": lambda a, by, _: workflow.send_to_decision(a, by=by),
    "draw_sheet": lambda a, by, _: workflow.draw_sheet(a, by=by),
    "record_site_visit": lambda a, by, cast: workflow.record_site_visit(
        a, visited_on=TODAY(), visitors=[cast.city, cast.city2], finding="一致",
        conclusion="passed", by=by,
    ),
    "add_problem": lambda a, by, _: workflow.add_problem(
        a, problem="缺牌", owner="张", due_on=TODAY(), by=by
    ),
    "add_objection": objection,
}  # fmt: skip
# In site_visit the station was visited and judged, `city` reviews; in city_review nobody does.
ALLOWED = {
    "edit_statement": {"draft": WRITERS, "returned": WRITERS},
    "give_verdict": {"city_review": CITY, "site_visit": {"city"}},
    "assign_review": {"city_review": CITY},
    "take_over_review": {"site_visit": {"city2", "city3"}},
    "send_to_decision": {"site_visit": {"city"}},
    "draw_sheet": {"site_visit": CITY},
    "record_site_visit": {"site_visit": CITY},
    "add_problem": dict.fromkeys(OPEN, CITY | {"county"}),
    "add_objection": {"public_notice": CITY},
}


class Undo(Exception):
    pass


def attempt(application, act, person, cast):
    """Does it and undoes it; whether it was allowed. One entry, or nothing at all."""
    fresh = Application.objects.select_related("station__region", "reviewed_by").get(
        pk=application.pk
    )
    before = AuditEntry.objects.count()
    try:
        with transaction.atomic():
            act(fresh, person, cast)
            assert AuditEntry.objects.count() == before + 1
            raise Undo
    except Undo:
        return True
    except (workflow.Refused, workflow.NotAllowed):
        assert AuditEntry.objects.count() == before
        return False


@pytest.mark.parametrize("state", State.values)
def test_everything_else_is_open_to_exactly_the_people_of_the_table(world, cast, state):
    application = world.at(state)
    if state == "site_visit":
        world.judge(application)
        world.visit(application)

    found = {
        name: {who for who, person in vars(cast).items() if attempt(application, act, person, cast)}
        for name, act in ACTS.items()
    }

    assert found == {name: ALLOWED[name].get(state, set()) for name in ACTS}
