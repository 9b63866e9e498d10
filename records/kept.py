"""Querysets that are compiled once.

Django needs longer to build the statements of a page than the database to answer them. So a
page hands over the function that builds one: it is called once, with stand-ins for whatever
differs from one request to the next (the reader, numbers, texts), and from then on only the
true values are put in their places.

    rows = kept(waiting_rows, user, station=station.pk)     # waiting_rows(reader, station)

Nothing of one reader can reach another. What is kept is a text without values; which text it
is depends on the function, the reader's role, and the level and depth of the reader's region.
A function that looks at anything else fails at its first call: a stand-in can be neither
compared nor taken apart nor reckoned with, has no other fields, and what a function closes over
or reads from the database is refused. Today and the days that are given are part of what a
statement is kept under, so that it may compute with them; with the time of day it may not.
"""

import datetime as dt
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock
from types import FunctionType
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.utils import timezone
from psycopg2.extensions import AsIs

from accounts.models import User
from records.by_row import ByRow
from records.prepared import is_possible, prepared

KEPT = 300
FIRST_NUMBER = -2_000_000_000
# A bare parameter behind LIKE makes SQLite plan a statement anew each time another value is put
# in, for an index might serve some; with a sign in front it plans once. None ever serves here.
LIKE_ONCE = "LIKE +%s"
# Whose rows are many: a plan for any reader would be a bad one for most.
LARGE = ('"veterans_veteran"', '"activities_activity"', '"records_attachment"', "auditentry")
# SQLite is handed times as texts.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


class Shelf:
    """The last so many things, by key; the least used goes first. With `weigh`, not more than
    `most_bytes` of them either."""

    def __init__(
        self, most: int, weigh: Callable[[Any], int] | None = None, most_bytes: int = 0
    ) -> None:
        self.most, self.weigh, self.most_bytes = most, weigh, most_bytes
        self.rows: OrderedDict[Hashable, Any] = OrderedDict()
        self.bytes = 0
        self.lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self.lock:
            if key in self.rows:
                self.rows.move_to_end(key)
                return self.rows[key]
        made = make()
        with self.lock:
            self._drop(key)
            self.rows[key] = made
            self.bytes += self.weigh(made) if self.weigh else 0
            while len(self.rows) > self.most or (self.bytes > self.most_bytes and self.weigh):
                self._drop(next(iter(self.rows)))
        return made

    def _drop(self, key: Hashable) -> None:
        gone = self.rows.pop(key, None)
        if gone is not None and self.weigh:
            self.bytes -= self.weigh(gone)


class NotKept(TypeError):
    """The function did something that a kept statement cannot repeat."""


def _refuse(stand_in: Any, *args: Any, **kwargs: Any) -> Any:
    raise NotKept(f"{stand_in!r} stands for what differs from request to request")


class NumberStandIn(int):
    """In the place of a number. It goes into a statement as it is or not at all."""

    __slots__ = ()
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = __abs__ = _refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = _refuse
    __hash__ = int.__hash__


class StandIn(str):
    """In the place of a text. It goes into a statement whole or not at all."""

    __slots__ = ()
    __getitem__ = __iter__ = __contains__ = __mod__ = __add__ = __mul__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __ne__ = __len__ = __bool__ = _refuse
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        """Django asks whether it is empty, for Oracle's sake."""
        return False if other == "" else bool(_refuse(self))

    __format__ = _refuse
    split = strip = lstrip = partition = rpartition = upper = lower = _refuse
    startswith = endswith = removeprefix = removesuffix = _refuse


class PathStandIn(StandIn):
    """In the place of a region's path; so many codes stand in it."""

    __slots__ = ("depth",)
    depth: int

    def rstrip(self, chars: str | None = None) -> "PathStandIn":  # type: ignore[override]
        return self

    def split(self, sep: str | None = None, maxsplit: int = -1) -> list[str]:  # type: ignore[override]
        return [StandIn(_token(f"ancestor {n}")) for n in range(self.depth)]


def _token(name: str) -> str:
    return f"\0{name}\0"


def kept(build: Callable[..., QuerySet[Any]], user: Any = None, **given: Any) -> list[Any]:
    """The rows of `build(user, **given)`."""
    return _statement(build, user, given, Rows).run(_values(user, given))


