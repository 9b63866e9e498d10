"""Every upload takes this one road: check, hash, orient, strip, thumbnail, fingerprint.

Of a picture only what shows it is stored, so nothing of the original's metadata or of a
second file hidden behind the pixels survives; the worker then decodes it once and stores it
anew with its thumbnail (records/finishing.py). Sizes are checked from the header before
anything is decoded: a picture of half a megabyte can ask for gigabytes of memory.
"""

import datetime as dt
import errno
import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.file_names import clean_name
from records.models import Attachment, AttachmentLink, new_code
from records.pictures import RefusedFile, accept_photo, looks_like_photo
from records.workflow import claim_token, note_record

MAX_PHOTO_BYTES = 30 * 1024 * 1024
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
# The disk is full, the quota used up, or the file larger than the system lets it be.
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NoSpaceLeft(RefusedFile):
    """Not the file's fault: it can be sent again when there is room."""


# Leading bytes of what is accepted beside photos: (kind, content type, extension).
DOCUMENTS = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".docx": (b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": (b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".doc": (b"\xd0\xcf\x11\xe0", "application/msword"),
    ".xls": (b"\xd0\xcf\x11\xe0", "application/vnd.ms-excel"),
    ".wps": (b"\xd0\xcf\x11\xe0", "application/vnd.ms-works"),
    ".mp3": (b"", "audio/mpeg"),
    ".m4a": (b"", "audio/mp4"),
    ".wav": (b"RIFF", "audio/wav"),
    ".amr": (b"#!AMR", "audio/amr"),
}
AUDIO = {".mp3", ".m4a", ".wav", ".amr"}


def store_upload(
    upload,
    *,
    station=None,
    region=None,
    by,
    captured_on=None,
    is_veiled=False,
    place=None,
    taken_at: dt.datetime | None = None,
    token: str = "",
    origin: str = "",
) -> Attachment:
    """Take one uploaded file in. Raises RefusedFile; then nothing is stored.

    The file is written before the row, and removed if the row fails: there is never a row
    that points to a missing file. `is_veiled` keeps its name out of the audit log, which
    more people read than the record it is for. `place`, the arguments of `link`, puts it
    to its record in the same step: a process that dies leaves no file without a record.
    `taken_at` is a hint for a photo that says nothing itself (the browser made it smaller),
    `origin` what its sender says of it: just taken, or chosen from an album.
    A second request with the same `token` raises AlreadySaved with what the first stored."""
    owner = {"station": station, "region": region, "by": by, "is_veiled": is_veiled}
    owner |= {"place": place, "token": token, "origin": origin}
    name = clean_name(upload.name or "")
    if not upload.size:
        raise RefusedFile(f"“{name}”是空文件，请重新选择。")
    head = upload.read(16)
    upload.seek(0)
    extension = "." + name.rpartition(".")[2].lower() if "." in name else ""
    if looks_like_photo(head):
        return _store_photo(upload, name, captured_on, taken_at, owner)
    return _store_document(upload, name, extension, head, captured_on, owner)


def _store_photo(upload, name, captured_on, hint, owner):
    if upload.size > MAX_PHOTO_BYTES:
        raise RefusedFile(f"“{name}”超过30兆，请缩小后再上传。")
    data = upload.read()
    photo = accept_photo(data, name)
    taken_at = photo.taken_at or hint
    return create_attachment(
        **owner,
        content=ContentFile(photo.content),
        extension=".jpg",
        thumbnail=photo.thumbnail,
        kind=Attachment.Kind.PHOTO,
        original_name=name,
        content_type="image/jpeg",
        size=len(photo.content),
        sha256=hashlib.sha256(data).hexdigest(),
        perceptual_hash=photo.fingerprint,
        width=photo.width,
        height=photo.height,
        taken_at=taken_at,
        captured_on=captured_on or (taken_at and timezone.localdate(taken_at)),
    )


