"""Rows by the hundred thousand, fast and alike on both databases.

A model instance per row, as bulk_create wants it, costs more than the insert itself. Here
a row is a tuple; keys are handed out in advance, so children can be written before their
parents are flushed; PostgreSQL takes the rows with COPY. Only for tables that nobody else
writes meanwhile: the command runs on an empty product, in one transaction.
"""

import datetime as dt
import io
import json
from decimal import Decimal

from django.core.management.color import no_style
from django.db import connection, models

from records.fields import EncryptedTextField, TagsField, encrypt

CHUNK = 5000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Table:
    """The rows of one model that wait to be written."""

    def __init__(self, model):
        self.model = model
        self.fields = [field for field in model._meta.concrete_fields if not field.generated]
        self.next_pk = (model.objects.aggregate(top=models.Max("pk"))["top"] or 0) + 1
        self.rows = []
        # attname -> (position, how to prepare); columns that are not given stand in the
        # template, those with a function as default are called for each row
        self.places = {f.attname: (n, _preparer(f)) for n, f in enumerate(self.fields)}
        self.template, self.computed = [], []
        for field in self.fields:
            function, constant = _default(field)
            prepare = self.places[field.attname][1]
            self.template.append(prepare(constant) if prepare else constant)
            if function:
                self.computed.append((field.attname, function))

    def add(self, values):
        pk = values.setdefault("id", self.next_pk)
        self.next_pk = max(self.next_pk, pk + 1)
        for name, function in self.computed:
            if name not in values:
                values[name] = function()
        row = self.template.copy()
        for name, value in values.items():
            position, prepare = self.places[name]
            row[position] = prepare(value) if prepare else value
        self.rows.append(row)
        return pk

    def write(self):
        if not self.rows:
            return
        table = connection.ops.quote_name(self.model._meta.db_table)
        columns = ", ".join(connection.ops.quote_name(field.column) for field in self.fields)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                text = "\n".join("\t".join(map(_copy_text, row)) for row in self.rows)
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(text + "\n"))
            else:
                marks = ", ".join(["%s"] * len(self.fields))
                cursor.executemany(
                    f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608
                    self.rows,
                )
        self.rows = []


class Loader:
    def __init__(self):
        self.tables = {}
        # told of every row; writes the audit log in the end
        self.trail = None

    def table(self, model) -> Table:
        if model not in self.tables:
            self.tables[model] = Table(model)
        return self.tables[model]

    def add(self, model, **values) -> int:
        """Put one row aside for writing and return its key."""
        table = self.table(model)
        pk = table.add(values)
        if self.trail:
            self.trail.note(model, pk, values)
        if len(table.rows) >= CHUNK:
            table.write()
        return pk

    def link(self, relation, left_id: int, right_ids) -> None:
        """Rows of a many-to-many: `relation` is e.g. `Exhibit.people`."""
        through = relation.through
        own, other = (
            relation.field.m2m_column_name(),
            relation.field.m2m_reverse_name(),
        )
        for right_id in right_ids:
            self.add(through, **{own: left_id, other: right_id})

    def flush(self) -> None:
        """Write what waits, and tell PostgreSQL which keys are taken."""
        for table in self.tables.values():
            table.write()
        statements = connection.ops.sequence_reset_sql(no_style(), list(self.tables))
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            # What follows in this transaction asks full tables: the planner should know.
            cursor.execute("ANALYZE")
        self.tables = {}


def _default(field):
    """(function, constant): what stands in a column that is not given."""
    if not field.has_default():
        text = isinstance(field, models.CharField | models.TextField) and not field.null
        return None, "" if text else None
    if callable(field.default):
        return field.default, None
    return None, field.default


def _preparer(field):
    """How a Python value becomes what the database takes; None: as it is."""
    if isinstance(field, EncryptedTextField):
        return encrypt
    if isinstance(field, TagsField):
        return field.get_prep_value
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.DateTimeField):
        return _moment()
    if isinstance(field, models.DateField):
        return lambda value: None if value is None else value.isoformat()
    if isinstance(field, models.DecimalField):
        quantum = Decimal(1).scaleb(-field.decimal_places)
        return lambda value: None if value is None else str(Decimal(value).quantize(quantum))
    return None


def _moment():
    """Times, remembered: most rows of a load share a few of them."""
    known = {None: None}

    def prepare(value):
        if value not in known:
            naive = value.astimezone(dt.UTC).replace(tzinfo=None)
            text = naive.isoformat(sep=" ")
            known[value] = text if connection.vendor == "sqlite" else f"{text}+00"
        return known[value]

    return prepare


def _copy_text(value):
    if value is None:
        return r"\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    return str(value)
