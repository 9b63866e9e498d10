"""The pages of a film, drawn: a title, pictures with their words, figures, an end."""

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from records.printing.typeset import FOLDER
from records.video import FRAMES_PER_SECOND

SIZE = (1280, 720)
FADE_FRAMES = 8
BACKGROUND = "#7a1620"  # the red of the product's top bar
GOLD = "#f3d9a0"
WHITE = "#ffffff"
CAPTION_TOP = 620
MARGIN = 90


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    name = "NotoSansSC_700Bold.ttf" if bold else "NotoSansSC_400Regular.ttf"
    return ImageFont.truetype(str(Path(FOLDER) / "fonts" / name), size)


def wrap(text: str, size: int, width: int, *, bold: bool = False) -> list[str]:
    """Lines no wider than `width` pixels. Chinese breaks between any two characters."""
    lines, line = [], ""
    for character in text:
        if line and font(size, bold=bold).getlength(line + character) > width:
            lines.append(line)
            line = ""
        line += character
    return [*lines, line] if line else lines


def title_page(title: str, unit: str, line: str, marks: tuple[str, ...]) -> Image.Image:
    page, pen = _blank(marks)
    lines = wrap(title, 64, SIZE[0] - 2 * MARGIN, bold=True)[:3]
    top = 300 - 44 * len(lines)
    for number, text in enumerate(lines):
        _centred(pen, top + 88 * number, text, font(64, bold=True), WHITE)
    below = top + 88 * len(lines) + 20
    pen.line((440, below, 840, below), fill=GOLD, width=3)
    _centred(pen, below + 30, unit, font(36), GOLD)
    for number, text in enumerate(wrap(line, 30, SIZE[0] - 2 * MARGIN)[:2]):
        _centred(pen, below + 100 + 46 * number, text, font(30), WHITE)
    return page


def picture_page(content: bytes, caption: str, marks: tuple[str, ...]) -> Image.Image:
    """The whole picture over a soft copy of itself: nobody's head is cut off."""
    photo = Image.open(io.BytesIO(content), formats=("JPEG",))
    photo.draft("RGB", SIZE)
    photo = photo.convert("RGB")
    page = photo.resize((160, 90)).resize(SIZE).filter(ImageFilter.GaussianBlur(18))
    page = Image.blend(page, Image.new("RGB", SIZE, "#000000"), 0.35)
    room = (SIZE[0], CAPTION_TOP) if caption else SIZE
    photo = _fit(photo, room)
    page.paste(photo, ((room[0] - photo.width) // 2, (room[1] - photo.height) // 2))
    if caption:
        pen = ImageDraw.Draw(page, "RGBA")
        pen.rectangle((0, CAPTION_TOP, *SIZE), fill=(0, 0, 0, 150))
        size = 36 if len(wrap(caption, 36, SIZE[0] - 2 * MARGIN)) == 1 else 28
        lines = wrap(caption, size, SIZE[0] - 2 * MARGIN)[:2]
        top = CAPTION_TOP + (SIZE[1] - CAPTION_TOP - (size + 12) * len(lines)) // 2 - 4
        for number, text in enumerate(lines):
            _centred(pen, top + (size + 12) * number, text, font(size), WHITE)
    _mark(ImageDraw.Draw(page), marks)
    return page


def figures_page(figures: list[tuple[str, str]], heading: str, marks: tuple[str, ...]):
    page, pen = _blank(marks)
    _centred(pen, 90, heading, font(44, bold=True), GOLD)
    columns = 2 if len(figures) > 1 else 1
    for number, (figure, label) in enumerate(figures):
        middle = SIZE[0] * (2 * (number % columns) + 1) // (2 * columns)
        top = 210 + 220 * (number // columns)
        _centred(pen, top, figure, font(96, bold=True), WHITE, middle=middle)
        _centred(pen, top + 124, label, font(30), GOLD, middle=middle)
    return page


def end_page(unit: str, day: str, marks: tuple[str, ...]) -> Image.Image:
    page, pen = _blank(marks)
    _centred(pen, 300, unit, font(44, bold=True), WHITE)
    _centred(pen, 380, day, font(30), GOLD)
    return page


def frames(pages: Iterator[tuple[Image.Image, int]]) -> Iterator[bytes]:
    """Raw frames of (page, seconds), one page fading into the next. Two pages are in
    memory at a time, however long the film is."""
    before: Image.Image | None = None
    for page, seconds in pages:
        still = seconds * FRAMES_PER_SECOND
        if before is not None:
            for step in range(1, FADE_FRAMES):
                yield Image.blend(before, page, step / FADE_FRAMES).tobytes()
            still -= FADE_FRAMES - 1
        raw = page.tobytes()
        for _ in range(still):
            yield raw
        before = page


def _blank(marks: tuple[str, ...]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("RGB", SIZE, BACKGROUND)
    pen = ImageDraw.Draw(page)
    pen.rectangle((24, 24, SIZE[0] - 25, SIZE[1] - 25), outline=GOLD, width=2)
    _mark(pen, marks)
    return page, pen


def _mark(pen: ImageDraw.ImageDraw, marks: tuple[str, ...]) -> None:
    if marks:
        text = " ".join(marks)
        width = font(22).getlength(text)
        pen.rectangle((SIZE[0] - width - 60, 36, SIZE[0] - 40, 72), fill="#000000")
        pen.text((SIZE[0] - width - 50, 38), text, font=font(22), fill=WHITE)


def _centred(pen, top: int, text: str, shape, fill: str, *, middle: int = SIZE[0] // 2) -> None:
    pen.text((middle, top), text, font=shape, fill=fill, anchor="ma")


def _fit(photo: Image.Image, room: tuple[int, int]) -> Image.Image:
    ratio = min(room[0] / photo.width, room[1] / photo.height)
    return photo.resize((max(1, round(photo.width * ratio)), max(1, round(photo.height * ratio))))
