"""New keys for what is stored encrypted, while everybody works (docs/deploy.md, Keys).

Every encrypted column of the product is read as it stands in the table; what the first of
FIELD_KEYS does not open is written anew under it, and hashes of an older HASH_VERSION with it.
A row is written only if it still is what was read (compare and set), so whoever saves in
between wins and the row comes up again. Rows that are done are left alone: interrupting it
and running it twice costs time only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.db.models.functions import Cast

from records.fields import EncryptedTextField, decrypt, encrypt, hash_of, hash_version

BATCH = 500


class WrongKey(Exception):
    """A stored value opens with none of FIELD_KEYS; the text says where."""


@dataclass
class Counts:
    seen: int = 0
    written: int = 0
    # Saved by somebody between reading and writing: a further run finds them.
    passed_over: int = 0


@dataclass
class Table:
    """One model with its encrypted columns and the hashes made of them."""

    model: type[models.Model]
    columns: list[str]
    hashes: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    def rows(self, after: int) -> list[tuple[Any, ...]]:
        """The next rows, their columns as they stand."""
        raw = {f"raw_{name}": Cast(name, models.TextField()) for name in self.columns}
        marks = {f"mark_{name}": F(name) for name in self._marks}
        rows = self.model._base_manager.filter(pk__gt=after).order_by("pk").annotate(**raw, **marks)
        return list(rows.values_list("pk", *raw, *marks)[:BATCH])

    @property
    def _marks(self) -> list[str]:
        return [*self.hashes, "hash_version"] if self.hashes else []

    @property
    def stored(self) -> list[str]:
        return [*self.columns, *self._marks]


def tables() -> Iterator[Table]:
    for model in apps.get_models():
        columns = [f.name for f in model._meta.fields if isinstance(f, EncryptedTextField)]
        if columns:
            yield Table(model, columns, getattr(model, "keyed_hashes", {}))


def rotate(table: Table, *, progress: Callable[[int], None] | None = None) -> Counts:
    """Everything of one table, a batch at a time."""
    counts, after = Counts(), 0
    while rows := table.rows(after):
        after = rows[-1][0]
        changes = [pair for row in rows if (pair := _change(table, row))]
        counts.seen += len(rows)
        done = _write(table, changes)
        counts.written += done
        counts.passed_over += len(changes) - done
        if progress:
            progress(counts.seen)
    return counts


def remaining(table: Table) -> int:
    """How many rows still need an older key: 0 means that it may be thrown away."""
    found, after = 0, 0
    while rows := table.rows(after):
        after = rows[-1][0]
        found += sum(1 for row in rows if _change(table, row))
    return found


def sealed_models() -> list[type[models.Model]]:
    """Models that keep a file whose content is one token; they name its field."""
    return [model for model in apps.get_models() if getattr(model, "sealed_file", "")]


def reseal(model: type[models.Model], *, only_count: bool = False) -> Counts:
    """The files of one model. Each is written beside the old one, which goes when the row has
    the new name; a row that let its file go meanwhile keeps none."""
    counts, name = Counts(), model.sealed_file  # type: ignore[attr-defined]
    rows = model._base_manager.exclude(**{name: ""}).order_by("pk")
    for pk, path in list(rows.values_list("pk", name)):
        try:
            with default_storage.open(path) as file:
                token = file.read().decode()
        except FileNotFoundError:
            continue
        counts.seen += 1
        if _is_new(token):
            continue
        counts.written += 1
        if not only_count:
            _replace_file(model, pk, path, encrypt(_open_file(model, pk, token)))
    return counts


def _open_file(model, pk, token):
    try:
        return decrypt(token)
    except InvalidToken:
        raise WrongKey(f"{model._meta.label} {pk}: none of FIELD_KEYS opens its file") from None


def _replace_file(model, pk, path, token):
    fresh = default_storage.save(path, ContentFile(token.encode()))
    same = model._base_manager.filter(**{"pk": pk, model.sealed_file: path})
    kept = same.update(**{model.sealed_file: fresh})
    default_storage.delete(path if kept else fresh)


def _change(table: Table, row: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[Any]] | None:
    """(what was read, what it becomes), or None where nothing is old."""
    pk, *values = row
    tokens = dict(zip(table.columns, values, strict=False))
    plain = {name: _open(table, pk, name, token) for name, token in tokens.items()}
    fresh = [token if _is_new(token) else encrypt(plain[name]) for name, token in tokens.items()]
    if table.hashes:
        is_old = values[-1] != hash_version()
        made = table.hashes.items()
        hashes = [hash_of(table.model, name, plain[source]) for name, source in made]
        fresh += [*hashes, hash_version()] if is_old else values[len(tokens) :]
    return (row, fresh) if fresh != values else None


def _is_new(token: str) -> bool:
    if not token:
        return True
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def _open(table: Table, pk: int, name: str, token: str) -> str:
    try:
        return decrypt(token)
    except InvalidToken:
        raise WrongKey(
            f"{table.model._meta.label} {pk}, {name}: none of FIELD_KEYS opens it"
        ) from None


def _write(table: Table, changes: list[tuple[tuple[Any, ...], list[Any]]]) -> int:
    """One short transaction; rows that were saved meanwhile do not match and stay."""
    if not changes:
        return 0
    quote = connection.ops.quote_name
    columns = [table.model._meta.get_field(name).column for name in table.stored]
    key = quote(table.model._meta.pk.column)
    sets = ", ".join(f"{quote(column)} = %s" for column in columns)
    same = " AND ".join(f"{quote(column)} = %s" for column in columns)
    sql = f"UPDATE {quote(table.model._meta.db_table)} SET {sets} WHERE {key} = %s AND {same}"  # noqa: S608 names of our own columns
    values = [[*fresh, row[0], *row[1:]] for row, fresh in changes]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, values)
            return cursor.rowcount
    except IntegrityError:
        # One person under both keys: that row waits for the merge, the others do not.
        return sum(_write_one(sql, one) for one in values)


def _write_one(sql: str, values: list[Any]) -> int:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount
    except IntegrityError:
        return 0
