"""The road every upload takes."""

import io
import os
import re
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from accounts.file_names import clean_name
from records.files import RefusedFile, store_upload
from records.finishing import finish_photo
from records.models import Attachment, AttachmentLink
from records.pictures import read_photo
from tests.factories import FacilityFactory

pytestmark = pytest.mark.django_db


def picture(size=(640, 480), *, orientation=None, gps=False, form="JPEG", mark="red"):
    image = Image.new("RGB", size, "white")
    # One dark corner tells which way is up.
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1] // 3), fill=mark)
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    if gps:
        exif[0x0110] = "SECRET-CAMERA-SERIAL"
        exif.get_ifd(0x8825)[2] = (33.0, 57.0, 0.0)
        exif.get_ifd(0x8769)[0x9003] = "2026:05:04 10:11:12"
    out = io.BytesIO()
    image.save(out, form, exif=exif.tobytes() if form == "JPEG" else b"")
    return out.getvalue()


def upload(data, name="照片.jpg"):
    return SimpleUploadedFile(name, data)


TRANSPOSE = Image.Transpose
# How a camera stores an upright scene for each of the eight orientations.
STORED = {
    1: None,
    2: TRANSPOSE.FLIP_LEFT_RIGHT,
    3: TRANSPOSE.ROTATE_180,
    4: TRANSPOSE.FLIP_TOP_BOTTOM,
    5: TRANSPOSE.TRANSPOSE,
    6: TRANSPOSE.ROTATE_90,
    7: TRANSPOSE.TRANSVERSE,
    8: TRANSPOSE.ROTATE_270,
}


