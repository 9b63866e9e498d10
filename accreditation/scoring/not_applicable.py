"""不适用: full points for what cannot apply to a place, as far as the cap allows."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

NOT_APPLICABLE_CAP = {"C": 300, "R": 800, "H": 800, "U": 800}


class Proposal(NamedTuple):
    """What a county said on 不适用, and what the city answered."""

    pk: int
    code: str
    reason: str
    confirmed_on: dt.date | None
    declined_on: dt.date | None


def within_cap(rows: Iterable[tuple[str, str]], points: dict[str, int]) -> dict[str, str]:
    """The confirmed 不适用 that fit under the cap, in the order they were confirmed."""
    left, found = dict(NOT_APPLICABLE_CAP), {}
    for code, reason in rows:
        part, value = code[0], points.get(code, 0)
        if code in points and value <= left[part]:
            left[part] -= value
            found[code] = reason
    return found
