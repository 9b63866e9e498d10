"""Reading a photo of whatever sort: sizes from the header first, then decode, flatten,
shrink, turn upright. What comes out is a fresh JPEG without anything of the original's
metadata."""

import datetime as dt
import io
import struct
import zlib
from dataclasses import dataclass

import pillow_heif
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

# iPhones send HEIC. The decoder turns such a picture upright by itself and says so in the
# EXIF it hands on, so exif_transpose() below does not turn it a second time.
pillow_heif.register_heif_opener()

MAX_PIXELS = 60_000_000
# JPEG is decoded smaller at once; these come out in full, three or four bytes a pixel.
MAX_PIXELS_IN_FULL = {"PNG": 25_000_000, "WEBP": 25_000_000, "HEIF": 50_000_000}
MAX_SIDE = 4096
THUMBNAIL_SIDE = 400
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


def read_photo(data: bytes, name: str) -> Photo:
    """Decode, turn upright, strip and shrink. Raises RefusedFile with a sentence."""
    try:
        image = Image.open(io.BytesIO(data), formats=PHOTO_FORMATS)
        _refuse_by_header(image, name)
        taken_at = _taken_at(image)
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
        image.load()
        flat = _flattened(image)
        flat.thumbnail((MAX_SIDE, MAX_SIDE))
        upright = ImageOps.exif_transpose(flat)
    except RefusedFile:
        raise
    except Image.DecompressionBombError as error:
        raise RefusedFile(f"“{name}”的像素太大，请缩小后再上传。") from error
    except BROKEN as error:
        raise RefusedFile(f"“{name}”不是完整的照片，请重新拍摄或重新导出后上传。") from error
    small = upright.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Photo(
        content=_jpeg(upright, 88),
        thumbnail=_jpeg(small, 80),
        width=upright.width,
        height=upright.height,
        fingerprint=fingerprint(small),
        taken_at=taken_at,
    )


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
    # A fresh image carries no EXIF, comments or colour profile of the original.
    Image.frombytes("RGB", image.size, image.tobytes()).save(out, "JPEG", quality=quality)
    return out.getvalue()
