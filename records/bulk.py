"""Many new rows in few statements.

`bulk_create` asks every field of every row how to prepare its value and cuts what SQLite
takes at once into pieces of twenty rows. Here a column is prepared as a whole, a value that
repeats only once, and hundreds of rows go into one statement.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, JSONField, Model

from records.fields import EncryptedTextField

BATCH = 500
# SQLite since 3.32; PostgreSQL takes twice as many.
MOST_PARAMETERS = 32_000


def insert(rows: Sequence[Model]) -> None:
    """As `bulk_create(rows)`: new rows of one model, which are told their keys. Fields that
    do something of their own before saving (files, auto_now) are not for this road."""
    if not rows:
        return
    model = type(rows[0])
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key or f.generated)]
    values = list(zip(*(_column(field, rows) for field in fields), strict=True))
    size = min(BATCH, MOST_PARAMETERS // len(fields))
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            part = values[start : start + size]
            cursor.execute(_statement(model, fields, len(part)), list(chain.from_iterable(part)))
            keys = cursor.fetchall()
            for row, (key,) in zip(rows[start : start + size], keys, strict=True):
                row.pk = key
                row._state.adding, row._state.db = False, connection.alias


def _statement(model: type[Model], fields: list[Field], count: int) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return (
        f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * count)} "  # noqa: S608 own names
        f"RETURNING {key}"
    )


def _column(field: Field, rows: Sequence[Model]) -> list[Any]:
    """The values of one field as the database takes them."""
    values = [getattr(row, field.attname) for row in rows]
    prepare = field.get_db_prep_save
    # What is encrypted must not look the same because it says the same.
    if isinstance(field, (JSONField, EncryptedTextField)):
        return [prepare(value, connection) for value in values]
    made: dict[Any, Any] = {}
    found = []
    for value in values:
        key = tuple(value) if isinstance(value, list) else value
        if key not in made:
            made[key] = prepare(value, connection)
        found.append(made[key])
    return found
