"""Timers of the accounts app."""

from celery import shared_task


@shared_task
def seal_audit_log() -> None:
    from accounts.seals import seal

    seal()
