"""Pictures: the same file, nearly the same picture, a day that does not fit."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accreditation.doubts.found import Finding, Side, side
from accreditation.doubts.links import link_to
from activities.models import Activity
from records.lookalikes import near
from records.models import Attachment, AttachmentLink

# What a camera says may differ from the entry by this much (signal F3).
DAYS_APART = 3
AT_ONCE = 50
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


def photo_date(on: dt.date) -> Iterator[Finding]:
    """A picture says another day than the entry (F3). No day in the picture says nothing:
    most phones and messengers strip it."""
    kind = ContentType.objects.get_for_model(Activity)
    links = AttachmentLink.objects.filter(
        content_type=kind,
        purpose=AttachmentLink.Purpose.GENERAL,
        attachment__taken_at__isnull=False,
        attachment__uploaded_at__date__gt=on - dt.timedelta(days=366),
    )
    photos = links.values_list(
        "object_id", "attachment__code", "attachment__original_name", "attachment__taken_at"
    )
    by_record: dict[int, list[tuple[str, str, dt.date]]] = defaultdict(list)
    for record, code, name, taken_at in photos.order_by("pk").iterator():
        by_record[record].append((code, name, timezone.localdate(taken_at)))
    rows = Activity.objects.exclude(kind=Activity.Kind.TALK).filter(pk__in=by_record)
    fields = ("pk", "station_id", "station__region__code", "title", "happened_on", "ends_on")
    slack = dt.timedelta(days=DAYS_APART)
    for pk, station, place, title, begin, end in rows.order_by("pk").values_list(*fields):
        for code, name, day in by_record[pk]:
            if begin - slack <= day <= (end or begin) + slack:
                continue
            yield Finding(
                "photo_date",
                station,
                (pk, code),
                side(name, station=place, text="照片自带日期", day=day, file=code),
                side(title, station=place, text="活动时间", day=begin,
                     link=link_to(Activity, place, pk)),
                "C6.3",
            )  # fmt: skip
