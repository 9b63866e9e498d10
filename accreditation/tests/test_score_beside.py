"""What a station reads about its application: the score beside the frozen one, its turn."""

import datetime as dt

import pytest
from django.utils import timezone

from accreditation import workflow
from accreditation.applications.page import score_now
from accreditation.models import StationScore
from accreditation.tests.progress_world import a_score
from accreditation.tests.workflow_world import World, a_card, a_programme
from accreditation.workflow import snapshots

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(cast, station, monkeypatch):
    monkeypatch.setattr(snapshots, "score", lambda station, **_: a_card())
    return World(cast, station, a_programme()).at("county_review")


def test_a_score_as_old_as_the_frozen_one_is_not_called_the_present_one(application, station):
    a_score(station, "red")

    assert score_now(application) is None


def test_a_score_of_a_later_day_stands_beside_the_frozen_one(application, station):
    stored = a_score(station, "red")
    StationScore.objects.update(scored_on=timezone.localdate() + dt.timedelta(days=1))

    assert score_now(application) == stored


@pytest.mark.parametrize(("level", "offered"), [("station", True), ("town", False)])
def test_only_the_level_it_was_returned_to_is_offered_to_submit_again(
    application, cast, station, login, level, offered
):
    workflow.return_application(
        application, level=level, due_on=timezone.localdate() + dt.timedelta(days=9),
        comment="请补充照片", by=cast.county,
    )  # fmt: skip

    page = login(cast.manager).get(f"/stations/{station.code}/application/").content.decode()

    assert ("/resubmit/" in page) is offered
