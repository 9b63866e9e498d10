"""Reading a photo of whatever sort: sizes from the header first, then decode, flatten,
shrink, turn upright. What comes out is a fresh JPEG without anything of the original's
metadata. A plain JPEG is only stripped while its sender waits (`accept_photo`); the worker
decodes it (records/finishing.py)."""

import datetime as dt
import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pillow_heif
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from records.jpegs import stripped

# iPhones send HEIC. The decoder turns such a picture upright by itself and says so in the
# EXIF it hands on, so exif_transpose() below does not turn it a second time.
pillow_heif.register_heif_opener()

MAX_PIXELS = 60_000_000
# JPEG is decoded smaller at once; these come out in full, three or four bytes a pixel.
MAX_PIXELS_IN_FULL = {"PNG": 25_000_000, "WEBP": 25_000_000, "HEIF": 50_000_000}
MAX_SIDE = 4096
THUMBNAIL_SIDE = 400
ORIENTATION = 0x0112
PHOTO_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
# What decoders raise for data that somebody made up.
BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError,
    TypeError, AttributeError, OverflowError, RuntimeError, MemoryError, ZeroDivisionError,
    struct.error, zlib.error,
)  # fmt: skip


class RefusedFile(Exception):
    """The file is not taken; the text is a sentence for the user."""


@dataclass
class Photo:
    """Without thumbnail and fingerprint it still waits for the worker."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    fingerprint: str
    taken_at: dt.datetime | None


def looks_like_photo(head: bytes) -> bool:
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n"))
        or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS)
    )


def fingerprint(image: Image.Image) -> str:
    """64-bit difference hash: survives scaling and re-compression, in 16 hex digits."""
    small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    pixels = list(small.tobytes())
    bits = 0
    for row in range(8):
        for column in range(8):
            left = pixels[row * 9 + column]
            bits = bits << 1 | (left > pixels[row * 9 + column + 1])
    return f"{bits:016x}"


def camera_time(text: object) -> dt.datetime | None:
    """`2026:05:04 10:11:12` as cameras write it: local time, they know no zone."""
    try:
        naive = dt.datetime.strptime(str(text).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 cameras know no zone
    except ValueError:
        return None
    return timezone.make_aware(naive) if 1950 < naive.year < 2100 else None


def _taken_at(image: Image.Image) -> dt.datetime | None:
    """A picture without readable EXIF is as good as any other."""
    try:
        exif = image.getexif()
        return camera_time(exif.get_ifd(0x8769).get(0x9003) or exif.get(0x0132))
    except BROKEN:
        return None


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    try:
        yield
    except RefusedFile:
        raise
    except Image.DecompressionBombError as error:
        raise RefusedFile(f"“{name}”的像素太大，请缩小后再上传。") from error
    except BROKEN as error:
        raise RefusedFile(f"“{name}”不是完整的照片，请重新拍摄或重新导出后上传。") from error


def _opened(data: bytes, name: str) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=PHOTO_FORMATS)
    _refuse_by_header(image, name)
    return image


def accept_photo(data: bytes, name: str) -> Photo:
    """What an upload needs at once. Raises RefusedFile with a sentence."""
    with _sentences(name):
        image = _opened(data, name)
        if image.format in ("JPEG", "MPO") and image.mode in ("RGB", "L"):
            orientation = _orientation(image)
            content = stripped(data, orientation)
            if content is not None:
                size = image.size[::-1] if orientation >= 5 else image.size
                return Photo(content, b"", *size, "", _taken_at(image))
    return read_photo(data, name)


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ORIENTATION)
    except BROKEN:
        return 1
    return value if value in range(1, 9) else 1


def read_photo(data: bytes, name: str) -> Photo:
    """Decode, turn upright, strip and shrink. Raises RefusedFile with a sentence."""
    with _sentences(name):
        image = _opened(data, name)
        taken_at = _taken_at(image)
        upright = _decoded(image, MAX_SIDE)
        small = _scaled(upright, THUMBNAIL_SIDE)
    return Photo(
        content=_jpeg(upright, 88),
        thumbnail=_jpeg(small, 80),
        width=upright.width,
        height=upright.height,
        fingerprint=fingerprint(small),
        taken_at=taken_at,
    )


def read_small(data: bytes, name: str) -> bytes:
    """Only the thumbnail, for a page that cannot wait for the worker."""
    with _sentences(name):
        image = _decoded(_opened(data, name), THUMBNAIL_SIDE)
        return _jpeg(_scaled(image, THUMBNAIL_SIDE), 80)


def _decoded(image: Image.Image, side: int) -> Image.Image:
    """Upright, in plain colours, not longer than `side` or, from a JPEG, not much longer."""
    image.draft("RGB", (side, side))
    image.load()
    flat = _flattened(image)
    flat.thumbnail((MAX_SIDE, MAX_SIDE))
    ImageOps.exif_transpose(flat, in_place=True)
    return flat


def _scaled(image: Image.Image, side: int) -> Image.Image:
    scale = min(1, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _refuse_by_header(image: Image.Image, name: str) -> None:
    """Before anything is decoded. A phone's JPEG may carry a second picture (MPO), which is
    no animation."""
    most = MAX_PIXELS_IN_FULL.get(image.format or "", MAX_PIXELS)
    if image.width * image.height > most:
        raise RefusedFile(f"“{name}”的像素太大（{image.width}×{image.height}），请缩小后再上传。")
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise RefusedFile(f"“{name}”是动态图片，请截取其中一张后再上传。")


def _flattened(image: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue; what is transparent becomes white paper."""
    if image.mode == "RGB":
        return image
    if image.mode.startswith("I"):  # sixteen bits of grey: plain conversion would clip them
        eight = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        return _with_exif(eight.convert("RGB"), image)
    if "A" in image.mode or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = Image.new("RGB", clear.size, "white")
        paper.paste(clear, mask=clear.getchannel("A"))
        return _with_exif(paper, image)
    return image.convert("RGB")


def _with_exif(made: Image.Image, original: Image.Image) -> Image.Image:
    if "exif" in original.info:
        made.info["exif"] = original.info["exif"]
    return made


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    # A comment of the original is written again unless it is forgotten; EXIF and colour
    # profile are only written where they are asked for.
    image.info = {}
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
