"""Statements that PostgreSQL keeps prepared: planned once per connection, where planning one
of many joins costs more than running it for one station. They are planned for any values
(plan_cache_mode in config/settings.py), so this is for what finds its rows by a number."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

# How many of a family one connection keeps: those of the score are long and differ by day.
KEPT = {"score": 24, "page": 120}
_NAMES: WeakKeyDictionary[Any, dict[str, OrderedDict[str, str]]] = WeakKeyDictionary()
_NUMBERS = count(1)


def is_possible() -> bool:
    """A pooler that hands every transaction another connection cannot keep statements; the
    setting is the one with which Django is told of such a pooler."""
    has_pooler = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS", False)
    return connection.vendor == "postgresql" and not has_pooler


@contextmanager
def prepared(family: str, statement: str, kinds: Sequence[str]) -> Iterator[str]:
    """What to send within the block, with a value for each of `kinds` (bigint, text ...):
    `statement` names them $1, $2. At its first run on this connection it is prepared in the
    same message; the least used of its family goes."""
    connection.ensure_connection()
    families = _NAMES.setdefault(connection.connection, {})
    names = families.setdefault(family, OrderedDict())
    name, head = names.get(statement, ""), ""
    if not name:
        name = f"{family}_{next(_NUMBERS)}"  # never used again, also if this run fails
        of_kinds = f" ({', '.join(kinds)})" if kinds else ""
        head = f"PREPARE {name}{of_kinds} AS {statement.replace('%', '%%')};"
        if len(names) >= KEPT[family]:
            head = f"DEALLOCATE {names.popitem(last=False)[1]};{head}"
    given = ", ".join(f"%s::{kind}" for kind in kinds)
    yield f"{head} EXECUTE {name}" + (f"({given})" if given else "")
    names[statement] = name
    names.move_to_end(statement)
