"""What a font says of its text: struck through or red, as rosters mark who is gone.

Handlers for the styles, the theme and the shared texts of an .xlsx; the colours by number
are the same in an old .xls.
"""

import colorsys
import re
from functools import lru_cache

# Of the numbered colours those that somebody may have changed, and the reds among them.
RED, MAROON, ROSE = "FF0000", "800000", "FF8080"
NUMBERED = {2: RED, 10: RED, 16: MAROON, 29: ROSE, 37: MAROON}
# The order in which a colour of the theme is numbered is not the one in which they stand.
THEME = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5",
         "accent6", "hlink", "folHlink")  # fmt: skip
_FIRST_ACCENT = 4
# Formats of dates without a day that have a number and no code, 1985年7月 among them.
SHORT_DATES = dict.fromkeys((17, 27, 36, 50, 52, 57), "month")
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


def local(name: str) -> str:
    return name.rpartition("|")[2]


@lru_cache(maxsize=200)
def is_red(rgb: str) -> bool:
    """Red and dark red; neither orange nor brown, neither pink nor rose."""
    try:
        red, green, blue = (int(rgb[-6:][at : at + 2], 16) / 255 for at in (0, 2, 4))
    except ValueError:
        return False
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    return (hue <= 15 / 360 or hue >= 345 / 360) and 0.15 <= light <= 0.7 and strength >= 0.4


def is_on(attributes: dict[str, str]) -> bool:
    """`<strike/>` says yes, `<strike val="0"/>` says no."""
    return attributes.get("val", "1") not in ("0", "false")


@lru_cache(maxsize=200)
def shows(code: str) -> str:
    """How little a format shows of a date: its "month", its "year", or all of it."""
    signs = _LITERAL.sub("", code.partition(";")[0]).lower()
    if "y" not in signs.replace("e", "y") or "d" in signs or "general" in signs:
        return ""
    return "month" if "m" in signs else "year"


class Palette:
    """The colours that a workbook names: plainly, by the number, or by its theme."""

    def __init__(self):
        self.numbered: dict[int, str] = dict(NUMBERED)
        self.theme: dict[int, str] = {}

    def is_red(self, colour: dict[str, str]) -> bool:
        if "rgb" in colour:
            return is_red(colour["rgb"])
        if "theme" in colour:
            return is_red(self.theme.get(_number(colour["theme"]), ""))
        return is_red(self.numbered.get(_number(colour.get("indexed", "")), ""))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1


class Theme:
    """The colours of a theme by their numbers."""

    def __init__(self):
        self.colours: dict[int, str] = {}
        self.name = ""

    def start(self, name, attributes):
        name = local(name)
        if name in THEME:
            self.name = name
        elif self.name and name in ("srgbClr", "sysClr"):
            number = THEME.index(self.name)
            self.colours.setdefault(number, attributes.get("lastClr") or attributes.get("val", ""))

    def end(self, name):
        if local(name) == self.name:
            self.name = ""


class Styles:
    """Which cell formats strike the text through or colour it red. The palette stands behind
    the fonts, so they are judged at the end."""

    def __init__(self):
        self.fonts: list[dict] = []
        self.formats: list[int] = []
        self.numbers: list[int] = []
        self.codes: dict[int, str] = {}
        self.where: list[str] = []
        self.palette, self.changed = Palette(), 0

    def start(self, name, attributes):
        name = local(name)
        self.where.append(name)
        if name == "font" and "fonts" in self.where:
            self.fonts.append({"is_struck": False, "colour": {}})
        elif "fonts" in self.where and self.fonts:
            if name == "strike":
                self.fonts[-1]["is_struck"] |= is_on(attributes)
            elif name == "color":
                self.fonts[-1]["colour"] = attributes
        elif name == "xf" and "cellXfs" in self.where:
            self.formats.append(int(attributes.get("fontId", 0)))
            self.numbers.append(int(attributes.get("numFmtId", 0)))
        elif name == "numFmt":
            self.codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "rgbColor":
            self.palette.numbered[self.changed] = attributes.get("rgb", "")
            self.changed += 1

    def end(self, _name):
        self.where.pop()

    @property
    def needs_theme(self) -> bool:
        """Text in the theme's own black is what a new workbook has."""
        return any(_number(f["colour"].get("theme", "")) >= _FIRST_ACCENT for f in self.fonts)

    def marked_formats(self) -> frozenset[str]:
        marked = {
            number
            for number, font in enumerate(self.fonts)
            if font["is_struck"] or self.palette.is_red(font["colour"])
        }
        return frozenset(str(n) for n, font in enumerate(self.formats) if font in marked)

    def short_dates(self) -> dict[str, str]:
        return {
            str(n): short for n, short in enumerate(short_of(self.numbers, self.codes)) if short
        }


def short_of(numbers: list[int], codes: dict[int, str]) -> list[str]:
    """What each of the cell formats shows of a date, by the number of its number format."""
    own = {number: shows(code) for number, code in codes.items()}
    return [own.get(number, SHORT_DATES.get(number, "")) for number in numbers]


class SharedTexts:
    """The numbers of the texts that were taken to pieces of which every one is marked."""

    def __init__(self, palette: Palette):
        self.palette = palette
        self.marked: set[str] = set()
        self.number = -1
        self.runs: list[bool] = []
        self.is_marked = self.in_run = self.in_text = False

    def start(self, name, attributes):
        name = local(name)
        if name == "si":
            self.number += 1
            self.runs = []
        elif name == "r":
            self.in_run, self.is_marked = True, False
        elif name == "t":
            self.in_text = self.in_run
        elif name == "strike":
            self.is_marked |= is_on(attributes)
        elif name == "color":
            self.is_marked |= self.palette.is_red(attributes)

    def text(self, text):
        if self.in_text and not text.isspace():
            self.runs.append(self.is_marked)

    def end(self, name):
        name = local(name)
        if name == "t":
            self.in_text = False
        elif name == "r":
            self.in_run = False
        elif name == "si" and self.runs and all(self.runs):
            self.marked.add(str(self.number))
