"""Reads the code of a sign-in sheet from a photo of it: held askew, on its side, in a dim room."""

import io
import re
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

# What the sheet carries: the address of its page, or where no phone reaches the server the
# bare code (sign_in.py).
CODE = re.compile(r"(?:/sign-in/|^sign-in:)([a-z0-9]{2,12}-[a-z0-9]{6})/?$")
# Larger copies take long and show nothing more.
WIDEST = 3200


def code_in(content: bytes) -> str:
    """Of a picture that was checked (records.pictures.read_photo); empty where none is read."""
    with Image.open(io.BytesIO(content)) as image:
        grey = image.convert("L")
    for version in _versions(grey):
        found = zxingcpp.read_barcodes(version, formats=zxingcpp.BarcodeFormat.QRCode)
        for one in found:
            if match := CODE.search(one.text):
                return match[1]
    return ""


def _versions(grey: Image.Image) -> Iterator[Image.Image]:
    """As it is; brighter and larger, for small codes in little light; then without the grain."""
    yield grey
    bright = ImageOps.autocontrast(grey, cutoff=2)
    scale = min(2, WIDEST / max(grey.size))
    large = bright.resize(
        (int(grey.width * scale), int(grey.height * scale)), Image.Resampling.BICUBIC
    )
    yield large
    yield ImageOps.autocontrast(large.filter(ImageFilter.GaussianBlur(2)), cutoff=2)
