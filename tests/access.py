"""The access matrix: one row per named address (see test_access_matrix.py).

Every app keeps its rows in `<app>/tests/access_rows_<area>.py` as `ROWS = {name: Row(...)}`.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

from django.conf import settings
from django.urls import URLPattern, get_resolver

CAST = (
    "admin", "city", "city2", "leader", "county", "town", "manager", "other_county", "outsider",
)  # fmt: skip
ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Row:
    """`get` and `post` say which status each member of the cast gets, `*` for those not
    named; None means that the method is not allowed (405). `kwargs` and `data` receive the
    world (tree, cast, station, town_station, other_station) and may create rows in it.
    An anonymous caller is sent to the log-in page unless the row says otherwise."""

    kwargs: Callable[[SimpleNamespace], dict] | None = None
    get: dict[str, int] | None = None
    post: dict[str, int] | None = None
    data: Callable[[SimpleNamespace], dict] | None = None
    query: dict[str, str] | None = None

    def expected(self, method: str, person: str, *, is_public: bool) -> int:
        table = self.get if method == "get" else self.post
        if person == ANONYMOUS and not (table and ANONYMOUS in table):
            return 405 if is_public and table is None else 302
        if table is None:
            return 405
        return table[person] if person in table else table["*"]


def collect_rows() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for file in sorted(settings.BASE_DIR.glob("*/tests/access_rows_*.py")):
        module = importlib.import_module(f"{file.parent.parent.name}.tests.{file.stem}")
        double = rows.keys() & module.ROWS.keys()
        assert not double, f"{file.name} repeats rows: {sorted(double)}"
        rows |= module.ROWS
    return rows


def named_patterns(patterns=None) -> dict[str, URLPattern]:
    """Every address of the product by name; an address without a name is a mistake."""
    found: dict[str, URLPattern] = {}
    for item in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(item, URLPattern):
            assert item.name, f"address without a name: {item.pattern}"
            found[item.name] = item
        else:
            found |= named_patterns(item.url_patterns)
    return found


def is_public(pattern: URLPattern) -> bool:
    return not getattr(pattern.callback, "login_required", True)
