"""What the worker does with a photo after its upload: decode it once, turn it upright, store
it anew with a thumbnail and a fingerprint.

The Attachment row says what is still to do, the broker is only the bell: a photo whose
message was lost is found by the timer and at the start of a worker. Until then the pages
show the stripped original, made smaller on the way (stations/file_views.py)."""

import datetime as dt
import logging

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from records.files import NoSpaceLeft, save_whole
from records.models import Attachment, Notice
from records.pictures import Photo, RefusedFile, read_photo

log = logging.getLogger(__name__)

# The bell of a photo that was just taken in is still on its way.
LEFT_TO_THE_BELL = dt.timedelta(minutes=2)
AT_ONCE = 200


def finish_photo(pk: int) -> bool:
    """Whether this run did it. Rung twice, or by two workers, one of them wins."""
    row = Attachment.objects.unfinished().filter(pk=pk).first()
    if row is None:
        return False
    try:
        with default_storage.open(row.file.name) as file:
            data = file.read()
    except FileNotFoundError:
        log.error("photo %s: %s is not in the storage", pk, row.file.name)
        return False
    try:
        photo = read_photo(data, row.original_name)
    except RefusedFile as refused:
        return _give_up(row, str(refused))
    return _replace(row, photo)


def finish_photos(*, at_start: bool = False) -> int:
    """Those that wait, the oldest first. A full disk fails one, and the timer comes again."""
    rows = Attachment.objects.unfinished()
    if not at_start:
        rows = rows.filter(uploaded_at__lt=timezone.now() - LEFT_TO_THE_BELL)
    done = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        try:
            done += finish_photo(pk)
        except NoSpaceLeft as full:
            log.error("photo %s waits: %s", pk, full)
            break
    return done


def _replace(row: Attachment, photo: Photo) -> bool:
    """New files first, then the row, then the old file goes: no row ever names a missing
    file."""
    folder = row.file.name.rpartition("/")[0]
    name = row.original_name
    saved = [save_whole(f"{folder}/{row.code}.jpg", ContentFile(photo.content), name)]
    try:
        small = ContentFile(photo.thumbnail)
        saved.append(save_whole(f"{folder}/{row.code}_t.jpg", small, name))
        won = _claim(
            row,
            file=saved[0],
            thumbnail=saved[1],
            size=len(photo.content),
            width=photo.width,
            height=photo.height,
            perceptual_hash=photo.fingerprint,
        )
    except BaseException:
        _delete(saved)
        raise
    _delete([row.file.name] if won else saved)
    return won


def _claim(row: Attachment, **values: object) -> bool:
    waiting = Attachment.objects.unfinished().filter(pk=row.pk, file=row.file.name)
    return bool(waiting.update(finished_at=timezone.now(), **values))


def _give_up(row: Attachment, sentence: str) -> bool:
    """What its header promised cannot be decoded. It stays where it is, and who sent it is
    told: only they have the original."""
    with transaction.atomic():
        won = _claim(row)
        if won and row.uploaded_by_id:
            text = f"{sentence}它仍附在原处，但无法显示，请移除后重新上传。"
            Notice.objects.create(user_id=row.uploaded_by_id, text=text[:300], link=_place(row))
    return won


def _place(row: Attachment) -> str:
    link = row.links.order_by("pk").first()
    return f"/links/{link.pk}/" if link else ""


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
