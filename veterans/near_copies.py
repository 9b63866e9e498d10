"""Near-copies of a story at another station, found through an index instead of comparing
every story with every other.

A story's text becomes a set of five-character pieces; a signature of 64 minima stands for
the set (one-permutation MinHash), and its 16 bands are rows of StoryBand. Two texts that
share half of their pieces share a band in 2 of 3 cases, at four fifths practically always;
only the few candidates are compared piece by piece.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby

from django.db.models import Count, Q

from veterans.models import Story, StoryBand

PIECE = 5
BUCKETS, BANDS = 64, 16
SHORTEST = 60
CANDIDATES = 20
ALIKE = 0.5
_NOISE = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]")


@dataclass(frozen=True)
class NearCopy:
    story: Story
    share: float

    @property
    def percent(self) -> int:
        return round(self.share * 100)


def near_copies(story: Story) -> list[NearCopy]:
    """Stories of other stations that share at least half of the text, most alike first."""
    bands = signature(story.body)
    if not bands:
        return []
    same_band = Q()
    for number, value in enumerate(bands):
        same_band |= Q(band=number, value=value)
    rows = StoryBand.objects.filter(same_band, story__withdrawn_on=None)
    rows = rows.exclude(story__station=story.station_id).exclude(story=story.pk).order_by()
    likely = rows.values_list("story").annotate(n=Count("pk")).order_by("-n", "story")[:CANDIDATES]
    found = Story.objects.filter(pk__in=[pk for pk, _ in likely]).select_related("station__region")
    own = pieces(story.body)
    alike = [NearCopy(other, _share(own, pieces(other.body))) for other in found]
    return sorted((one for one in alike if one.share >= ALIKE), key=lambda one: -one.share)


def index(story: Story) -> None:
    """Keep the bands of the text as it is now."""
    StoryBand.objects.filter(story=story).delete()
    StoryBand.objects.bulk_create(
        StoryBand(story=story, band=number, value=value)
        for number, value in enumerate(signature(story.body))
    )


def pieces(text: str) -> set[str]:
    bare = _NOISE.sub("", text)
    return {bare[start : start + PIECE] for start in range(len(bare) - PIECE + 1)}


@dataclass(frozen=True)
class Passage:
    text: str
    is_common: bool


def passages(text: str, other: str) -> list[Passage]:
    """The text in parts: what the other one has too, by the same pieces that the share counts,
    and what it has not."""
    common = pieces(text) & pieces(other)
    places = [place for place, character in enumerate(text) if not _NOISE.match(character)]
    bare = "".join(text[place] for place in places)
    marked = [False] * len(text)
    for start in range(len(bare) - PIECE + 1):
        if bare[start : start + PIECE] in common:
            first, last = places[start], places[start + PIECE - 1]
            marked[first : last + 1] = [True] * (last + 1 - first)
    parts = groupby(zip(text, marked, strict=True), key=lambda pair: pair[1])
    return [Passage("".join(c for c, _ in pairs), is_common) for is_common, pairs in parts]


def share(one: str, two: str) -> float:
    """How much of the pieces of two texts is common."""
    return _share(pieces(one), pieces(two))


def _share(one: set[str], two: set[str]) -> float:
    return len(one & two) / len(one | two) if one and two else 0.0


def signature(text: str) -> list[int]:
    """The values of the 16 bands; nothing for a text too short to be told from others."""
    if len(_NOISE.sub("", text)) < SHORTEST:
        return []
    least: list[int | None] = [None] * BUCKETS
    for piece in pieces(text):
        number = int.from_bytes(blake2b(piece.encode(), digest_size=8).digest(), "big")
        bucket, rest = number % BUCKETS, number // BUCKETS
        seen = least[bucket]
        if seen is None or rest < seen:
            least[bucket] = rest
    filled = _filled(least)
    rows = BUCKETS // BANDS
    return [_band(filled[start : start + rows]) for start in range(0, BUCKETS, rows)]


def _filled(least: list[int | None]) -> list[int]:
    """An empty bucket borrows from the next full one, so that short texts compare too."""
    filled = []
    for number in range(BUCKETS):
        step = 0
        while least[(number + step) % BUCKETS] is None:
            step += 1
        value = least[(number + step) % BUCKETS]
        filled.append((value or 0) + step)
    return filled


def _band(values: list[int]) -> int:
    digest = blake2b(",".join(map(str, values)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
