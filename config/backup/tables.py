"""Tables as lines of JSON, the same from either database, and back.

Values are read and written as they stand in the column: encrypted text stays encrypted,
so an archive holds no more in clear than the database does, and needs the same keys.
"""

import json
from datetime import UTC, datetime
from itertools import islice

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models.functions import Cast

# A log-in is bound to this installation, and a stolen archive must not hold any.
LEFT_OUT = {"sessions.session"}
CHUNK = 2000
MOST_PARAMETERS = 30_000


def tables():
    """Every table of the product in a stable order, those between many-to-many included."""
    found = apps.get_models(include_auto_created=True)
    wanted = [m for m in found if m._meta.managed and m._meta.label_lower not in LEFT_OUT]
    return sorted(wanted, key=lambda model: model._meta.label_lower)


def fields_of(model):
    """What is stored by us; what the database works out itself is not carried along."""
    return [field for field in model._meta.concrete_fields if not field.generated]


def columns(model):
    return [field.attname for field in fields_of(model)]


def is_raw(field):
    """Text that a field of our own turns into something else on the way out."""
    text = isinstance(field, models.CharField | models.TextField)
    return text and hasattr(field, "from_db_value")


def rows(model):
    fields = fields_of(model)
    picked = [
        Cast(field.attname, models.TextField()) if is_raw(field) else models.F(field.attname)
        for field in fields
    ]
    names = {f"c{number}": expression for number, expression in enumerate(picked)}
    query = model._base_manager.order_by("pk").annotate(**names).values_list(*names)
    return query.iterator(chunk_size=CHUNK)


def lines(model):
    for row in rows(model):
        text = json.dumps(row, default=plain, sort_keys=True, ensure_ascii=False)
        yield text.encode() + b"\n"


def plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    return str(value)


def write(model, source):
    """Insert the lines of one table; how many."""
    fields = fields_of(model)
    restore = [restorer(field) for field in fields]
    count = 0
    size = max(1, min(CHUNK, MOST_PARAMETERS // len(fields)))
    while chunk := list(islice(source, size)):
        values = [
            [make(value) for make, value in zip(restore, json.loads(line), strict=True)]
            for line in chunk
        ]
        insert(model, values)
        count += len(values)
    return count


def restorer(field):
    if is_raw(field):
        return lambda value: value
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    if isinstance(field, models.BinaryField):
        return lambda value: None if value is None else bytes.fromhex(value)
    return lambda value: field.get_db_prep_save(field.to_python(value), connection)


def insert(model, values):
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields_of(model))
    one = f"({', '.join(['%s'] * len(values[0]))})"
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES "  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(statement + one, values)
        else:
            flat = [value for row in values for value in row]
            cursor.execute(statement + ", ".join([one] * len(values)), flat)


def reset_sequences(models_written):
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models_written):
            cursor.execute(statement)
