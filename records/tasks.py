"""What the worker hears. The work itself is in records/jobs.py."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.db import connection

from records import finishing, incoming, jobs, preparing
from records.workflow import forget_submissions


@shared_task
def run_job(pk: int) -> None:
    jobs.run_job(pk)


@shared_task
def finish_photo(pk: int) -> None:
    finishing.finish_photo(pk)


@shared_task
def pick_up_jobs() -> None:
    jobs.pick_up()
    finishing.finish_photos()
    jobs.remove_expired()
    forget_submissions()
    incoming.forget_stale()
    preparing.look_after_waiting()


@worker_ready.connect
def ring_for_what_waits(**kwargs: Any) -> None:
    jobs.pick_up(at_start=True)
    finishing.finish_photos(at_start=True)
    connection.close()
