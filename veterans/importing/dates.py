"""Dates of a life as people write them: 1985.07, 85.7.1, 一九八五年七月, 31229."""

import datetime as dt
import re
from dataclasses import dataclass

from veterans.importing.cells import ASK, BLANK, ERRORS, FIX, NOTE, answer, narrow, shown, text_of

EARLIEST, LATEST = 1900, 2099
_NUMERALS = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True))
_ONE = r"(?:\d{4}|\d{2})(?:[.年/]\d{1,2}(?:[.月/]\d{1,2})?)?[年月日]?"
_RANGE = re.compile(rf"^({_ONE})\s*(?:[-~－—–～至到]+)\s*({_ONE}|今|现在)$")
_PARTS = re.compile(
    r"^(\d{4}|\d{2})\s*[.\-/年、,]\s*(\d{1,2})(?:\s*[.\-/月、,]\s*(\d{1,2}))?\s*[.月日号]*$"
)
_YEAR = re.compile(r"^(\d{4})\s*年?$")
_HYPHENS = re.compile(r"\d{4}-\d{1,2}(-\d{1,2})?")
_DIGITS = re.compile(r"\d{4}|\d{5,6}|\d{8}")
_DIGITS_AS_FLOAT = re.compile(r"\d{4,8}\.0")
_LOST_NOUGHT = re.compile(r"(19|20)\d\d\.1")
_HAN_DIGITS = re.compile("[〇○零一二三四五六七八九十]")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


@dataclass
class DateRead:
    """`text` is 1985, 1985-07 or 1985-07-01. `is_short`: the century was not written and
    the row decides. `end`: the cell held a span."""

    text: str = ""
    level: str = FIX
    message: str = ""
    state: str = "answered"
    is_short: bool = False
    end: "DateRead | None" = None


def read_date(raw, *, is_text=False, is_1904=False) -> DateRead:
    if isinstance(raw, dt.datetime):
        return _checked(raw.year, raw.month, raw.day, raw.date().isoformat())
    if isinstance(raw, dt.date):
        return _checked(raw.year, raw.month, raw.day, raw.isoformat())
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return _number(raw, is_1904)
    text = narrow(text_of(raw)).strip("'\"“” ")
    state = answer(text)
    if state != "answered":
        broken = bool(ERRORS.match(text))
        return DateRead(
            state=state,
            level=BLANK if broken else FIX,
            message=f"单元格是公式错误“{text}”，请填写日期。" if broken else "",
        )
    text = _arabic(_CLOCK.sub("", text).replace("．", ".").replace("。", "."))
    match = _RANGE.match(text)
    if match and not re.fullmatch(r"\d{2}", match[1]) and not _is_hyphen_date(text):
        return _span(match)
    return _one(text, is_text=is_text, is_1904=is_1904)


def _is_hyphen_date(text):
    """1985-07 and 1985-07-01 are dates, 1985-1989 is a span."""
    return bool(_HYPHENS.fullmatch(text))


def _span(match):
    start = _one(match[1])
    end = DateRead(state="blank") if match[2] in ("今", "现在") else _one(match[2])
    start.end = end
    if start.level == FIX:
        start.level, start.message = NOTE, "一格里写了起止两个日期，已分开。"
    return start


def _one(text, *, is_text=False, is_1904=False):
    if _DIGITS.fullmatch(text):
        return _number(int(text), is_1904)
    if _DIGITS_AS_FLOAT.fullmatch(text):
        return _number(int(text[:-2]), is_1904)
    if is_text and _LOST_NOUGHT.fullmatch(text):
        return _ask_month(text)
    match = _PARTS.match(text)
    if match:
        year, month, day = match.groups()
        return _checked(int(year), int(month), int(day or 0), text, is_short=len(year) == 2)
    match = _YEAR.match(text)
    if match:
        return _checked(int(match[1]), 0, 0, text)
    return _impossible(text)


