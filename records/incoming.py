"""Large files that come in pieces: begin, append, finish. A lost network, page or session
costs at most the piece that was on its way; two windows that send the same file share it.

The pieces lie in one file in INCOMING_DIR, which is locked while somebody writes to it. The
row says how much of it counts, so that a process that dies leaves nothing half believed."""

import datetime as dt
import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.http import UnreadablePostError
from django.utils import timezone

from accounts.file_names import clean_name
from accounts.models import User
from records.files import NO_SPACE, RefusedFile, no_space
from records.models import Attachment, IncomingFile, new_code
from records.video import NoVideo, ffmpeg
from records.videos import (
    MOST_BYTES,
    incoming_folder,
    is_video_name,
    look_at,
    same_file,
    store_video,
)
from records.workflow import AlreadySaved

PIECE = 2 * 1024 * 1024
MOST_PIECE = 8 * 1024 * 1024
READ = 256 * 1024
KEPT = dt.timedelta(days=3)
MOST_OPEN = 10
MOST_OPEN_BYTES = 2 * 1024**3
# Of the disk, beyond what the file and its converted copy need.
RESERVE = 200 * 1024 * 1024


class OutOfStep(Exception):
    """The sender is not where we are: it should go on at `received`."""

    def __init__(self, received: int) -> None:
        self.received = received
        super().__init__(f"go on at {received}")


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


def begin(record, *, by: User, name: str, size: int, modified: str, purpose: str) -> IncomingFile:
    """The file that this one is: a new one, or the one that was begun before and goes on.
    Raises RefusedFile, and AlreadySaved where it hangs on the record."""
    name = clean_name(name)
    key = _key(record, purpose, name, size, modified)
    known = IncomingFile.objects.filter(user=by, key=key).first()
    if known is not None:
        if known.attachment_id is None:
            return _where_it_stands(known)
        if known.attachment.links.filter(
            content_type=known.content_type, object_id=known.object_id
        ).exists():
            raise AlreadySaved(known.attachment)
        discard(known)
    _refuse(name, size, by)
    try:
        with transaction.atomic():
            return IncomingFile.objects.create(
                code=new_code(), user=by, key=key, record=record, purpose=purpose,
                name=name, size=size,
            )  # fmt: skip
    except IntegrityError:  # incoming_once: another window began it at this moment
        return IncomingFile.objects.get(user=by, key=key)


def _key(record, purpose: str, name: str, size: int, modified: str) -> str:
    what = [record._meta.label_lower, str(record.pk), purpose, name, str(size), modified[:40]]
    return hashlib.sha256("\n".join(what).encode()).hexdigest()


def _refuse(name: str, size: int, by: User) -> None:
    if not is_video_name(name):
        raise RefusedFile(f"“{name}”不是视频文件，请用普通上传。")
    if size <= 0:
        raise RefusedFile(f"“{name}”是空文件，请重新选择。")
    if size > MOST_BYTES:
        raise RefusedFile(
            f"“{name}”有{size / 1024**2:.0f}兆，超过500兆。请剪短，或者把清晰度调到1080p后再上传。"
        )
    try:
        ffmpeg()
    except NoVideo as missing:
        raise RefusedFile(f"“{name}”没有保存：{missing}") from None
    begun = IncomingFile.objects.filter(user=by, attachment=None)
    total = begun.aggregate(total=Sum("size"))["total"] or 0
    if begun.count() >= MOST_OPEN or total + size > MOST_OPEN_BYTES:
        raise RefusedFile(
            f"“{name}”没有开始上传：您还有{begun.count()}个没传完的视频，请先传完或放弃。"
        )
    # The converted copy stands beside the original for a while.
    if shutil.disk_usage(incoming_folder()).free < 2 * size + RESERVE:
        raise no_space(name)


def path_of(incoming: IncomingFile) -> Path:
    return incoming_folder() / f"{incoming.code}.part"


