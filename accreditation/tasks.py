"""Timers of this app (config/settings.py, CELERY_BEAT_SCHEDULE)."""

import logging

from celery import shared_task
from django.utils import timezone

from accreditation import doubts
from accreditation.doubts.photos import compare_new
from accreditation.inbox import digest, reminders
from accreditation.models import Application
from accreditation.scoring.stored import store_scores
from accreditation.workflow import rubrics
from accreditation.workflow.errors import StaleState
from accreditation.workflow.reviews import lapse

log = logging.getLogger(__name__)


@shared_task
def lapse_overdue():
    """As the system: end what was returned and not handed in again by its day."""
    overdue = Application.objects.filter(
        state=Application.State.RETURNED, due_on__lt=timezone.localdate()
    )
    for application in overdue.select_related("station__region"):
        try:
            lapse(application)
        except StaleState:
            # Handed in while the timer was running: that is the better end.
            log.info("application %s has moved on", application.number)


@shared_task
def remind_of_due_dates():
    """As the system, every hour: ten and three days before a due date, once each."""
    reminders.remind_of_due_dates(timezone.localdate())


@shared_task
def send_digests():
    """As the system, every ten minutes: mails of unread notices, one per person and period."""
    digest.send_digests(timezone.now())


@shared_task
def put_rubrics_in_force():
    """As the system: a version of the standard whose day has come takes effect."""
    rubrics.put_due_in_force(timezone.localdate())


@shared_task
def refresh_scores():
    """As the system: the scores that stand on lists and sums, where they changed."""
    store_scores(on=timezone.localdate())


@shared_task
def compare_photos():
    """As the system: look for pictures like those that were attached since the last time."""
    doubts.open_found(compare_new())


@shared_task
def look_for_doubts():
    """As the system, twice a day: what the other signals find."""
    doubts.look(timezone.localdate())
