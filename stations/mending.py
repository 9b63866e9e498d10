"""What came back for mending, said at the very forms that mend it. The app above, which knows
why something came back, registers the function that tells."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mending:
    requirement: str
    reason: str
    due_on: Any
    # How many requirements came back, and at how many of them nothing was changed since.
    count: int
    left: int


_tellers: list[Callable[[Any, str], Mending | None]] = []


def register(teller: Callable[[Any, str], Mending | None]) -> None:
    _tellers.append(teller)


def mending(station: Any, requirement: str) -> Mending | None:
    found = (teller(station, requirement) for teller in _tellers)
    return next((one for one in found if one is not None), None)