def _where_it_stands(incoming: IncomingFile) -> IncomingFile:
    """What the disk has lost does not count any more."""
    path = path_of(incoming)
    there = path.stat().st_size if path.exists() else 0
    if there < incoming.received:
        IncomingFile.objects.filter(pk=incoming.pk, received__gt=there).update(received=there)
        incoming.received = there
    return incoming


@contextmanager
def _mine_alone(incoming: IncomingFile) -> Iterator[IO[bytes]]:
    """The file, for one writer at a time; the row as it is now."""
    with path_of(incoming).open("a+b", buffering=0) as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutOfStep(incoming.received) from None
        try:
            incoming.refresh_from_db()
        except IncomingFile.DoesNotExist:  # given up meanwhile, in another window
            path_of(incoming).unlink(missing_ok=True)
            raise
        yield part


def append(incoming: IncomingFile, *, offset: int, source: Source, length: int) -> int:
    """Take in a piece; how much there is now. What came before the network broke counts.
    Raises OutOfStep, RefusedFile, and NoSpaceLeft, which costs only this piece."""
    with _mine_alone(incoming) as part:
        _where_it_stands(incoming)
        if incoming.attachment_id is not None or offset != incoming.received:
            raise OutOfStep(incoming.received)
        if not 0 < length <= min(MOST_PIECE, incoming.size - offset):
            raise RefusedFile(f"“{incoming.name}”比开始时说的大，没有保存，请重新选择后上传。")
        # Opened for appending, so what did not count must go first.
        part.truncate(offset)
        try:
            received = offset + _pour(source, part, length)
        except OSError as error:
            part.truncate(offset)
            if error.errno not in NO_SPACE:
                raise
            raise no_space(incoming.name) from error
        IncomingFile.objects.filter(pk=incoming.pk).update(
            received=received, touched_at=timezone.now()
        )
    return received


def _pour(source: Source, part: IO[bytes], length: int) -> int:
    written = 0
    while written < length:
        try:
            data = source.read(min(READ, length - written))
        except UnreadablePostError:
            break
        if not data:
            break
        written += len(data)
        while data:
            data = data[part.write(data) :]
    return written


def finish(incoming: IncomingFile, *, by: User, **owner) -> Attachment:
    """What came becomes an attachment of its record. Raises OutOfStep while something is
    missing, AlreadySaved the second time, RefusedFile for what is no video: then it is gone."""
    with _mine_alone(incoming):
        if incoming.attachment_id is not None:
            raise AlreadySaved(incoming.attachment)
        _where_it_stands(incoming)
        if incoming.received != incoming.size:
            raise OutOfStep(incoming.received)
        path = path_of(incoming)
        try:
            footage = look_at(path, incoming.name)
        except RefusedFile:
            discard(incoming)
            raise
        # The storage takes the second name away; ours stays until the row says so.
        second = path.with_suffix(".whole")
        second.unlink(missing_ok=True)
        try:
            same_file(path, second)
            attachment = store_video(
                second,
                name=incoming.name,
                footage=footage,
                by=by,
                code=incoming.code,
                place={"record": incoming.record, "purpose": incoming.purpose},
                then=lambda row: IncomingFile.objects.filter(pk=incoming.pk).update(attachment=row),
                **owner,
            )
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            raise no_space(incoming.name) from error
        finally:
            second.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    return attachment


def discard(incoming: IncomingFile) -> None:
    incoming.delete()
    path_of(incoming).unlink(missing_ok=True)


def forget_stale() -> int:
    """What nobody went on with, and files without a row."""
    before = timezone.now() - KEPT
    stale = list(IncomingFile.objects.filter(touched_at__lt=before))
    for one in stale:
        discard(one)
    known = set(IncomingFile.objects.filter(attachment=None).values_list("code", flat=True))
    for path in incoming_folder().iterdir():
        is_old = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) < before
        if not is_old or path.stem in known:
            continue
        if path.is_dir():  # of a worker that died
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(stale)


def waiting_for(record, user: User):
    """What this person has begun to send for this record."""
    kind = ContentType.objects.get_for_model(type(record))
    return IncomingFile.objects.filter(
        user=user, attachment=None, content_type=kind, object_id=record.pk
    )
