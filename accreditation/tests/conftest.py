"""What the tests of the workflow and its pages begin with."""

import pytest

from accreditation.tests.workflow_world import World, a_card, a_programme
from accreditation.workflow import snapshots


@pytest.fixture
def world(cast, station):
    return World(cast, station, a_programme())


@pytest.fixture
def scored(monkeypatch):
    """Scoring is tested elsewhere; here every station is found met in all but the judged."""
    monkeypatch.setattr(snapshots, "score", lambda station, **_: a_card())
