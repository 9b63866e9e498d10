"""Columns that are encrypted in the database, and the keyed hash that finds them.

Fernet with a list of keys: the first encrypts, all decrypt, so keys rotate without
downtime. Every package tried for this had a defect (docs/decisions/0002), the code is
short, and the stored form is plain text of the `cryptography` library.
"""

import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst

from records.tokens import open_all, seal_all


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    return _fernet(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode() if text else ""


def encrypt_all(texts: Sequence[str | None]) -> list[str]:
    """A column at once, at a third of the price."""
    return seal_all(texts, settings.FIELD_KEYS[0])


def decrypt(token: str) -> str:
    return _fernet(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode() if token else ""


def decrypt_all(tokens: Iterable[str]) -> list[str]:
    """A column at once that was read with `as_stored`."""
    return open_all(tokens, settings.FIELD_KEYS)


def as_stored(name: str) -> models.ExpressionWrapper:
    """An encrypted column, not opened while it is read."""
    return models.ExpressionWrapper(models.F(name), output_field=models.TextField())


def keyed_hash(text: str, key: str = "") -> str:
    """Equal texts give equal hashes, so an encrypted column can be looked up; without the
    key nobody can try all ID numbers against a stolen table. Empty stays empty."""
    if not text:
        return ""
    secret = (key or settings.HASH_KEY).encode()
    return hmac.digest(secret, text.encode(), "sha256").hex()


def keyed_hashes(text: str) -> list[str]:
    """What to look for: under the key in use, and under the one that is being replaced
    until `manage.py rotate_keys` has reached every row."""
    keys = [settings.HASH_KEY, *settings.OLD_HASH_KEYS]
    return [keyed_hash(text, key) for key in keys] if text else []


def same_hash(text: str, stored: str) -> bool:
    return bool(stored) and stored in keyed_hashes(text)


def hash_of(model: type[models.Model], column: str, text: str) -> str:
    """What a hash column of a model (`keyed_hashes`) says of the text it finds. A column named
    in `keyed_parts` has a hash for each part of the text, to be looked up with `contains`."""
    take_apart = getattr(model, "keyed_parts", {}).get(column)
    if take_apart is None:
        return keyed_hash(text)
    return ",".join(keyed_hash(part) for part in take_apart(text))


def hash_version() -> int:
    """The number of the key that `keyed_hash` uses; kept in the row beside the hash."""
    return settings.HASH_VERSION


class EncryptedTextField(models.TextField):
    """Text that is stored encrypted; never filter on it, filter on its keyed hash."""

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else ""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value else ""


class TagsField(models.CharField):
    """Several of a list of choices, kept as ",a,b," so that both databases find one with
    `tags__contains=",a,"` and "any at all" with `exclude(tags="")`. In Python a list."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection):
        return self.to_python(value)

    def to_python(self, value):
        if value is None or isinstance(value, (list, tuple)):
            return list(value or [])
        return [tag for tag in value.split(",") if tag]

    def get_prep_value(self, value):
        if isinstance(value, str):
            return value
        return f",{','.join(value)}," if value else ""

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value, model_instance):
        allowed = {key for key, _ in self.flatchoices}
        wrong = [tag for tag in value if tag not in allowed]
        if wrong:
            raise ValidationError(f"“{'、'.join(wrong)}”不在可选范围内。")
        if not self.blank and not value:
            raise ValidationError(self.error_messages["blank"])

    def run_validators(self, value):
        """The stored text is made here; the validators for typed text do not apply."""

    def formfield(self, **kwargs):
        return forms.MultipleChoiceField(
            choices=self.flatchoices,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
        )

    def labels(self, value):
        names = dict(self.flatchoices)
        return [names.get(tag, tag) for tag in value]


def tag(name: str) -> str:
    """What to look for with `contains` in a TagsField."""
    return f",{name},"
