"""Many new rows at once.

`bulk_create` asks every field of every row how to prepare its value and cuts what SQLite
takes at once into pieces of twenty rows. Here a column is prepared as a whole, a value that
repeats only once. SQLite prepares one statement for all rows; PostgreSQL copies them in, which
spares it and its driver half of the work.
"""

import datetime as dt
import gc
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, ForeignKey, JSONField, Model
from django.db.models.base import ModelState
from psycopg2.extras import Inet, Json

from records.fields import EncryptedTextField, TagsField, encrypt_all

# What PostgreSQL reads as Python writes it.
PLAIN = (bool, int, float, Decimal, dt.date, dt.time, UUID)

Row = TypeVar("Row", bound=Model)


@contextmanager
def collector_resting() -> Iterator[None]:
    """For work that makes many thousand objects which all stay: the garbage collector walks
    them again and again, finds nothing, and takes a quarter of the time. Also a decorator."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def another(blank: Row, **values: Any) -> Row:
    """A new row like `blank` but for these values, at a twentieth of what it costs to have a
    model work its defaults out. They are shared: a list is replaced, never changed in place,
    and what must differ (a code) is given."""
    model = type(blank)
    row = object.__new__(model)
    own = row.__dict__
    own.update(blank.__dict__)
    state = row._state = ModelState()
    known = state.fields_cache = dict(blank._state.fields_cache)
    if _column_names(model).issuperset(values):
        own.update(values)
        for name in _relations(model).keys() & values.keys():
            known.pop(_relations(model)[name], None)
    else:
        for name, value in values.items():
            setattr(row, name, value)
    return row


@cache
def _column_names(model: type[Model]) -> frozenset[str]:
    return frozenset(field.attname for field in model._meta.concrete_fields)


@cache
def _relations(model: type[Model]) -> dict[str, str]:
    """Columns that name another row, each with where that row is remembered."""
    fields = model._meta.concrete_fields
    return {field.attname: field.cache_name for field in fields if field.is_relation}


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
    columns = [_column(field, rows, connection) for field in fields]
    send = _copy if connection.vendor == "postgresql" else _insert
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        keys = send(cursor, model, fields, columns, connection)
    for row, key in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


def _insert(cursor, model, fields, columns, connection) -> list[int]:
    """The keys are counted on from where the table stands: within its transaction nobody else
    writes. One statement, prepared once, run for every row."""
    quote = connection.ops.quote_name
    table = model._meta.db_table
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    last = (cursor.fetchone() or (0,))[0]
    keys = list(range(last + 1, last + 1 + len(columns[0])))
    names = [quote(str(column)) for column in _columns(model, fields)]
    statement = (
        f"INSERT INTO {quote(table)} ({', '.join(names)}) "  # noqa: S608  (own names)
        f"VALUES ({', '.join(['%s'] * len(names))})"
    )
    cursor.executemany(statement, zip(keys, *columns, strict=True))
    return keys


def _columns(model: type[Model], fields: list[Field]) -> list[str]:
    return [model._meta.pk.column, *(field.column for field in fields)]


def _copy(cursor, model, fields, columns, connection) -> list[int]:
    """The keys are drawn first: COPY does not return any."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
        [table, model._meta.pk.column, len(columns[0])],
    )
    keys = [number for (number,) in cursor.fetchall()]
    names = ", ".join(map(quote, _columns(model, fields)))
    lines = zip(*map(_as_copied, (keys, *columns)), strict=True)
    text = io.StringIO("".join("\t".join(line) + "\n" for line in lines))
    with connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text)
    return keys


def _as_copied(column: Iterable[Any]) -> list[str]:
    """A column in the text format of COPY."""
    return [_escaped(v) if isinstance(v, str) else _other_as_copied(v) for v in column]


def _escaped(text: str) -> str:
    """Without what would end a value or a row there."""
    text = text.replace("\\", "\\\\").replace("\t", "\\t")
    return text.replace("\n", "\\n").replace("\r", "\\r")


def _other_as_copied(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, Json):
        return _escaped(value.dumps(value.adapted))
    if isinstance(value, Inet):
        return str(value.addr)
    if isinstance(value, PLAIN):
        return str(value)
    raise TypeError(f"{type(value)} is not for this road")


def _column(field: Field, rows: Sequence[Model], connection: Any) -> list[Any]:
    """The values of one field as the database takes them."""
    name = field.attname
    values = [row.__dict__[name] for row in rows]  # past the descriptors of relations
    if isinstance(field, ForeignKey) and None in values:
        _refuse_unsaved(field, rows)
    # What is encrypted must not look the same because it says the same.
    if isinstance(field, EncryptedTextField):
        return encrypt_all(values)
    prepare = field.get_db_prep_save
    if values.count(values[0]) == len(values):
        return [prepare(values[0], connection)] * len(values)
    keys = list(map(repr, values)) if isinstance(field, (JSONField, TagsField)) else values
    once = dict(zip(keys, values, strict=True))
    made = {key: prepare(value, connection) for key, value in once.items()}
    return [made[key] for key in keys]


def _refuse_unsaved(field: Field, rows: Sequence[Model]) -> None:
    """Whose parent got its key after it was named would be stored as an orphan."""
    for row in rows:
        parent = row._state.fields_cache.get(field.cache_name)
        if parent is not None and getattr(row, field.attname) is None:
            raise ValueError(f"{field} of {row!r} was not saved when it was named")