def kept_number(build: Callable[..., QuerySet[Any]], user: Any = None, **given: Any) -> int:
    """How many rows `build(user, **given)` has."""
    return _statement(build, user, given, Number).run(_values(user, given))


def _statement(build: Callable[..., Any], user: Any, given: dict[str, Any], kind: Any) -> Any:
    days = tuple((k, v) for k, v in given.items() if _is_of_the_key(v))
    today = timezone.localdate()
    key = (connection.vendor, kind, build, tuple(given), days, today, _who(user))
    return _STATEMENTS.get(key, lambda: _make(build, user, given, kind))


_STATEMENTS = Shelf(KEPT)


def _is_of_the_key(value: Any) -> bool:
    return value is None or isinstance(value, (dt.date, bool))


def _who(user: Any) -> Hashable:
    if user is None:
        return None
    if not user.region_id:
        return (user.role, None, 0)
    return (user.role, user.region.level, len(user.region.ancestor_codes))


def _make(build: Callable[..., Any], user: Any, given: dict[str, Any], kind: Any) -> Any:
    if not isinstance(build, FunctionType) or build.__closure__:
        raise NotKept(f"{build!r} may hold what differs from request to request")
    stand_ins = {
        name: value if _is_of_the_key(value) else _stand_in(name, value, number)
        for number, (name, value) in enumerate(given.items())
    }
    reader, true_reader = ([], []) if user is None else ([_reader(user)], [user])
    with connection.execute_wrapper(_no_queries):
        made = kind(build(*reader, **stand_ins))
    if not made.text and kind(build(*true_reader, **given)).text:
        raise NotKept(f"{build!r}: no such column can hold the number that stands for a given one")
    return made


