"""A video comes in: looked at before it is taken, filed at once, converted by the worker.

Until the worker has made of it what plays everywhere and tells nothing about the camera,
only its picture (the poster) is shown; the file as it came is served to nobody."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.utils import timezone

from accounts.file_names import clean_name
from accounts.models import User
from records.files import (
    NO_SPACE,
    RefusedFile,
    create_attachment,
    digest_of,
    no_space,
    store_upload,
)
from records.footage import Footage, read_video
from records.jobs import enqueue
from records.models import Attachment, Job
from records.pictures import looks_like_photo
from records.video import NoVideo

MOST_BYTES = 500 * 1024 * 1024
# In one request without script; what is larger comes in pieces (records/incoming.py).
MOST_BYTES_AT_ONCE = 200 * 1024 * 1024
PREPARE = "video-prepare"
EXTENSIONS = (
    ".mp4 .m4v .mov .qt .3gp .3g2 .avi .wmv .asf .mkv .webm .flv .mpg .mpeg .vob .ts .mts .m2ts"
).split()


class LocalFile(File):
    """A file of ours that the storage may take as it is: moved, where it is on the same
    disk, not copied."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def extension_of(name: str) -> str:
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


def is_video_name(name: str) -> bool:
    return extension_of(name) in EXTENSIONS


def store_file(upload, **owner) -> Attachment:
    """One uploaded file of any kind, a video included (records/files.py for the arguments).
    Raises RefusedFile."""
    name = clean_name(upload.name or "")
    head = upload.read(16)
    upload.seek(0)
    if not upload.size or not is_video_name(name) or looks_like_photo(head):
        return store_upload(upload, **owner)
    if upload.size > MOST_BYTES_AT_ONCE:
        raise RefusedFile(
            f"“{name}”超过200兆。请换用较新的浏览器上传（可以传到500兆），或者剪短后再上传。"
        )
    owner.pop("taken_at", None)
    with _on_disk(upload, name) as path:
        return store_video(path, name=name, footage=look_at(path, name), **owner)


@contextmanager
def _on_disk(upload, name):
    """A path of ours that holds the upload; what Django wrote to disk is not written again."""
    folder = incoming_folder()
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "video"
        try:
            if hasattr(upload, "temporary_file_path"):
                same_file(Path(upload.temporary_file_path()), path)
            else:
                path.write_bytes(upload.read())
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            raise no_space(name) from error
        yield path


def incoming_folder() -> Path:
    settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
    return settings.INCOMING_DIR


def same_file(source: Path, target: Path) -> None:
    """A second name for a file; a copy where it lies on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def look_at(path: Path, name: str) -> Footage:
    """Raises RefusedFile for what is no video, or where the server has no program for it."""
    with path.open("rb") as start:
        if looks_like_photo(start.read(16)):  # ffmpeg takes a HEIC for a film of one picture
            raise RefusedFile(f"“{name}”是照片，不是视频。请把扩展名改回照片的，再用普通上传。")
    try:
        footage = read_video(path)
    except NoVideo as missing:
        raise RefusedFile(f"“{name}”没有保存：{missing}") from None
    if footage is None:
        raise RefusedFile(
            f"“{name}”不是视频，或者不完整、画面过大。请先在手机（电脑）上播放一遍，"
            "确认能放再上传；放不了的请重新导出为mp4。"
        )
    return footage


def store_video(
    path: Path, *, name, footage: Footage, by, captured_on=None, then=None, **owner
) -> Attachment:
    """File a video that was looked at, and put its conversion into the queue, both or
    neither. The file at `path` is taken away."""

    def filed(attachment):
        ask_to_prepare(attachment, by=by)
        if then:
            then(attachment)

    taken_on = footage.taken_at and timezone.localdate(footage.taken_at)
    with LocalFile(path.open("rb"), name=str(path)) as content:
        return create_attachment(
            **{"station": None, "region": None, "is_veiled": False} | owner,
            by=by,
            content=content,
            extension=f"_original{extension_of(name) or '.mp4'}",
            thumbnail=footage.poster,
            kind=Attachment.Kind.VIDEO,
            preparation=Attachment.Preparation.WAITING,
            original_name=name,
            content_type="video/mp4",
            size=content.size,
            sha256=digest_of(content),
            width=footage.width,
            height=footage.height,
            duration=footage.seconds,
            taken_at=footage.taken_at,
            captured_on=captured_on or taken_on,
            then=filed,
        )


def ask_to_prepare(attachment: Attachment, *, by: User) -> Job:
    """Its title is read by more people than its record: no file name."""
    return enqueue(
        PREPARE,
        title=f"处理视频（{attachment.size / 1024**2:.0f}兆）",
        by=by,
        parameters={"attachment": attachment.pk, "original": attachment.file.name},
    )