@pytest.mark.parametrize("orientation", STORED)
def test_every_orientation_is_stored_upright(orientation):
    scene = Image.open(io.BytesIO(picture()))
    stored = scene if STORED[orientation] is None else scene.transpose(STORED[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    stored.save(out, "JPEG", exif=exif.tobytes())

    photo = read_photo(out.getvalue(), "照片.jpg")

    upright = Image.open(io.BytesIO(photo.content))
    assert upright.size == (640, 480)
    corner, opposite = upright.getpixel((30, 30)), upright.getpixel((610, 450))
    assert corner[1] < 80 and min(opposite) > 200


def test_position_and_serial_number_are_gone_from_every_copy(cast, station):
    data = picture(gps=True)
    assert b"SECRET-CAMERA" in data

    attachment = store_upload(upload(data), station=station, by=cast.manager)

    storage = attachment.file.storage
    copies = [storage.open(attachment.file.name).read()]
    assert finish_photo(attachment.pk)
    attachment.refresh_from_db()
    copies += [storage.open(path).read() for path in (attachment.file.name, attachment.thumbnail)]
    for content in copies:
        assert b"SECRET-CAMERA" not in content
        assert dict(Image.open(io.BytesIO(content)).getexif()) == {}
    assert attachment.taken_at.year == 2026
    assert str(attachment.captured_on) == "2026-05-04"


def test_a_recompressed_copy_has_nearly_the_same_fingerprint():
    image = Image.effect_noise((800, 600), 90).convert("RGB").resize((80, 60)).resize((800, 600))

    def saved(quality, size):
        out = io.BytesIO()
        image.resize(size).save(out, "JPEG", quality=quality)
        return int(read_photo(out.getvalue(), "x.jpg").fingerprint, 16)

    assert (saved(95, (800, 600)) ^ saved(40, (400, 300))).bit_count() <= 6


HOSTILE = {
    "空.jpg": b"",
    "截断.jpg": picture()[:900],
    "网页.jpg": b"<html><script>alert(1)</script>",
    "图形.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
    "程序.exe": b"MZ\x90\x00" + b"\0" * 100,
    "假.pdf": b"\xff\xd8 not a pdf",
    "假.docx": b"not a zip",
    "宏.docm": b"PK\x03\x04",
    "录音.mp3": b"not sound at all",
    "一字节.mp3": b"\xff",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_is_refused_by_name_and_leaves_nothing(cast, station, name):
    with pytest.raises(RefusedFile) as refused:
        store_upload(upload(HOSTILE[name], name), station=station, by=cast.manager)

    assert name in str(refused.value)
    assert not Attachment.objects.exists()


def test_a_decompression_bomb_is_refused_before_it_is_decoded(cast, station):
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert out.tell() < 1_000_000

    with pytest.raises(RefusedFile, match="像素太大"):
        store_upload(upload(out.getvalue(), "大.png"), station=station, by=cast.manager)


def test_a_second_file_behind_the_picture_does_not_survive(cast, station):
    data = picture() + b"<script>alert(1)</script>PK\x03\x04"

    attachment = store_upload(upload(data), station=station, by=cast.manager)

    assert b"<script>" not in attachment.file.storage.open(attachment.file.name).read()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\照片\\合影.jpg", "合影.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\x00\n.jpg", ".jpg"),
        ("长" * 300 + ".jpg", "长" * 110 + ".jpg"),
    ],
)
def test_file_names_are_cleaned(given, kept):
    assert clean_name(given) == kept


def _files_url(station, facility):
    return reverse(
        "record_files", args=[station.region.code, "facilities", "facility", facility.pk]
    )


def test_a_refused_file_loses_none_of_the_others(cast, station, login):
    facility = FacilityFactory(station=station)
    files = [
        upload(picture(mark="red"), "一.jpg"),
        upload(b"broken", "二.jpg"),
        upload(picture(mark="blue"), "三.jpg"),
    ]

    page = login(cast.manager).post(_files_url(station, facility), {"files": files}, follow=True)

    text = page.content.decode()
    assert "已上传2个文件" in text and "“二.jpg”" in text
    names = facility.attachment_links.values_list("attachment__original_name", flat=True)
    assert list(names) == ["一.jpg", "三.jpg"]


def test_the_same_file_again_is_pointed_out(cast, station, login):
    facility = FacilityFactory(station=station)
    client = login(cast.manager)
    client.post(_files_url(station, facility), {"files": upload(picture(), "一.jpg")})

    answer = client.post(
        _files_url(station, facility),
        {"files": upload(picture(), "又一.jpg")},
        headers={"accept": "application/json"},
    ).json()

    assert answer["stored"][0]["note"] == "与此前上传的“一.jpg”是同一个文件。"


def test_files_are_served_to_those_who_see_the_record_only(cast, station, login):
    facility = FacilityFactory(station=station)
    login(cast.manager).post(_files_url(station, facility), {"files": upload(picture())})
    attachment = Attachment.objects.get()

    seen = login(cast.city).get(reverse("file", args=[attachment.code]))
    assert seen["Content-Type"] == "image/jpeg"
    assert b"".join(seen.streaming_content)[:3] == b"\xff\xd8\xff"
    assert login(cast.outsider).get(reverse("file", args=[attachment.code])).status_code == 404
    assert (
        login(cast.other_county).get(reverse("file_thumbnail", args=[attachment.code])).status_code
        == 404
    )


def test_a_document_is_a_download_with_its_name(cast, station, login):
    facility = FacilityFactory(station=station)
    pdf = upload(b"PK\x03\x04 content", "制度.docx")
    login(cast.manager).post(_files_url(station, facility), {"files": pdf})

    answer = login(cast.manager).get(reverse("file", args=[Attachment.objects.get().code]))

    assert re.match("attachment; filename", answer["Content-Disposition"])


def test_removing_takes_the_file_off_the_record_and_keeps_it(cast, station, login):
    facility = FacilityFactory(station=station)
    client = login(cast.manager)
    client.post(_files_url(station, facility), {"files": upload(picture())})

    client.post(reverse("link_remove", args=[AttachmentLink.objects.get().pk]))

    assert not AttachmentLink.objects.exists()
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("orientation", STORED)
def test_a_heic_of_a_phone_is_turned_exactly_once_and_loses_its_camera(orientation):
    scene = Image.open(io.BytesIO(picture()))
    stored = scene if STORED[orientation] is None else scene.transpose(STORED[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = "SECRET-CAMERA-SERIAL"
    exif[0x0132] = "2026:05:04 10:11:12"
    out = io.BytesIO()
    stored.save(out, "HEIF", exif=exif.tobytes())

    photo = read_photo(out.getvalue(), "照片.heic")

    upright = Image.open(io.BytesIO(photo.content))
    assert upright.size == (640, 480)
    corner, opposite = upright.getpixel((30, 30)), upright.getpixel((610, 450))
    assert corner[1] < 80 and min(opposite) > 200
    assert photo.taken_at.year == 2026
    assert b"SECRET-CAMERA" not in photo.content + photo.thumbnail


@pytest.mark.parametrize(
    ("mode", "form", "colour", "seen"),
    [
        ("I;16", "PNG", 0x8000, (128, 128, 128)),
        ("CMYK", "JPEG", (0, 255, 255, 0), (254, 0, 0)),
        ("RGBA", "PNG", (0, 0, 0, 0), (255, 255, 255)),
    ],
)
def test_rare_sorts_of_colour_come_out_right(mode, form, colour, seen):
    out = io.BytesIO()
    Image.new(mode, (40, 40), colour).save(out, form)

    photo = read_photo(out.getvalue(), "扫描件")

    stored = Image.open(io.BytesIO(photo.content)).getpixel((20, 20))
    assert all(abs(one - other) <= 2 for one, other in zip(stored, seen, strict=True))


def test_a_moving_picture_is_refused_with_what_to_do():
    out = io.BytesIO()
    second = Image.new("RGB", (20, 20), "red")
    Image.new("RGB", (20, 20)).save(out, "PNG", save_all=True, append_images=[second])

    with pytest.raises(RefusedFile, match=r"“动[.]png”是动态图片，请截取其中一张"):
        read_photo(out.getvalue(), "动.png")


FULL_DISK = """
import io, resource, signal, sys
from pathlib import Path
import django
django.setup()
from django.core.files.base import ContentFile
from records.files import RefusedFile, save_whole
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
try:
    save_whole("2026/01/a.jpg", ContentFile(b"x" * 200_000), "合影.jpg")
except RefusedFile as refused:
    sys.stdout.buffer.write(str(refused).encode())
from django.conf import settings
left = [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
again = save_whole("2026/01/a.jpg", ContentFile(b"x" * 200_000), "合影.jpg")
size = (Path(settings.MEDIA_ROOT) / again).stat().st_size
sys.stdout.buffer.write(f"|{len(left)}|{size}".encode())
"""


def test_a_disk_that_fills_up_leaves_no_short_file_and_recovers(tmp_path):
    """The system itself stops the write in the middle, in a process of its own."""
    given = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "VAR_DIR": str(tmp_path)}
    code = FULL_DISK.replace(
        "django.setup()",
        f"from django.conf import settings as s\ns.MEDIA_ROOT = {str(tmp_path)!r}\ndjango.setup()",
        1,
    )
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True)

    sentence, left, size = done.stdout.decode().split("|")
    assert "服务器存储空间不足，“合影.jpg”没有保存" in sentence
    assert (left, size) == ("0", "200000")


def _send_one(client, address, **fields):
    data = {"files": upload(picture(), "一.jpg"), "upload_id": "a" * 32} | fields
    return client.post(address, data, headers={"accept": "application/json"}).json()


def test_a_repeated_request_stores_its_file_once(cast, station, login):
    facility = FacilityFactory(station=station)
    client = login(cast.manager)

    first = _send_one(client, _files_url(station, facility))
    second = _send_one(client, _files_url(station, facility))

    assert second["stored"][0]["code"] == first["stored"][0]["code"]
    assert (Attachment.objects.count(), AttachmentLink.objects.count()) == (1, 1)
    stored = Attachment.objects.get()
    folder = stored.file.storage.listdir(os.path.dirname(stored.file.name))[1]
    assert len([name for name in folder if name.startswith(stored.code)]) == 1


def test_the_date_that_the_browser_read_is_kept_as_a_hint(cast, station, login):
    facility = FacilityFactory(station=station)

    _send_one(login(cast.manager), _files_url(station, facility), taken_at="2026:05:04 10:11:12")

    stored = Attachment.objects.get()
    assert str(stored.captured_on) == "2026-05-04" and stored.taken_at.year == 2026


@pytest.mark.parametrize(
    ("sent", "kept", "says"),
    [
        ("2026-05-05", "2026-05-05", "说明已保存。"),
        ("2999-01-01", "2026-05-04", "拍摄日期没有保存"),
        ("去年", "2026-05-04", "拍摄日期没有保存"),
    ],
)
def test_the_day_taken_is_corrected_beside_the_caption(cast, station, login, sent, kept, says):
    facility = FacilityFactory(station=station)
    client = login(cast.manager)
    _send_one(client, _files_url(station, facility), taken_at="2026:05:04 10:11:12")
    one = AttachmentLink.objects.get()

    page = client.post(
        reverse("link_caption", args=[one.pk]),
        {"caption": "合影", "captured_on": sent},
        follow=True,
    )

    assert says in page.content.decode()
    one.refresh_from_db()
    assert (str(one.attachment.captured_on), one.caption) == (kept, "合影")
    assert one.attachment.taken_at.day == 4
