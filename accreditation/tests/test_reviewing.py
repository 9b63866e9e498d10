"""The desk: opinions beside the evidence, each saved by itself, and the queue before it."""

import pytest
from django.urls import reverse

from accreditation.models import Application, CannedReason, Verdict
from accreditation.tests.workflow_world import World, a_card, a_programme
from accreditation.workflow import snapshots

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scored(monkeypatch):
    """Scoring is tested elsewhere; here every station is found met in all but the judged."""
    monkeypatch.setattr(snapshots, "score", lambda station, **_: a_card())


@pytest.fixture
def world(cast, station):
    return World(cast, station, a_programme())


def address(name, application, *more):
    return reverse(name, args=[application.number, *more])


def text(response):
    return response.content.decode()


def test_the_page_shows_every_requirement_and_the_first_that_awaits(world, cast, login):
    application = world.at("city_review")

    page = login(cast.city).get(address("desk_review", application))

    assert [item.code for item in page.context["desk"].listed] == [
        "C1.1", "C1.2", "C2.1", "R1.1", "R1.2",
    ]  # fmt: skip
    assert page.context["item"].code == "C1.2"
    assert page.context["next_code"] == "C2.1"
