"""Photos that look alike, found without comparing everything with everything."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Q, QuerySet

from records.fingerprints import BANDS, NEAR, Band, is_telling, mirrored, probes
from records.models import Attachment


class Likeness(NamedTuple):
    """`asked` looks like the photo `pk`, whose fingerprint differs in `apart` of 64 bits."""

    asked: str
    pk: int
    apart: int


def near(
    fingerprints: Iterable[str], *, among: QuerySet[Attachment] | None = None
) -> Iterator[Likeness]:
    """Photos within NEAR bits of any of these fingerprints, themselves and mirrored ones
    included. One query for all of them; ask for a few dozen at a time."""
    sought: dict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
    for text in {text for text in fingerprints if is_telling(text)}:
        for value in (int(text, 16), mirrored(text)):
            for band in range(BANDS):
                for probe in probes(value, band):
                    sought[band, probe].append((text, value))
    if not sought:
        return
    photos = (Attachment.objects.all() if among is None else among).order_by()
    condition = Q()
    for band in range(BANDS):
        condition |= Q(**{f"band_{band}__in": [text for at, text in sought if at == band]})
    bands = {f"band_{band}": Band("perceptual_hash", band) for band in range(BANDS)}
    rows = photos.alias(**bands).filter(condition).values_list("pk", "perceptual_hash")
    for pk, found in rows:
        yield from _matches(pk, found, sought)


def _matches(
    pk: int, found: str, sought: dict[tuple[int, str], list[tuple[str, int]]]
) -> Iterator[Likeness]:
    best: dict[str, int] = {}
    for band in range(BANDS):
        for text, value in sought.get((band, found[band * 4 : band * 4 + 4]), ()):
            apart = (int(found, 16) ^ value).bit_count()
            if apart <= NEAR:
                best[text] = min(apart, best.get(text, apart))
    for text, apart in best.items():
        yield Likeness(text, pk, apart)
