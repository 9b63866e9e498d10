"""Keys that cannot work are said at the start, in words, not by the first page that fails."""

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from config.checks import error

MAKE = 'Make one with: python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'


@checks.register(checks.Tags.security)
def usable_keys(app_configs, **kwargs):
    """The form of the keys; nothing is read."""
    if not settings.FIELD_KEYS or not settings.FIELD_KEYS[0]:
        yield error(7, "FIELD_KEYS is empty.", f"{MAKE} and set FIELD_KEYS in var/env.")
    for number, key in enumerate(settings.FIELD_KEYS, 1):
        try:
            Fernet(key)
        except ValueError:
            yield error(8, f"Key {number} of FIELD_KEYS is not 32 bytes in base64.", MAKE)
    if not settings.HASH_KEY:
        yield error(9, "HASH_KEY is empty.", "Set it in var/env; see docs/deploy.md.")
    if settings.HASH_VERSION < 1 or settings.HASH_KEY in settings.OLD_HASH_KEYS:
        hint = "A new HASH_KEY takes the next HASH_VERSION; the old key goes to OLD_HASH_KEYS."
        yield error(10, "HASH_KEY, HASH_VERSION and OLD_HASH_KEYS do not agree.", hint)


@checks.register(checks.Tags.database)
def keys_that_open(app_configs, databases=None, **kwargs):
    """The oldest and the newest value of each column open (with --database, and `migrate`)."""
    if not databases or usable_problems():
        return
    from records.fields import decrypt
    from records.rotation import tables

    for table in tables():
        for token in samples(table):
            try:
                decrypt(token)
            except InvalidToken:
                hint = "Put the key it was written with at the end of FIELD_KEYS (var/env)."
                where = table.model._meta.label
                yield error(11, f"None of FIELD_KEYS opens what {where} holds.", hint)
                break


def usable_problems():
    return list(usable_keys(None))


def samples(table):
    from django.db.models import TextField
    from django.db.models.functions import Cast

    found = []
    for name in table.columns:
        rows = table.model._base_manager.exclude(**{f"{name}__exact": ""}).order_by("pk")
        raw = rows.annotate(raw=Cast(name, TextField())).values_list("raw", flat=True)
        try:
            found += [one for one in (raw.first(), raw.last()) if one]
        except DatabaseError:
            return []  # before the first migrate
    return found
