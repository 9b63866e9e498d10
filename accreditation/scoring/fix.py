"""From a requirement to the form that fixes it, and from a workspace section to what the
score still misses there."""

from collections import defaultdict
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accreditation.scoring.cards import Line, Scorecard
from accreditation.scoring.measures import MEASURES
from accreditation.scoring.measures.shapes import Fix
from accreditation.scoring.results import PARTS

# A must first, then where most points can be had: the order in which one would work.
OPEN = ("partly", "missing")
# Stands for a station's code in an address that is looked up once.
ANY = "any-station"


def fix_url(line: Line, code: str) -> str:
    """The prefilled form, or the list where the fix is an edit; empty where only a
    reviewer or the county can do something."""
    fix = _fix(line)
    if not fix.section or line.state not in OPEN:
        return ""
    url = _address(fix.section, fix.kind).replace(ANY, code)
    return f"{url}?{urlencode(fix.query)}" if fix.kind and fix.query else url


@lru_cache(maxsize=200)
def _address(section: str, kind: str) -> str:
    """Of a station that any code can be put in for: a card asks some fifty times."""
    if not kind:
        return reverse("section", args=[ANY, section])
    return reverse("record_new", args=[ANY, section, kind])


def _fix(line: Line) -> Fix:
    return MEASURES[line.requirement.measure].fix(line.result)


def most_to_win(lines: list[Line], count: int = 3) -> list[Line]:
    open_lines = [line for line in lines if line.state in OPEN]
    open_lines.sort(key=lambda line: (not line.requirement.must, -line.lack, line.code))
    return open_lines[:count]


def workspace_gaps(card: Scorecard, track: str = "") -> dict[str, list[Line]]:
    """Section slug -> lines of the common part and of the station's track (all tracks for
    a station that has not chosen) that could earn more there."""
    parts = {"C", PARTS[track]} if track else {"C", *PARTS.values()}
    found: dict[str, list[Any]] = defaultdict(list)
    for code, line in card.lines.items():
        section = _fix(line).section
        if section and code[0] in parts and line.state in OPEN:
            found[section].append(line)
    return {slug: most_to_win(lines, len(lines)) for slug, lines in found.items()}
