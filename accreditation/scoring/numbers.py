"""Shares as pairs of integers, and the one place where points are rounded."""

from typing import NamedTuple


class Found(NamedTuple):
    """What a measure found: `n` of `of` (or against `need`), and the share of the points
    that it earns as a fraction. `share` None: nobody can say yet (待评)."""

    n: int
    of: int
    share: tuple[int, int] | None
    need: int = 0
    note: str = ""
    parts: tuple[tuple[str, int, int], ...] = ()


NONE = (0, 1)
FULL = (1, 1)


def round_points(points: int, share: tuple[int, int]) -> int:
    """Points in hundredths for a share: half a hundredth rounds up. All rounding of the
    product's scores happens here, in integers, alike on every database."""
    part, whole = share
    return (2 * points * part + whole) // (2 * whole)


def linear(n: int, of: int, *, full: int, none: int = 0) -> tuple[int, int]:
    """The share earned by n/of between `none` and `full` percent."""
    above = 100 * n - none * of
    span = (full - none) * of
    return _clip(above, span) if of > 0 else NONE


def counted(n: int, need: int) -> tuple[int, int]:
    return _clip(n, need) if need > 0 else NONE


def falling(n: int, *, full: int, none: int) -> tuple[int, int]:
    """Full points up to `full`, none from `none` on."""
    return _clip(none - n, none - full)


def together(*shares: tuple[int, int]) -> tuple[int, int]:
    """Several things: the first is the condition, each earns an equal part."""
    return NONE if shares[0][0] == 0 else average(*shares)


def average(*shares: tuple[int, int]) -> tuple[int, int]:
    part, whole = 0, 1
    for a, b in shares:
        part, whole = part * b + a * whole, whole * b
    return part, whole * len(shares)


def _clip(part: int, whole: int) -> tuple[int, int]:
    if part <= 0:
        return NONE
    return FULL if part >= whole else (part, whole)
