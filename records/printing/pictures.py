"""Pictures for paper: read from the storage, shrunk, kept in memory one at a time."""

import io

from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

from records.printing.blocks import Picture


def picture_bytes(picture: Picture) -> bytes:
    """The picture as JPEG (PNG where it was made for the print), at most `side` pixels
    long; empty where the file is gone: a print never fails for one lost photo."""
    content = picture.content or _stored(picture.name)
    if not content:
        return b""
    try:
        return _shrunk(content, picture.side)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return b""


def fitted(content: bytes, width: float, height: float) -> tuple[float, float]:
    """The size of a picture that fits into a room of this size, in its own proportions."""
    with Image.open(io.BytesIO(content)) as image:
        scale = min(width / image.width, height / image.height)
        return image.width * scale, image.height * scale


def _stored(name: str) -> bytes:
    if not name:
        return b""
    try:
        with default_storage.open(name) as file:
            return file.read()
    except FileNotFoundError:
        return b""


def _shrunk(content: bytes, side: int) -> bytes:
    image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
    is_turned = image.getexif().get(0x0112, 1) != 1  # the worker has not been there yet
    if max(image.size) <= side and image.format in ("JPEG", "PNG") and not is_turned:
        image.load()  # a broken one shows here, not in the middle of a book
        return content
    # JPEG is decoded at the size that is needed, so that a large photo costs little.
    image.draft("RGB", (side, side))
    image = ImageOps.exif_transpose(image).convert("RGB")
    image.thumbnail((side, side))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()
