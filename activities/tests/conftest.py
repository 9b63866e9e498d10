import pytest
import time_machine


@pytest.fixture
def in_november():
    """The day on which plans are looked at: 20 November 2026."""
    with time_machine.travel("2026-11-20 09:00+08:00", tick=False):
        yield