def _store_document(upload, name, extension, head, captured_on, owner):
    if extension not in DOCUMENTS:
        raise RefusedFile(
            f"“{name}”的格式不能上传。可以上传照片（jpg、png、webp、heic）、"
            "文件（pdf、word、excel）和录音（mp3、m4a、wav）。"
        )
    if upload.size > MAX_DOCUMENT_BYTES:
        raise RefusedFile(f"“{name}”超过50兆，请压缩后再上传。")
    magic, content_type = DOCUMENTS[extension]
    is_audio = extension in AUDIO
    if not head.startswith(magic) or (is_audio and not magic and not _looks_like_audio(head)):
        raise RefusedFile(f"“{name}”的内容与扩展名不符，请用原来的软件打开，另存后再上传。")
    return create_attachment(
        **owner,
        content=upload,
        extension=extension,
        kind=Attachment.Kind.AUDIO if is_audio else Attachment.Kind.DOCUMENT,
        original_name=name,
        content_type=content_type,
        size=upload.size,
        sha256=digest_of(upload),
        captured_on=captured_on,
    )


def _looks_like_audio(head: bytes) -> bool:
    return (
        head[:3] == b"ID3"
        or head[4:8] == b"ftyp"
        or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0)
    )


def store_made(content, *, code, name, poster, seconds, station, by) -> Attachment:
    """Take in a video that the worker made of the station's own pictures. `code` is known
    before, so that a repeated run finds what the first one stored; `poster` is JPEG."""
    return create_attachment(
        code=code,
        content=content,
        extension=".mp4",
        thumbnail=poster,
        kind=Attachment.Kind.VIDEO,
        original_name=name,
        content_type="video/mp4",
        duration=seconds,
        size=content.size,
        sha256=digest_of(content),
        station=station,
        region=None,
        by=by,
        is_veiled=False,
    )


def digest_of(content) -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def create_attachment(
    *,
    content,
    extension,
    by,
    is_veiled,
    thumbnail=None,
    code="",
    place=None,
    token="",
    then=None,
    **fields,
):
    """`then` is called with the new row in the transaction that makes it."""
    code = code or new_code()
    folder = timezone.localdate().strftime("%Y/%m")
    name = fields["original_name"]
    saved = [save_whole(f"{folder}/{code}{extension}", content, name)]
    try:
        if thumbnail:
            small = ContentFile(thumbnail)
            saved.append(save_whole(f"{folder}/{code}_t.jpg", small, name))
            fields |= {"thumbnail": saved[1], "finished_at": timezone.now()}
        with transaction.atomic():
            mark = claim_token(token, by=by)
            attachment = Attachment.objects.create(
                code=code, file=saved[0], uploaded_by=by, **fields
            )
            label = attachment.get_kind_display() if is_veiled else attachment.original_name
            audit.record("file.upload", by=by, obj=attachment, label=label)
            if place:
                link(attachment, **place)
            note_record(mark, attachment)
            if then:
                then(attachment)
            if attachment.is_unfinished:
                transaction.on_commit(lambda: _ring(attachment.pk))
    except BaseException:
        for path in saved:
            default_storage.delete(path)
        raise
    return attachment


def no_space(name: str) -> NoSpaceLeft:
    return NoSpaceLeft(
        f"服务器存储空间不足，“{name}”没有保存。请告诉系统管理员，腾出空间后再上传。"
    )


def _ring(pk: int) -> None:
    # Imported here: the worker's modules import this one.
    from records import jobs, tasks

    jobs.tell_worker(tasks.finish_photo, pk)


def save_whole(path: str, content, name: str) -> str:
    """The whole file, or none of it and a sentence: a disk that fills up while writing
    leaves a short file behind, which nobody would ever find again."""
    try:
        return default_storage.save(path, content)
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        default_storage.delete(path)
        raise no_space(name) from error


def link(attachment, record, *, purpose="general", caption="") -> AttachmentLink:
    last = record.attachment_links.order_by("-order").values_list("order", flat=True).first()
    return AttachmentLink.objects.create(
        attachment=attachment,
        record=record,
        purpose=purpose,
        caption=caption,
        order=0 if last is None else last + 1,
    )


def unlink(one: AttachmentLink, *, record, by) -> None:
    """Take a file off a record; the file itself stays, for the other records that it serves
    and for the archives that hold it."""
    with transaction.atomic():
        before = {"文件": one.attachment.original_name}
        audit.record("file.remove", by=by, obj=record, before=before)
        one.delete()
