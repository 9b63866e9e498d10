"""The ledger: what was done at two stations on two days in nearly the same words."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from itertools import combinations, product
from typing import NamedTuple

from django.db.models.functions import Length

from accreditation.doubts.found import Finding, side
from accreditation.doubts.links import link_to
from accreditation.doubts.texts import COPIED_SHARE, MOST_ALIKE
from activities.entry.words import CONTENT
from activities.models import Activity
from veterans.near_copies import pieces

# After names of places, numbers and the sentences that 记一笔 offers are taken out.
SHORTEST = 60
SHORTEST_CLAUSE = 10
# Of one station this many entries with the same clause are looked at, the first recorded.
PER_STATION = 3
AT_ONCE = 500
_OFFERED = re.compile("|".join(re.escape(one) for texts in CONTENT.values() for one in texts))
_NOT_TEXT = re.compile(r"[\W\d_]+")
_CLAUSE_END = re.compile(r"[，。；！？：\n]")


class Entry(NamedTuple):
    pk: int
    station: int
    name: str
    code: str
    place: str
    title: str
    day: dt.date
    content: str

    def clauses(self) -> list[str]:
        """The text without what says nothing about copying, clause by clause."""
        text = _OFFERED.sub("", self.content)
        for name in (self.name, self.place):
            text = text.replace(name, "")
        return [_NOT_TEXT.sub("", clause) for clause in _CLAUSE_END.split(text)]


FIELDS = ("pk", "station_id", "station__name", "station__region__code",
          "station__region__name", "title", "happened_on", "content")  # fmt: skip


def copied_ledger(on: dt.date) -> Iterator[Finding]:
    """Two stations, one text, or nearly. On the same day it was one activity of both, and
    what more stations have than a copy explains is a sample that was handed out. An entry is
    told once, beside the one it is most like."""
    best: dict[int, tuple[float, int]] = {}
    joint: set[int] = set()
    pairs = sorted(_pairs(on))
    for start in range(0, len(pairs), AT_ONCE):
        for first, late, share, is_one_day in _copies(pairs[start : start + AT_ONCE]):
            best[late] = max(best.get(late, (0.0, 0)), (share, -first))
            if is_one_day:
                joint |= {first, late}
    best = {late: value for late, value in best.items() if late not in joint}
    entries = _entries({*best, *(-first for _, first in best.values())})
    for late, (share, first) in best.items():
        yield Finding(
            "copied_text",
            entries[late].station,
            ("ledger", -first, late),
            _side(entries[late], f"活动内容与另一条台账相同约{share:.0%}"),
            _side(entries[-first], entries[-first].content[:100]),
            "C6.4",
        )


def _copies(pairs: list[tuple[int, int]]) -> Iterator[tuple[int, int, float, bool]]:
    """The pairs that are copies, with the share of text they have in common, and whether both
    are of one day."""
    entries = _entries({pk for pair in pairs for pk in pair})
    words = {pk: pieces("".join(entry.clauses())) for pk, entry in entries.items()}
    for first, late in pairs:
        one, other = words[first], words[late]
        share = len(one & other) / (len(one | other) or 1)
        if share >= COPIED_SHARE:
            yield first, late, share, entries[first].day == entries[late].day


def _entries(keys: set[int]) -> dict[int, Entry]:
    rows = Activity.objects.filter(pk__in=keys).values_list(*FIELDS)
    return {row[0]: Entry(*row) for row in rows}


def _pairs(on: dt.date) -> set[tuple[int, int]]:
    """Entries of two stations that share a whole clause, the first recorded in front: whoever
    changes a copy leaves some clause as it was. Of two calendar years."""
    rows = (
        Activity.objects.filter(happened_on__gte=dt.date(on.year - 1, 1, 1), happened_on__lte=on)
        .exclude(kind=Activity.Kind.TALK)
        .annotate(length=Length("content"))
        .filter(length__gte=SHORTEST)
        .order_by("recorded_at", "pk")
        .values_list(*FIELDS)
    )
    by_clause: dict[bytes, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    order: dict[int, int] = {}
    for entry in map(Entry._make, rows.iterator(chunk_size=5000)):
        clauses = entry.clauses()
        if sum(map(len, clauses)) < SHORTEST:
            continue
        order[entry.pk] = len(order)
        for clause in {one for one in clauses if len(one) >= SHORTEST_CLAUSE}:
            key = blake2b(clause.encode(), digest_size=8).digest()
            by_clause[key][entry.station].append(entry.pk)
    found: set[tuple[int, int]] = set()
    for stations in by_clause.values():
        if 1 < len(stations) <= MOST_ALIKE:
            for early, late in combinations(stations.values(), 2):
                for pair in product(early[:PER_STATION], late[:PER_STATION]):
                    first, second = sorted(pair, key=order.__getitem__)
                    found.add((first, second))
    return found


def _side(entry: Entry, text: str):
    return side(
        f"{entry.name} · {entry.title}",
        station=entry.code,
        text=text,
        day=entry.day,
        link=link_to(Activity, entry.code, entry.pk),
    )