def _no_queries(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """What a function reads would be kept with the statement. Numbers of kinds never change."""
    if '"django_content_type"' not in sql:
        raise NotKept(f"read while a statement was made: {sql}")
    return execute(sql, params, many, context)


def _stand_in(name: str, value: Any, number: int) -> Any:
    if isinstance(value, int):
        return NumberStandIn(FIRST_NUMBER - number)
    if isinstance(value, str):
        return StandIn(_token(name))
    raise NotKept(f"{name} is a {type(value).__name__}: give its number or its text")


READER = -1_999_999_999
READERS_REGION = -1_999_999_998


def _reader(user: Any) -> Any:
    """Somebody of the same role in the same kind of region; whatever else is asked of them
    would have to be read from the database, where there is nobody of that number."""
    region_id = READERS_REGION if user.region_id else None
    reader = _with_only(User, id=READER, role=user.role, region_id=region_id)
    if region_id:
        path = PathStandIn(_token("path"))
        path.depth = len(user.region.ancestor_codes)
        level = user.region.level
        reader.region = _with_only(type(user.region), id=region_id, path=path, level=level)
    return reader


def _with_only(model: Any, **values: Any) -> Any:
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    return model.from_db(None, names, [values[name] for name in names])


def _values(user: Any, given: dict[str, Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {
        FIRST_NUMBER - number if isinstance(value, int) else _token(name): value
        for number, (name, value) in enumerate(given.items())
        if not _is_of_the_key(value)
    }
    if user is not None:
        found[READER] = user.pk
        if user.region_id:
            found[READERS_REGION] = user.region_id
            found[_token("path")] = user.region.path
            for number, code in enumerate(user.region.ancestor_codes):
                found[_token(f"ancestor {number}")] = code
    return found


class Rows:
    """A compiled queryset. What Django worked out (columns, joins, how a row becomes a model)
    stays; the text is not made again."""

    def __init__(self, queryset: QuerySet[Any], around: str = "{}") -> None:
        if queryset._known_related_objects:
            raise NotKept("rows of a related manager know the stand-in as their owner")
        if queryset.db != DEFAULT_DB_ALIAS:
            raise NotKept(f"rows of the database {queryset.db} would be read from the first one")
        self.queryset = queryset
        self.compiler: Any = queryset.query.get_compiler(connection=connection)
        try:
            text, params = self.compiler.as_sql()
            self.text = around.format(text)
        except EmptyResultSet:
            self.text, params = "", ()
        if connection.vendor == "sqlite":
            self.text = self.text.replace("LIKE %s", LIKE_ONCE)
        self.compiler.connection = None  # that of a thread, which may end before this does
        self.params = list(params)
        self.places = [
            (at, found)
            for at, value in enumerate(self.params)
            if (found := _place(value)) is not None
        ]

        is_asked = self.text and connection.vendor == "postgresql"
        self.prepared = self._prepared() if is_asked else None
        self.converted: frozenset[int] | None = None

    def _prepared(self) -> tuple[str, list[str], list[int]] | None:
        """(text for PREPARE, kinds of what it is given, where each stands among the
        parameters). What is read of the people, activities and files of whatever lies below
        the reader is planned for that reader: of one village or of the city makes another
        plan. All else is found by what is given, lies in small tables, or is looked up row by
        row whoever reads (`row_by_row()`)."""
        tokens = [token for _, (token, _, _) in self.places]
        is_by_row = getattr(self.queryset, "looked_up", None) is ByRow
        is_found = is_by_row or any(map(_is_given, tokens))
        if not is_found and any(table in self.text for table in LARGE):
            return None
        first: dict[Any, int] = {}
        params = list(self.params)
        for at, found in self.places:
            first.setdefault(found, at)
            params[at] = AsIs(f"${list(first).index(found) + 1}")
        kinds = ["bigint" if isinstance(token, int) else "text" for token, _, _ in first]
        with connection.cursor() as cursor:
            return cursor.mogrify(self.text, params).decode(), kinds, list(first.values())

    @contextmanager
    def _to_send(self, values: dict[Any, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """(text, parameters)."""
        filled = self.filled(values)
        if self.prepared is None or not is_possible():
            yield self.text, filled
            return
        statement, kinds, places = self.prepared
        with prepared("page", statement, kinds) as text:
            yield text, tuple(filled[at] for at in places)

    def filled(self, values: dict[Any, Any]) -> tuple[Any, ...]:
        params = list(self.params)
        for at, (token, head, tail) in self.places:
            value = values[token]
            if head or tail:  # within LIKE
                value = head + connection.ops.prep_for_like_query(value) + tail
            params[at] = value
        return tuple(params)

    def run(self, values: dict[Any, Any]) -> Any:
        if not self.text:
            return []
        compiler = _twin(self.compiler)
        compiler.connection = connection
        rows = _twin(self.queryset)
        rows._query = _twin(self.queryset.query)
        rows._query.get_compiler = lambda *args, **kwargs: compiler
        compiler.get_converters = partial(self._converters, compiler)
        with self._to_send(values) as sent:
            compiler.as_sql = lambda *args, **kwargs: sent
            return list(rows)

    def _converters(self, compiler: Any, expressions: Iterable[Any]) -> Any:
        """Which few of its columns need one is found out once."""
        asked = list(expressions)
        if self.converted is not None:
            asked = [one if at in self.converted else None for at, one in enumerate(asked)]
        found = type(compiler).get_converters(compiler, asked)
        self.converted = frozenset(found)
        return found


def _twin(thing: Any) -> Any:
    """Shares everything with the other; what is set on it is its own."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__)
    return twin


class Number(Rows):
    def __init__(self, queryset: QuerySet[Any]) -> None:
        super().__init__(queryset.order_by().values("pk"), "SELECT COUNT(*) FROM ({}) counted")

    def run(self, values: dict[Any, Any]) -> Any:
        if not self.text:
            return 0
        with connection.cursor() as cursor, self._to_send(values) as (text, params):
            cursor.execute(text, params)
            return cursor.fetchone()[0]


def _is_given(token: Any) -> bool:
    """Rather than known of the reader."""
    if isinstance(token, int):
        return token <= FIRST_NUMBER
    return not token.startswith(("\0path", "\0ancestor"))


def _place(value: Any) -> tuple[Any, str, str] | None:
    """(stand-in, what stands before and behind it), if a parameter holds one."""
    if isinstance(value, dt.datetime) or (isinstance(value, str) and MOMENT.match(value)):
        raise NotKept(f"{value} was read from a clock: give the day")
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, int):
        return (int(value), "", "") if value <= READERS_REGION else None
    text = str.__str__(value)
    if "\0" not in text:
        return None
    head, token, tail = text.split("\0")
    return (_token(token), head, tail)