def _ask_month(text):
    year = text[:4]
    return DateRead(
        level=ASK,
        message=f"“{text}”可能是{year}年1月，也可能是{year}年10月（末尾的0丢失），请确认。",
    )


def _number(number, is_1904):
    if not 0 <= number <= 1e9:
        return _impossible(str(number))
    if isinstance(number, float) and number != int(number):
        return _decimal(number, is_1904)
    number = int(number)
    digits = str(number)
    if len(digits) == 8:
        return _checked(int(digits[:4]), int(digits[4:6]), int(digits[6:]), digits)
    if len(digits) == 6 and EARLIEST <= int(digits[:4]) <= LATEST and 1 <= int(digits[4:]) <= 12:
        return _checked(int(digits[:4]), int(digits[4:]), 0, digits)
    if len(digits) == 6:
        year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
        return _checked(year, month, day, digits, is_short=True)
    if len(digits) == 4:
        return _checked(number, 0, 0, digits)
    if 10_000 <= number <= 50_000:
        return _serial(number, is_1904)
    return _impossible(digits)


def _decimal(number, is_1904):
    text = repr(number)
    if _LOST_NOUGHT.fullmatch(text):
        return _ask_month(text)
    if 10_000 <= number <= 50_000:
        return _serial(int(number), is_1904)
    match = re.fullmatch(r"(\d{4})\.(\d{1,2})", text)
    if match:
        return _checked(int(match[1]), int(match[2]), 0, text)
    return _impossible(text)


def _serial(number, is_1904):
    start = dt.date(1904, 1, 1) if is_1904 else dt.date(1899, 12, 30)
    day = start + dt.timedelta(days=number)
    read = _checked(day.year, day.month, day.day, str(number))
    if read.text:
        read.level, read.message = NOTE, f"数字{number}按 Excel 日期序号读作{read.text}。"
    return read


def _checked(year, month, day, source, *, is_short=False):
    if not is_short and not EARLIEST <= year <= LATEST:
        return _impossible(source)
    try:
        dt.date(2000 if is_short and year % 4 == 0 else year or 1, month or 1, day or 1)
    except ValueError:
        return _impossible(source)
    if month == 0 and re.search(r"\D0{1,2}\D?", source):
        return _impossible(source)
    text = f"{year:02d}" if is_short else f"{year:04d}"
    if month:
        text += f"-{month:02d}"
        if day:
            text += f"-{day:02d}"
    return DateRead(text, is_short=is_short)


def _impossible(source):
    message = f"“{shown(source, 20)}”不是有效日期，已留空，请核对后补填。"
    return DateRead(level=BLANK, message=message, state="unknown")


def _arabic(text):
    """一九八五年十一月 -> 1985年11月; the units after ten are sums, the year is digits."""
    if not _HAN_DIGITS.search(text):
        return text

    def ten(match):
        tens, units = match[1], match[2]
        return str(int(_NUMERALS.get(tens, "1")) * 10 + int(_NUMERALS.get(units, "0")))

    text = re.sub("([一二三]?)十([一二三四五六七八九]?)", ten, text)
    return "".join(_NUMERALS.get(char, char) for char in text)


# --- partial dates, compared as far as both are known -----------------------------------


def before(first: str, second: str) -> bool:
    """Is the first certainly before the second?"""
    known = min(len(first), len(second))
    return bool(known) and first[:known] < second[:known]


def agree(first: str, second: str) -> bool:
    known = min(len(first), len(second))
    return bool(known) and first[:known] == second[:known]


def years_between(first: str, second: str) -> float:
    def months(text):
        return int(text[:4]) * 12 + (int(text[5:7]) if len(text) > 4 else 6)

    return (months(second) - months(first)) / 12


def with_century(text: str, *, born: str, today: dt.date, least_age: int = 0) -> str:
    """A two-digit year: 19xx if 20xx is in the future or too early in a life."""
    later = f"20{text}"
    if later > today.isoformat()[: len(later)]:
        return f"19{text}"
    if born and len(born) >= 4 and years_between(born, later) < least_age:
        return f"19{text}"
    return later
