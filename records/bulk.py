"""Many new rows in few statements.

`bulk_create` asks every field of every row how to prepare its value and cuts what SQLite
takes at once into pieces of twenty rows. Here a column is prepared as a whole, a value that
repeats only once, and hundreds of rows go into one statement.
"""

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, ForeignKey, JSONField, Model
from django.db.models.base import ModelState

from records.fields import EncryptedTextField, TagsField

BATCH = 200
# SQLite since 3.32; PostgreSQL takes twice as many.
MOST_PARAMETERS = 32_000

Row = TypeVar("Row", bound=Model)


def another(blank: Row, **values: Any) -> Row:
    """A new row like `blank` but for these values, at a twentieth of what it costs to have a
    model work its defaults out. They are shared: a list is replaced, never changed in place,
    and what must differ (a code) is given."""
    row = object.__new__(type(blank))
    row.__dict__.update(blank.__dict__)
    state = row._state = ModelState()
    state.fields_cache = dict(blank._state.fields_cache)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def insert(rows: Sequence[Model]) -> None:
    """As `bulk_create(rows)`: new rows of one model with plain values, which are told their
    keys. Fields that do something of their own before saving (files, auto_now) are not for
    this road."""
    if not rows:
        return
    model = type(rows[0])
    # Not the one that asks at every word of it which thread it is in.
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key or f.generated)]
    values = list(zip(*(_column(field, rows, connection) for field in fields), strict=True))
    size = min(BATCH, MOST_PARAMETERS // len(fields))
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            part = values[start : start + size]
            cursor.execute(
                _statement(model, fields, len(part), connection), list(chain.from_iterable(part))
            )
            keys = cursor.fetchall()
            for row, (key,) in zip(rows[start : start + size], keys, strict=True):
                row.pk = key
                row._state.adding, row._state.db = False, connection.alias


def _statement(model: type[Model], fields: list[Field], count: int, connection: Any) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return (
        f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * count)} "  # noqa: S608 own names
        f"RETURNING {key}"
    )


def _column(field: Field, rows: Sequence[Model], connection: Any) -> list[Any]:
    """The values of one field as the database takes them."""
    values = list(map(attrgetter(field.attname), rows))
    if isinstance(field, ForeignKey) and None in values:
        _refuse_unsaved(field, rows)
    prepare = field.get_db_prep_save
    # What is encrypted must not look the same because it says the same.
    if isinstance(field, EncryptedTextField):
        return [prepare(value, connection) for value in values]
    keys = list(map(repr, values)) if isinstance(field, (JSONField, TagsField)) else values
    once = dict(zip(keys, values, strict=True))
    made = {key: prepare(value, connection) for key, value in once.items()}
    return [made[key] for key in keys]


def _refuse_unsaved(field: ForeignKey, rows: Sequence[Model]) -> None:
    """Whose parent got its key after it was named would be stored as an orphan."""
    for row in rows:
        if getattr(row, field.attname) is None and field.get_cached_value(row, None) is not None:
            raise ValueError(f"{field} of {row!r} was not saved when it was named")
