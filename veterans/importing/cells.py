"""Cells as texts, the four answers, and what is said about a cell."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from accounts.marks import without_marks

FIX, NOTE, ASK, BLANK = "fix", "note", "ask", "blank"

NONE_WORDS = {"无", "無", "没有", "暂无", "没", "/", "\\"}
UNKNOWN_WORDS = {
    "不详",
    "待补",
    "未知",
    "不清楚",
    "不明",
    "待核实",
    "待查",
    "不知道",
    "不知",
    "待填",
}
_LONGEST = 12
_STROKES = re.compile(r"[-—–－―_/\\]+")
_AROUND = re.compile(r"[\s()\[\]【】“”\"'.。,，;；]")
DITTO_WORDS = {"同上", "〃", '"', "″", "..", "同前", "”", "“", "''", "々"}
ERRORS = re.compile(r"^#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$", re.IGNORECASE)
# Figures of both widths; an ID number in groups, a phone in 3-4-4.
_NUMBER = re.compile(
    r"\d{11,}[XxＸｘ]?|(?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[\dXxＸｘ]|(?<!\d)1\d{2}[ -]\d{4}[ -]\d{4}"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Digits, letters and brackets only: NFKC would rewrite rare ideographs of names.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


@dataclass(frozen=True)
class Note:
    """Something to tell about a cell. `level`: fix (silently), note, ask (the row waits),
    blank (the field stays empty). `compared`: it speaks of the roster as it was, and is
    forgotten when the row is compared anew."""

    field: str
    level: str
    message: str
    compared: bool = False

    def as_dict(self):
        said = {"field": self.field, "level": self.level, "message": self.message}
        return said | {"compared": True} if self.compared else said


def text_of(raw) -> str:
    """A cell as text. A number never passes through str(float): 3.0 is "3"."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        # Neither control signs nor odd blanks: what most cells are.
        if raw.isprintable():
            return without_marks(raw).strip()
        return (
            _CONTROL.sub("", without_marks(raw)).replace("\xa0", " ").replace("\r\n", "\n").strip()
        )
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        if raw == int(raw) if raw == raw and abs(raw) < 1e15 else False:
            return str(int(raw))
        return repr(raw)
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat() if raw.time() == dt.time(0) else raw.isoformat(" ")
    return str(raw)


def narrow(text: str) -> str:
    """Full-width digits, letters and punctuation as ASCII."""
    return text.translate(_WIDE)


def answer(text: str) -> str:
    """ "none", "unknown", "blank" or "answered"."""
    bare = text.strip()
    return "answered" if len(bare) > _LONGEST else _answer(bare)


# A roster says the same few hundred things many thousand times.
@lru_cache(maxsize=5_000)
def _answer(bare: str) -> str:
    if not bare or ERRORS.match(bare):
        return "blank"
    bare = _AROUND.sub("", narrow(bare))
    if bare in NONE_WORDS or _STROKES.fullmatch(bare):
        return "none"
    if bare in UNKNOWN_WORDS:
        return "unknown"
    return "answered"


def is_ditto(text: str) -> bool:
    bare = text.strip()
    if len(bare) > _LONGEST:
        return False
    return bare in DITTO_WORDS or bare.rstrip("。") in DITTO_WORDS or set(bare) == {"〃"}


def is_stand_in(text: str) -> bool:
    """A ditto or an error of a formula: something stands in the cell that is not its word."""
    return 0 < len(text) <= _LONGEST and _is_stand_in(text)


@lru_cache(maxsize=5_000)
def _is_stand_in(text: str) -> bool:
    return is_ditto(text) or bool(ERRORS.match(text))


def has_number(text: str) -> bool:
    """Does a text hold an ID number, a mobile phone or the number of a card?"""
    return bool(_NUMBER.search(text))


def without_numbers(text: str) -> str:
    """Where a text is kept, logged or sent, no number of a person stands in it."""
    return _NUMBER.sub("（号码）", text)


def shown(text: str, most: int = 40) -> str:
    """A cell's text inside a sentence: sentences are kept and sent, so no number of a person
    stands in them, whatever column it was typed into."""
    text = without_numbers(" ".join(text.split()))
    return text if len(text) <= most else text[: most - 1] + "…"
