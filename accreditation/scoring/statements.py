"""Statements as text, made once and kept.

Django needs longer to build the statements of a score than the database to answer them for
one station, and a database needs longer to plan them than to run them. So a statement is
rendered once (per day, rubric and database) with every value in its text but the scope, sets
that it names several times are read once (WITH), and PostgreSQL keeps it prepared. What is
given when a statement runs are named parameters, each ONE value, so that the text is the same
for one station and for any number of them.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from sys import getsizeof
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from records.kept import Shelf
from records.prepared import is_possible, prepared

# A process meets a few days, rubrics and programmes at a time; old ones are forgotten.
KEPT, KEPT_BYTES = 48, 8_000_000
IN_SELECT = "IN (SELECT "
# A list of numbers is one parameter: an array, or a JSON list (in small letters: read_once
# leaves it where it is).
IN_NUMBERS = {"postgresql": "= ANY(%s)", "sqlite": "IN (select value from json_each(%s))"}
Row = tuple[Any, ...]


class Given:
    """Stands for a list of numbers, or one value, that is given when the statement runs."""

    def __init__(self, name: str, kind: str = "bigint[]") -> None:
        self.name, self.kind = name, kind

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def token(self) -> str:
        return f"\0{self.name}\0"

    def value(self, given: Any) -> Any:
        if self.kind != "bigint[]":
            return given
        return list(given) if connection.vendor == "postgresql" else json.dumps(list(given))


STATIONS = Given("stations")  # those asked for, with what hangs below them
TOWNS = Given("towns")  # with their towns and all that hangs below these
# With fewer answers than this in a town those of the county's telephone are looked at.
ENOUGH = Given("enough", "bigint")
REGIONS = Given("regions")  # their own regions and their towns
# What a path below their common town, county-level unit or city looks like, and below one of
# the latter two.
AREA = Given("area", "text")
COUNTY = Given("county", "text")
RUBRIC = Given("rubric", "bigint")
PROGRAMME = Given("programme", "bigint")
GIVEN = (STATIONS, TOWNS, ENOUGH, REGIONS, AREA, COUNTY, RUBRIC, PROGRAMME)


@dataclass(frozen=True)
class Statement:
    """`text` takes its parameters by name; `inner` is the same for PREPARE, which SQLite does
    not know."""

    text: str
    given: tuple[Given, ...]
    inner: str


def literal(value: Any) -> str:
    """A value as SQL text. Only what scoring puts into a statement has a form here."""
    if isinstance(value, Given):
        return value.token
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        text = value.isoformat()
        return f"DATE '{text}'" if connection.vendor == "postgresql" else f"'{text}'"
    if isinstance(value, str) and "\0" not in value:
        return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"{type(value).__name__} has no place in the text of a statement")


def text_of(rows: QuerySet[Any]) -> str:
    sql, params = rows.query.sql_with_params()
    return sql % tuple(literal(value) for value in params)


def statement(text: str) -> Statement:
    text = read_once(text)
    given = tuple(one for one in GIVEN if one.token in text)
    plain, inner = text.replace("%", "%%"), text
    for number, one in enumerate(given, 1):
        plain = plain.replace(one.token, f"%({one.name})s")
        inner = inner.replace(one.token, f"${number}")
    return Statement(plain, given, inner if connection.vendor == "postgresql" else "")


# --- sets that a statement names several times ----------------------------------------


def read_once(text: str) -> str:
    """`x IN (SELECT ...)` that stands there several times becomes a WITH, read once."""
    often = [part for part, times in Counter(_subselects(text)).items() if times > 1]
    heads = []
    for number, part in enumerate(often):
        text = text.replace(f"IN ({part})", f"IN (SELECT id FROM set_{number})")  # noqa: S608  (a number)
        distinct = part.replace("SELECT ", "SELECT DISTINCT ", 1)
        body = part if part.startswith("SELECT DISTINCT ") else distinct
        heads.append(f"set_{number}(id) AS MATERIALIZED ({body})")
    return f"WITH {', '.join(heads)} {text}" if heads else text


def _subselects(text: str) -> list[str]:
    """The outermost subselects behind IN, without their brackets."""
    found, start = [], text.find(IN_SELECT)
    while start >= 0:
        begin = start + len("IN (")
        end = _closing(text, begin)
        found.append(text[begin:end])
        start = text.find(IN_SELECT, end)
    return found


def _closing(text: str, position: int) -> int:
    """Where the bracket closes that was open at `position`; brackets in strings don't count."""
    depth, in_string = 1, False
    for place in range(position, len(text)):
        sign = text[place]
        if sign == "'":
            in_string = not in_string
        elif not in_string and sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return place
    raise ValueError("a bracket is missing in the text of a statement")


# --- kept and run ---------------------------------------------------------------------


def weight(what: Statement) -> int:
    return getsizeof(what.text) + getsizeof(what.inner)


_STATEMENTS = Shelf(KEPT, weight, KEPT_BYTES)


def kept(key: Hashable, build: Callable[[], str]) -> Statement:
    """The statement of a key (what it is, the day, the rubric ...)."""
    found: Statement = _STATEMENTS.get((connection.vendor, key), lambda: statement(build()))
    return found


def fetch(what: Statement, **given: Any) -> list[Row]:
    values = {one.name: one.value(given[one.name]) for one in what.given}
    with connection.cursor() as cursor:
        if is_possible():
            with prepared("score", what.inner, [one.kind for one in what.given]) as text:
                cursor.execute(text, list(values.values()))
        else:
            cursor.execute(what.text, values)
        return cursor.fetchall()
