"""The ledger: what was done at two stations on two days in the very same words."""

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models.functions import Length

from accreditation.doubts.found import Finding, side
from accreditation.doubts.links import link_to
from accreditation.doubts.texts import MOST_ALIKE
from activities.entry.words import CONTENT
from activities.models import Activity

# Signal F8, after names of places, numbers and the sentences that 记一笔 offers are taken out.
SHORTEST = 60
_OFFERED = re.compile("|".join(re.escape(one) for texts in CONTENT.values() for one in texts))
_NOT_TEXT = re.compile(r"[\W\d_]+")


class Entry(NamedTuple):
    pk: int
    station: int
    name: str
    code: str
    place: str
    title: str
    day: dt.date
    content: str

    def essence(self) -> str:
        text = _OFFERED.sub("", self.content)
        for name in (self.name, self.place):
            text = text.replace(name, "")
        return _NOT_TEXT.sub("", text)


FIELDS = ("pk", "station_id", "station__name", "station__region__code",
          "station__region__name", "title", "happened_on", "content")  # fmt: skip


def copied_ledger(on: dt.date) -> Iterator[Finding]:
    """Two stations, one text. On the same day it was one activity of both, and what more
    stations have than a copy explains is a sample that was handed out."""
    for alike in _alike(on):
        first = alike[0]
        if len({entry.station for entry in alike}) > MOST_ALIKE:
            continue
        for late in alike[1:]:
            if late.station != first.station and late.day != first.day:
                yield Finding(
                    "copied_text",
                    late.station,
                    ("ledger", first.pk, late.pk),
                    _side(late, "活动内容与另一条台账相同"),
                    _side(first, first.content[:100]),
                    "C6.4",
                )


def _alike(on: dt.date) -> Iterator[list[Entry]]:
    """The entries of two calendar years that share their text, the first recorded in front."""
    rows = (
        Activity.objects.filter(happened_on__gte=dt.date(on.year - 1, 1, 1), happened_on__lte=on)
        .exclude(kind=Activity.Kind.TALK)
        .annotate(length=Length("content"))
        .filter(length__gte=SHORTEST)
        .order_by("recorded_at", "pk")
        .values_list(*FIELDS)
    )
    by_text: dict[bytes, list[Entry]] = defaultdict(list)
    for entry in map(Entry._make, rows.iterator(chunk_size=5000)):
        text = entry.essence()
        if len(text) >= SHORTEST:
            digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
            by_text[digest].append(entry)
    return (entries for entries in by_text.values() if len(entries) > 1)


def _side(entry: Entry, text: str):
    return side(
        f"{entry.name} · {entry.title}",
        station=entry.code,
        text=text,
        day=entry.day,
        link=link_to(Activity, entry.code, entry.pk),
    )
