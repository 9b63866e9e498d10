"""Photos are decoded by the worker; until then every page shows them all the same."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from records import finishing, tasks
from records.files import NoSpaceLeft, store_upload
from records.jpegs import stripped
from records.models import Attachment, AttachmentLink, Notice
from tests.factories import FacilityFactory

pytestmark = pytest.mark.django_db

TRANSPOSE = Image.Transpose
# The picture as a camera holds it, by the number that says how to turn it.
HELD = {1: None, 3: TRANSPOSE.ROTATE_180, 6: TRANSPOSE.ROTATE_90, 8: TRANSPOSE.ROTATE_270}


def jpeg(orientation=1, **options):
    image = Image.new("RGB", (640, 480), "white")
    image.paste("red", (0, 0, 200, 160))
    if HELD[orientation] is not None:
        image = image.transpose(HELD[orientation])
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = orientation, "SECRET-CAMERA"
    exif.get_ifd(0x8825)[2] = (33.0, 57.0, 0.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif.tobytes(), comment=b"SECRET-COMMENT", **options)
    return out.getvalue()


def store(data, station, by, name="合影.jpg"):
    record = FacilityFactory(station=station)
    upload = SimpleUploadedFile(name, data)
    return store_upload(upload, station=station, by=by, place={"record": record})


def content(name):
    with default_storage.open(name) as file:
        return file.read()


def is_upright(data, size):
    image = Image.open(io.BytesIO(data))
    assert image.size == size
    corner = image.convert("RGB").getpixel((size[0] // 20, size[1] // 20))
    other = image.convert("RGB").getpixel((size[0] - 9, size[1] - 9))
    return corner[1] < 80 and min(other) > 200


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("orientation", HELD)
def test_an_upload_keeps_the_pixels_and_nothing_else(orientation, progressive):
    data = jpeg(orientation, progressive=progressive)

    kept = stripped(data + b"<script>PK", orientation)

    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(kept))
    assert after.tobytes() == before.tobytes()
    assert dict(after.getexif()) == ({0x0112: orientation} if orientation > 1 else {})
    assert b"SECRET" not in kept and b"<script>" not in kept and "comment" not in after.info


@pytest.mark.parametrize("cut", [3, 200, -2, -200])
def test_a_jpeg_that_is_not_whole_takes_the_long_road(cut):
    assert stripped(jpeg()[:cut]) is None


@pytest.mark.parametrize("orientation", HELD)
def test_the_worker_turns_it_and_makes_what_the_pages_need(cast, station, orientation):
    row = store(jpeg(orientation), station, cast.manager)
    first = row.file.name
    assert (row.thumbnail, row.perceptual_hash, row.width, row.height) == ("", "", 640, 480)

    assert finishing.finish_photo(row.pk) and not finishing.finish_photo(row.pk)

    row.refresh_from_db()
    assert is_upright(content(row.file.name), (640, 480))
    assert is_upright(content(row.thumbnail), (400, 300))
    assert row.perceptual_hash and row.size == len(content(row.file.name))
    assert dict(Image.open(io.BytesIO(content(row.file.name))).getexif()) == {}
    assert row.file.name != first and not default_storage.exists(first)


def test_without_a_worker_no_page_shows_a_broken_picture(cast, station, login):
    row = store(jpeg(6), station, cast.manager)

    answer = login(cast.manager).get(reverse("file_thumbnail", args=[row.code]))

    assert is_upright(answer.content, (400, 300))
    assert b"SECRET" not in answer.content
    row.refresh_from_db()
    assert row.is_unfinished


def test_the_timer_and_a_starting_worker_find_what_no_bell_told(cast, station):
    old, new = (store(jpeg(), station, cast.manager) for _ in range(2))
    then = old.uploaded_at - 2 * finishing.LEFT_TO_THE_BELL
    Attachment.objects.filter(pk=old.pk).update(uploaded_at=then)

    tasks.pick_up_jobs()
    assert list(Attachment.objects.unfinished()) == [new]
    finishing.finish_photos(at_start=True)
    assert not Attachment.objects.unfinished().exists()


def test_a_photo_that_cannot_be_decoded_is_told_once_and_keeps_its_place(cast, station, login):
    whole = bytearray(jpeg())
    table = whole.index(b"\xff\xc4") + 5
    whole[table : table + 16] = b"\xff" * 16
    row = store(bytes(whole), station, cast.manager, "坏.jpg")
    assert row.is_unfinished
    link = AttachmentLink.objects.get()

    finishing.finish_photos(at_start=True)
    finishing.finish_photos(at_start=True)

    row.refresh_from_db()
    notice = Notice.objects.get()
    assert row.is_broken and default_storage.exists(row.file.name)
    assert "“坏.jpg”不是完整的照片" in notice.text and notice.link == f"/links/{link.pk}/"
    answer = login(cast.manager).get(reverse("file_thumbnail", args=[row.code]))
    assert answer.url.endswith("no-picture.svg")


def test_a_full_disk_leaves_the_first_copy_and_the_photo_waits(cast, station, monkeypatch):
    row = store(jpeg(), station, cast.manager)

    def no_room(path, *_):
        raise NoSpaceLeft("服务器存储空间不足")

    with monkeypatch.context() as full:
        full.setattr(finishing, "save_whole", no_room)
        assert finishing.finish_photos(at_start=True) == 0
    row.refresh_from_db()
    assert row.is_unfinished and content(row.file.name)

    assert finishing.finish_photos(at_start=True) == 1


def test_of_two_workers_one_wins_and_nothing_is_left_over(cast, station, monkeypatch):
    row = store(jpeg(), station, cast.manager)
    read = finishing.read_photo

    def overtaken(data, name):
        monkeypatch.setattr(finishing, "read_photo", read)
        assert finishing.finish_photo(row.pk)
        return read(data, name)

    monkeypatch.setattr(finishing, "read_photo", overtaken)
    assert not finishing.finish_photo(row.pk)

    row.refresh_from_db()
    folder = row.file.name.rpartition("/")[0]
    left = [name for name in default_storage.listdir(folder)[1] if name.startswith(row.code)]
    assert sorted(left) == sorted(
        name.rpartition("/")[2] for name in (row.file.name, row.thumbnail)
    )
