"""Recommender, reviewer and decider are three people, whatever the columns still say."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from accreditation import workflow
from accreditation.models import Application, Objection
from accreditation.tests.workflow_world import a_card

pytestmark = pytest.mark.django_db


def decide(application, by):
    workflow.decide(
        application, conclusion="agree", decided_on=timezone.localdate(),
        minutes_number="1号", by=by,
    )  # fmt: skip


def test_who_sent_to_the_visit_and_was_replaced_does_not_decide(world, cast):
    application = world.at("city_review")
    workflow.send_to_site_visit(application, by=cast.city2)
    workflow.take_over_review(application, comment="请假", by=cast.city)
    world.judge(application)
    world.visit(application)
    workflow.send_to_decision(application, by=cast.city)

    with pytest.raises(workflow.NotAllowed):
        decide(application, cast.city2)
    application.refresh_from_db()
    assert application.decided_by is None

    decide(application, cast.city3)
    assert application.decided_by == cast.city3


def test_who_returned_it_in_the_review_does_not_decide(world, cast):
    application = world.at("city_review")
    due = timezone.localdate() + dt.timedelta(days=10)
    workflow.return_application(
        application, level="county", due_on=due, comment="请补正", by=cast.city2
    )
    workflow.resubmit(application, by=cast.county, card=a_card())
    workflow.send_to_site_visit(application, by=cast.city)
    world.judge(application)
    world.visit(application)
    workflow.send_to_decision(application, by=cast.city)

    with pytest.raises(workflow.NotAllowed):
        decide(application, cast.city2)


def test_who_endorsed_as_the_town_and_came_to_the_city_does_not_decide(world, cast, tree):
    application = world.at("decision")
    User.objects.filter(pk=cast.town.pk).update(role=User.Role.CITY, region=tree.city)
    promoted = User.objects.select_related("region").get(pk=cast.town.pk)

    with pytest.raises(workflow.NotAllowed):
        decide(application, promoted)


def test_a_handler_who_left_the_city_bureau_does_not_close_the_objection(world, cast, tree):
    application = world.at("public_notice")
    objection = workflow.add_objection(
        application, received_on=timezone.localdate(), channel=Objection.Channel.values[0],
        text="有异议", handlers=(cast.city, cast.city2), by=cast.city,
    )  # fmt: skip
    User.objects.filter(pk=cast.city.pk).update(role=User.Role.COUNTY, region=tree.county)
    moved = User.objects.select_related("region").get(pk=cast.city.pk)

    with pytest.raises(workflow.NotAllowed):
        workflow.close_objection(
            objection, result="upheld", finding="属实", investigator="甲", by=moved
        )
    application.refresh_from_db()
    assert application.state == Application.State.PUBLIC_NOTICE
