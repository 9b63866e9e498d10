"""Fingerprints of pictures, and the bands by which like ones are found.

A fingerprint has 64 bits (records/pictures.py). Cut into four bands of sixteen, two prints
that differ in at most six bits have a band in which they are equal, or else at least two in
which they differ in exactly one bit, one of these among the first three: 4 probes for the
bands as they are and 48 for one bit turned find every such photo, among 300,000 as among 300.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Func

# Up to six of 64 bits apart: likely the same picture.
NEAR = 6
BANDS = 4
BAND_BITS = 16
# A blank page or a black frame has hardly an edge: all of them look alike and mean nothing.
FEWEST_BITS = 6


class Band(Func):
    """Sixteen bits of a fingerprint as four hex digits. Its numbers stand in the SQL itself:
    with parameters SQLite would not recognise the index."""

    function = "substr"

    def __init__(self, expression: Any, number: int):
        super().__init__(expression)
        self.number = number

    @property
    def template(self) -> str:
        return f"substr(%(expressions)s, {self.number * 4 + 1}, 4)"


def is_telling(fingerprint: str) -> bool:
    if not fingerprint:
        return False
    bits = int(fingerprint, 16).bit_count()
    return FEWEST_BITS <= bits <= 64 - FEWEST_BITS


def mirrored(fingerprint: str) -> int:
    """The print of the same picture seen in a mirror: each row turned round, each
    comparison the other way."""
    value, turned = int(fingerprint, 16), 0
    for row in range(8):
        byte = value >> (8 * row) & 0xFF
        back = int(f"{byte:08b}"[::-1], 2) ^ 0xFF
        turned |= back << (8 * row)
    return turned


def probes(value: int, band: int) -> Iterator[str]:
    bits = value >> (BAND_BITS * (BANDS - 1 - band)) & 0xFFFF
    yield f"{bits:04x}"
    if band == BANDS - 1:
        return
    for bit in range(BAND_BITS):
        yield f"{bits ^ (1 << bit):04x}"
