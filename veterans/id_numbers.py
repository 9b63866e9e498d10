"""Citizen identity numbers (GB 11643): check digit, birth date, gender.

The address code is never checked: numbers carry the codes of areas that were merged or
renamed long ago, and refusing them would refuse real veterans.
"""

import datetime as dt
from dataclasses import dataclass

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"


def check_digit(first17: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True))
    return CHECK_DIGITS[total % 11]


@dataclass(frozen=True)
class IdNumber:
    text: str
    is_valid: bool
    birth_date: dt.date | None
    gender: str


def read_id_number(text: str) -> IdNumber:
    """What an ID number says of itself; never raises, a wrong one is just not valid."""
    text = text.strip().upper().replace(" ", "")
    well_formed = len(text) == 18 and text[:17].isascii() and text[:17].isdigit()
    if not well_formed or not (text[17].isdigit() or text[17] == "X"):
        return IdNumber(text, False, None, "")
    try:
        birth = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        birth = None
    valid = birth is not None and check_digit(text[:17]) == text[17]
    return IdNumber(text, valid, birth, "male" if int(text[16]) % 2 else "female")
