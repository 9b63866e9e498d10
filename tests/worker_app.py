"""What the workers of test_worker.py run: the product's Celery with two jobs more."""

import time
from pathlib import Path

import django
from django.conf import settings

from config.celery import app

django.setup()  # a worker imports its application before its models

from records.jobs import job  # noqa: E402

__all__ = ["app"]
GIVE_UP_AFTER = 120


@job("wait", repeatable=True)
def wait(row, progress):
    """Runs until the test lets it go."""
    started = time.monotonic()
    progress(0, total=1)
    while not Path(settings.VAR_DIR / "go").exists():
        assert time.monotonic() - started < GIVE_UP_AFTER
        time.sleep(0.1)
    progress(1)


@job("mark")
def mark(row, progress):
    """Leaves one line, so that a second run would show."""
    with Path(settings.VAR_DIR / "marks").open("a") as file:
        file.write(f"{row.title}\n")
