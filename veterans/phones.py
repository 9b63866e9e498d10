"""The numbers of one cell of phones, as imports and forms store it:
13812345678(儿子)；0527-84350000-8001."""

import re

BETWEEN = "；"
SHORTEST = 7  # what a form lets through may hold other words between the signs
_OWNER = re.compile(r"\(.*?\)")
_INSIDE = re.compile(r"(0\d{2,3}-\d{7,8})-\d{1,5}")


def numbers_of(stored: str) -> list[str]:
    """Each number alone, without whose it is."""
    alone = (_OWNER.sub("", part).strip() for part in stored.split(BETWEEN))
    return list(dict.fromkeys(filter(None, alone)))


def several_numbers(stored: str) -> list[str]:
    """What somebody may type to find the person and the cell as a whole is not: each number,
    a line behind a switchboard without its extension too. Most cells are one number."""
    if stored.isdecimal():
        return []
    numbers = numbers_of(stored)
    lines = [match[1] for number in numbers if (match := _INSIDE.fullmatch(number))]
    found = dict.fromkeys([*numbers, *lines])
    return [one for one in found if one != stored and sum(c.isdigit() for c in one) >= SHORTEST]


def joined(parts: list[str], most: int) -> str:
    """As many whole numbers as fit."""
    kept = parts[:1]
    for part in parts[1:]:
        if len(BETWEEN.join([*kept, part])) > most:
            break
        kept.append(part)
    return BETWEEN.join(kept)[:most]
