"""The worker makes a film: draws its pages, encodes them, files it under the station."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from PIL import Image, UnidentifiedImageError

from accounts import audit
from accounts.models import User
from activities.films import drawing, people, storyboard
from activities.models import Film
from records.files import link, store_made
from records.jobs import JobError, JobResult, Progress, enqueue, job
from records.models import Attachment, Job
from records.printing.marks import marks
from records.video import NoVideo, encode, ffmpeg
from records.workflow import begin_records
from stations.models import Station

KIND = "film-make"


def ask_for_film(
    station: Station,
    *,
    by: User,
    title: str,
    pictures: list[tuple[str, str]],
    with_figures: bool,
    absent: list[str],
) -> Job:
    """`pictures`: (code of the photo, words under it) in the order of the film; on those in
    `absent` nobody is seen who took part and was not asked. Raises NoVideo where this
    server cannot make films."""
    ffmpeg()
    return enqueue(
        KIND,
        title=f"制作视频短片“{title}”",
        by=by,
        parameters={
            "station": station.pk,
            "title": title,
            "pictures": pictures,
            "with_figures": with_figures,
            "absent": absent,
        },
    )


@job(KIND, repeatable=True)
def make_film(row: Job, progress: Progress) -> JobResult:
    wanted = row.parameters
    station = Station.objects.editable_by(row.created_by).filter(pk=wanted["station"]).first()
    if station is None:
        raise JobError("您不再负责这个服务站，不能为它制作短片。")
    # A run that died after storing left its film under the number of the job.
    if Attachment.objects.filter(code=row.code).exists():
        return JobResult("短片已制作完成，见“视频短片”。")
    names = _photos(station, row.created_by, [code for code, _ in wanted["pictures"]])
    pictures = [(names[code], words) for code, words in wanted["pictures"] if code in names]
    if len(pictures) < storyboard.FEWEST:
        raise JobError(f"所选照片有的已被移除，剩下不足{storyboard.FEWEST}张，请重新选择。")
    _check_consents(station, wanted)
    figures = storyboard.figures(station, on=timezone.localdate()) if wanted["with_figures"] else []
    progress(0, total=len(pictures) + 3)
    pages = list_of_pages(station, wanted["title"], pictures, figures, progress)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        try:
            encode(drawing.frames(pages), size=drawing.SIZE, into=path)
        except NoVideo as missing:
            raise JobError(str(missing)) from None
        seconds = storyboard.seconds(len(pictures), with_figures=bool(figures))
        film = _file(row, station, path, wanted["title"], seconds)
    return JobResult(f"短片“{film.title}”已制作完成，时长{seconds}秒，见“视频短片”。")


def list_of_pages(
    station: Station,
    title: str,
    pictures: list[tuple[Attachment, str]],
    figures: list[tuple[str, str]],
    progress: Progress,
) -> Iterator[tuple[Image.Image, int]]:
    """(page, seconds), drawn one at a time as the encoder asks for them."""
    signs = marks()
    line = station.theme_statement or station.brand
    each = storyboard.per_picture(len(pictures), with_figures=bool(figures))
    done = 0
    yield drawing.title_page(title, station.name, line, signs), storyboard.TITLE_SECONDS
    for photo, words in pictures:
        progress(done := done + 1)
        yield _picture(photo, words, signs), each
    if figures:
        yield drawing.figures_page(figures, "服务站这一年", signs), storyboard.FIGURES_SECONDS
    day = timezone.localdate()
    made = f"{day.year}年{day.month}月制作"
    yield drawing.end_page(station.name, made, signs), storyboard.END_SECONDS
    progress(done + 1)


def _check_consents(station: Station, wanted: dict) -> None:
    """Once more: a consent may have been taken back while the job was waiting."""
    found = people.without_consent(station, wanted["pictures"])
    missing = [person for one in found.values() for person in one.certain]
    for code, one in found.items():
        missing += one.maybe if code not in wanted["absent"] else []
    missing += people.not_asked_in(station, wanted["title"])
    if missing:
        names = people.names(list(dict.fromkeys(missing)))
        raise JobError(f"{names}没有登记（或已撤回）拍摄视频的同意，请登记同意或换照片后重新制作。")


def _picture(photo: Attachment, words: str, signs: tuple[str, ...]) -> Image.Image:
    try:
        with photo.file.open("rb") as stream:
            return drawing.picture_page(stream.read(), words, signs)
    except (FileNotFoundError, UnidentifiedImageError, OSError) as error:
        raise JobError(f"照片“{photo.original_name}”已损坏或丢失，请换一张再制作。") from error


def _photos(station: Station, user: User, codes: list[str]) -> dict[str, Attachment]:
    rows = Attachment.objects.visible_to(user).filter(
        station=station, code__in=codes, kind=Attachment.Kind.PHOTO
    )
    return {row.code: row for row in rows}


def _file(row: Job, station: Station, path: Path, title: str, seconds: int) -> Film:
    """Film, file and audit entry together, or none of them."""
    poster = io.BytesIO()
    first = drawing.title_page(title, station.name, station.theme_statement, marks())
    first.resize((400, 225)).save(poster, "JPEG", quality=85)
    with path.open("rb") as stream, transaction.atomic():
        film = Film.objects.create(
            station=station,
            title=title,
            duration=seconds,
            made_on=timezone.localdate(),
            created_by=row.created_by,
            updated_by=row.created_by,
        )
        begin_records(station)
        attachment = store_made(
            File(stream, name="film.mp4"),
            code=row.code,
            name=f"{title}.mp4",
            poster=poster.getvalue(),
            seconds=seconds,
            station=station,
            by=row.created_by,
        )
        link(attachment, film)
        audit.record(
            "film.make",
            by=row.created_by,
            obj=film,
            after={
                "片名": title,
                "照片": len(row.parameters["pictures"]),
                "时长（秒）": seconds,
                "核对为未出镜的照片": row.parameters["absent"],
            },
        )
    return film
