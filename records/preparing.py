"""What the worker does with a video that came in: a copy that plays everywhere and says
nothing of the camera takes the place of the file as it came."""

import datetime as dt
import tempfile
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from records.files import NoSpaceLeft, save_whole
from records.footage import Footage, NoSpace, convert, read_video
from records.jobs import JobError, JobResult, Progress, job
from records.models import Attachment, Job
from records.video import NoVideo
from records.videos import PREPARE, LocalFile, ask_to_prepare, incoming_folder, same_file

Preparation = Attachment.Preparation
READY = "视频已处理好，可以播放。"
BROKEN = "这段视频无法转换，请在手机（电脑）上播放一遍，重新导出为mp4后再上传。"
NO_ROOM = "服务器存储空间不足，视频还没有处理；腾出空间后系统会自动再试。"
GONE = "上传的文件已不在服务器上，请重新上传。"
AGAIN_AFTER = dt.timedelta(minutes=10)
MOST_JOBS = 5


@job(PREPARE, repeatable=True)
def prepare_video(row: Job, progress: Progress) -> JobResult:
    attachment = Attachment.objects.filter(pk=row.parameters["attachment"]).first()
    if attachment is None:
        return JobResult(READY)
    if attachment.preparation == Preparation.READY:
        # A run that died behind its last change left the rest to this one.
        if (original := row.parameters["original"]) != attachment.file.name:
            default_storage.delete(original)
        _tell_records(attachment)
        return JobResult(READY)
    try:
        with tempfile.TemporaryDirectory(dir=incoming_folder()) as folder:
            _prepare(attachment, Path(folder), progress)
    except (NoSpace, NoSpaceLeft):
        raise JobError(NO_ROOM) from None
    except NoVideo as missing:
        raise JobError(str(missing)) from None
    except FileNotFoundError:
        _fail(attachment)
        raise JobError(GONE) from None
    except RuntimeError as error:
        _fail(attachment)
        raise JobError(BROKEN) from error
    return JobResult(READY)


def _prepare(attachment: Attachment, folder: Path, progress: Progress) -> None:
    source = _local(attachment, folder / "original")
    footage = read_video(source)
    if footage is None:
        raise RuntimeError("no picture")
    progress(0, total=max(1, footage.seconds or 0))
    made = folder / "made.mp4"
    convert(source, made, footage, progress)
    result = read_video(made)
    if result is None:
        raise RuntimeError("the result shows nothing")
    _replace(attachment, made, result)


def _local(attachment: Attachment, place: Path) -> Path:
    """The original as a file that a program can open; a copy where the storage is far away."""
    try:
        same_file(Path(attachment.file.path), place)
    except NotImplementedError:
        with attachment.file.open("rb") as far, place.open("wb") as near:
            for piece in far.chunks():
                near.write(piece)
    return place


def _replace(attachment: Attachment, made: Path, result: Footage) -> None:
    """File first, then the row, then the original goes: whenever this is cut off, the row
    names a whole file, and the next run ends the same."""
    before = str(attachment.file.name)
    name = f"{before.rpartition('_original')[0]}.mp4"
    default_storage.delete(name)
    size = made.stat().st_size
    with LocalFile(made.open("rb"), name=str(made)) as content:
        stored = save_whole(name, content, attachment.original_name)
    still = Attachment.objects.filter(pk=attachment.pk, file=before)
    replaced = still.update(
        file=stored,
        preparation=Preparation.READY,
        size=size,
        width=result.width,
        height=result.height,
        duration=result.seconds,
    )
    default_storage.delete(before if replaced else stored)
    if replaced:
        attachment.duration = result.seconds
        _tell_records(attachment)


def _tell_records(attachment: Attachment) -> None:
    """A record that keeps the length of its video takes it from there (a film)."""
    for one in attachment.links.prefetch_related("record"):
        note = getattr(one.record, "note_video", None)
        if note:
            note(attachment)


def _fail(attachment: Attachment) -> None:
    waiting = Attachment.objects.filter(pk=attachment.pk, preparation=Preparation.WAITING)
    waiting.update(preparation=Preparation.FAILED)


def try_again(attachment: Attachment, *, by: User) -> Job:
    """After a failure, by hand."""
    Attachment.objects.filter(pk=attachment.pk, preparation=Preparation.FAILED).update(
        preparation=Preparation.WAITING
    )
    return ask_to_prepare(attachment, by=by)


def look_after_waiting() -> None:
    """Videos whose job ended without them (a full disk, a job that was cancelled or given
    up) are tried again after a while; those that never get through are said to have failed."""
    waiting = Attachment.objects.filter(preparation=Preparation.WAITING)
    for attachment in waiting.exclude(uploaded_by=None).select_related("uploaded_by"):
        tries = Job.objects.filter(kind=PREPARE, parameters__attachment=attachment.pk)
        last = tries.order_by("-pk").first()
        if last is not None and not _is_long_over(last):
            continue
        if tries.count() >= MOST_JOBS:
            _fail(attachment)
        else:
            ask_to_prepare(attachment, by=attachment.uploaded_by)


def _is_long_over(row: Job) -> bool:
    ended = row.state not in (Job.State.QUEUED, Job.State.RUNNING)
    return ended and (row.finished_at or row.created_at) < timezone.now() - AGAIN_AFTER
