"""What a signal yields, and how one of its two sides is written down."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

Side = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """Two things at one station. `about` tells the same finding from another one: whoever
    finds it again tomorrow must name the same parts. `topic`, where two kinds would say the
    same of the same things: only the first of them is opened."""

    kind: str
    station: int
    about: tuple[Any, ...]
    left: Side = field(default_factory=dict)
    right: Side = field(default_factory=dict)
    requirement: str = ""
    topic: str = ""

    @property
    def key(self) -> str:
        text = "|".join(str(part) for part in (self.topic or self.kind, *self.about))
        return hashlib.sha256(text.encode()).hexdigest()


class Signal(Protocol):
    __name__: str

    def __call__(self, on: dt.date) -> Iterator[Finding]: ...


def side(
    label: str, *, station: str = "", text: str = "", day: dt.date | None = None, **more: Any
) -> Side:
    """`station` is the region's code: a side at another place is hidden from a station.
    `more`: `file` (code of an attachment to show), `link` (address of the record)."""
    found: Side = {"label": label[:200], "station": station, "text": text[:300]}
    if day:
        found["day"] = day.isoformat()
    return {key: value for key, value in (found | more).items() if value}
