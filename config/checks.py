"""What must not be true of a server that real people use: errors of `check --deploy`
where PRODUCTION=1. In every other case the demonstration is welcome."""

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection

SHORTEST_SECRET = 50


@checks.register(checks.Tags.security, deploy=True)
def production(app_configs, **kwargs):
    if not settings.PRODUCTION:
        return []
    return [message for check in CHECKS for message in check()]


def error(number, sentence, hint):
    return checks.Error(sentence, hint=hint, id=f"config.E{number:03}")


def no_debug():
    if settings.DEBUG:
        yield error(1, "DEBUG is on.", "Remove DEBUG from the environment.")


def no_embedded_database():
    if connection.vendor == "sqlite":
        hint = "Set DATABASE_URL to a PostgreSQL server: SQLite has one writer and no standby."
        yield error(2, "The database is the embedded SQLite.", hint)


def secure_cookies():
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        hint = "Remove SECURE_COOKIES from the environment and serve over https."
        yield error(3, "Session and CSRF cookies travel over plain http.", hint)


def no_demonstration_accounts():
    from accounts.models import User

    try:
        names = list(User.objects.filter(is_demo=True).values_list("username", flat=True)[:3])
    except DatabaseError as problem:
        yield error(4, f"The accounts cannot be read: {problem}", "Run manage.py migrate.")
        return
    if names:
        hint = "Start from an empty database; demonstration accounts share one printed password."
        yield error(4, f"There are demonstration accounts ({', '.join(names)} ...).", hint)


def long_secrets():
    if len(settings.SECRET_KEY) < SHORTEST_SECRET or len(settings.HASH_KEY) < SHORTEST_SECRET // 2:
        hint = "Let script/run make them, or use secrets.token_urlsafe(50)."
        yield error(5, "SECRET_KEY or HASH_KEY is too short.", hint)


def named_hosts():
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield error(6, "ALLOWED_HOSTS is open.", "Name the addresses that people type.")


def mail_sender():
    if settings.MAIL_ENABLED and "@" not in settings.DEFAULT_FROM_EMAIL:
        hint = "Set EMAIL_FROM to an address that the mail server lets the account use."
        yield error(7, "Mail is configured without a sender.", hint)


CHECKS = (
    no_debug,
    no_embedded_database,
    secure_cookies,
    no_demonstration_accounts,
    long_secrets,
    named_hosts,
    mail_sender,
)
