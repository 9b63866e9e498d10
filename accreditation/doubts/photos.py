"""Pictures: the same file, nearly the same picture, a day that does not fit."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accreditation.doubts.found import Finding, Side, side
from accreditation.doubts.links import link_to
from activities.models import Activity
from records.lookalikes import near
from records.models import Attachment, AttachmentLink

# What a camera says may differ from the entry by this much.
DAYS_APART = 3
AT_ONCE = 50
# Two days of work do not fit into one hour of a camera.
HOUR = dt.timedelta(minutes=60)
SHOWN = (Attachment.Kind.PHOTO, Attachment.Kind.VIDEO)


class Use(NamedTuple):
    """A picture on a record of a station."""

    photo: int
    station: int
    station_code: str
    station_name: str
    file: str
    thumbnail: str
    name: str
    content_type: int
    record: int

    @property
    def place(self) -> tuple[int, int]:
        return self.content_type, self.record


FIELDS = (
    "attachment_id", "attachment__station_id", "attachment__station__region__code",
    "attachment__station__name", "attachment__code", "attachment__thumbnail",
    "attachment__original_name", "content_type_id", "object_id",
)  # fmt: skip


def compare_new(limit: int = 2000) -> Iterator[Finding]:
    """Look at the pictures that nobody compared yet, a few dozen per query, and remember
    that it was done. What was attached while the worker was away is simply still to do."""
    linked = Exists(AttachmentLink.objects.filter(attachment=OuterRef("pk")))
    waiting = Attachment.objects.filter(linked, compared_at=None).exclude(station=None)
    waiting = waiting.exclude(pk__in=Attachment.objects.unfinished().values("pk"))
    rows = list(
        waiting.order_by("pk").values_list("pk", "kind", "sha256", "perceptual_hash")[:limit]
    )
    for start in range(0, len(rows), AT_ONCE):
        batch = rows[start : start + AT_ONCE]
        yield from _compare([row for row in batch if row[1] in SHOWN])
        done = Attachment.objects.filter(pk__in=[row[0] for row in batch])
        done.update(compared_at=timezone.now())


def _compare(batch: list[tuple[int, str, str, str]]) -> Iterator[Finding]:
    # A picture that serves two records is its own pair.
    twice = {(pk, pk): ("same_file", 0) for pk, *_ in batch}
    pairs = {**_alike(batch), **_same(batch), **twice}
    uses = _uses({pk for pair in pairs for pk in pair})
    # The same file before the merely similar one: of a pair of records only the first counts.
    for (early, late), (kind, apart) in sorted(pairs.items(), key=lambda item: item[1] + item[0]):
        found = _suspicious(uses[early], uses[late])
        if found:
            yield _finding(kind, apart, *found)


def _alike(batch: list[tuple[int, str, str, str]]) -> dict[tuple[int, int], tuple[str, int]]:
    asked: dict[str, list[int]] = defaultdict(list)
    for pk, _, _, text in batch:
        asked[text].append(pk)
    photos = Attachment.objects.filter(kind=Attachment.Kind.PHOTO).exclude(station=None)
    found = {}
    for one in near(asked, among=photos):
        for pk in asked[one.asked]:
            if pk != one.pk:
                found[min(pk, one.pk), max(pk, one.pk)] = ("similar_photo", one.apart)
    return found


def _same(batch: list[tuple[int, str, str, str]]) -> dict[tuple[int, int], tuple[str, int]]:
    asked: dict[str, list[int]] = defaultdict(list)
    for pk, _, digest, _ in batch:
        asked[digest].append(pk)
    rows = Attachment.objects.filter(sha256__in=asked, kind__in=SHOWN).exclude(station=None)
    return {
        (min(pk, other), max(pk, other)): ("same_file", 0)
        for other, digest in rows.order_by().values_list("pk", "sha256")
        for pk in asked[digest]
        if pk != other
    }


def _uses(photos: set[int]) -> dict[int, list[Use]]:
    found: dict[int, list[Use]] = defaultdict(list)
    rows = AttachmentLink.objects.filter(attachment__in=photos).order_by("pk")
    for row in rows.values_list(*FIELDS):
        use = Use(*row)
        found[use.photo].append(use)
    return found


def _suspicious(early: list[Use], late: list[Use]) -> tuple[Use, Use] | None:
    """The first pair that asks for a word: at two stations, or on two records of one kind.
    Several pictures of one event, and a portrait that also hangs on the wall, do not."""
    for one in early:
        for other in late:
            if one.station != other.station:
                return one, other
            if one.content_type == other.content_type and one.record != other.record:
                return one, other
    return None


def _finding(kind: str, apart: int, early: Use, late: Use) -> Finding:
    is_activity = late.content_type == ContentType.objects.get_for_model(Activity).pk
    return Finding(
        kind,
        late.station,
        # Per pair of records, not of pictures: twenty copies of an event are one doubt.
        tuple(sorted([early.place, late.place])),
        _side(late),
        _side(early, f"有{apart}处细节不同" if apart else ""),
        "C6.3" if is_activity else "",
        topic="picture",
    )


def _side(use: Use, text: str = "") -> Side:
    model = ContentType.objects.get_for_id(use.content_type).model_class()
    title = str(model._meta.verbose_name) if model else ""
    return side(
        f"{use.station_name} · {title} · {use.name}",
        station=use.station_code,
        text=text,
        file=use.file if use.thumbnail else "",
        link=link_to(model, use.station_code, use.record),
    )


class Shot(NamedTuple):
    """A picture on an entry of the ledger, and when the camera says it was taken."""

    file: str
    name: str
    taken_at: dt.datetime
    entry: int
    station: int
    station_code: str
    title: str
    begin: dt.date
    end: dt.date

    @property
    def day(self) -> dt.date:
        return timezone.localdate(self.taken_at)

    @property
    def fits(self) -> bool:
        slack = dt.timedelta(days=DAYS_APART)
        return self.begin - slack <= self.day <= self.end + slack


def _shots(on: dt.date) -> Iterator[Shot]:
    """Of the entries that got pictures in the last year, in the order of the records. No day
    in the picture says nothing: most phones and messengers strip it."""
    links = AttachmentLink.objects.filter(
        content_type=ContentType.objects.get_for_model(Activity),
        purpose=AttachmentLink.Purpose.GENERAL,
        attachment__taken_at__isnull=False,
        attachment__uploaded_at__date__gt=on - dt.timedelta(days=366),
    )
    photos = links.values_list(
        "object_id", "attachment__code", "attachment__original_name", "attachment__taken_at"
    )
    by_record: dict[int, list[tuple[str, str, dt.datetime]]] = defaultdict(list)
    for record, *photo in photos.order_by("pk").iterator():
        by_record[record].append(tuple(photo))
    rows = Activity.objects.exclude(kind=Activity.Kind.TALK).filter(pk__in=by_record)
    fields = ("pk", "station_id", "station__region__code", "title", "happened_on", "ends_on")
    for pk, station, place, title, begin, end in rows.order_by("pk").values_list(*fields):
        for photo in by_record[pk]:
            yield Shot(*photo, pk, station, place, title, begin, end or begin)


def photo_date(on: dt.date) -> Iterator[Finding]:
    """A picture says another day than the entry."""
    for shot in _shots(on):
        if not shot.fits:
            yield Finding(
                "photo_date",
                shot.station,
                (shot.entry, shot.file),
                side(shot.name, station=shot.station_code, text="照片自带日期", day=shot.day,
                     file=shot.file),
                side(shot.title, station=shot.station_code, text="活动时间", day=shot.begin,
                     link=link_to(Activity, shot.station_code, shot.entry)),
                "C6.3",
            )  # fmt: skip


def same_scene(on: dt.date) -> Iterator[Finding]:
    """Pictures of two entries on different days that were taken within the same hour:
    other clothes, the same room. Rooms are not recognised; the camera's clock is. A picture
    whose day does not fit its entry at all is `photo_date`, and not said twice."""
    shots = sorted(
        (shot for shot in _shots(on) if shot.fits),
        key=lambda shot: (shot.station, shot.taken_at, shot.entry, shot.file),
    )
    told: set[tuple[int, int]] = set()
    for early, late in pairwise(shots):
        apart = early.begin > late.end or late.begin > early.end
        if early.station != late.station or late.taken_at - early.taken_at > HOUR or not apart:
            continue
        pair = (min(early.entry, late.entry), max(early.entry, late.entry))
        if pair not in told:
            told.add(pair)
            yield Finding("same_scene", late.station, pair, _shot(late), _shot(early), "C6.3")


def _shot(shot: Shot) -> Side:
    return side(
        shot.title,
        station=shot.station_code,
        text=f"照片拍摄于{timezone.localtime(shot.taken_at):%Y-%m-%d %H:%M}",
        day=shot.begin,
        file=shot.file,
        link=link_to(Activity, shot.station_code, shot.entry),
    )
