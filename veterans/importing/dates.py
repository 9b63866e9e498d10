"""Dates of a life as people write them: 1985.07, 85.7.1, 一九八五年七月, 31229."""

import datetime as dt
import re
from dataclasses import dataclass

from veterans.importing.cells import ASK, BLANK, ERRORS, FIX, NOTE, answer, narrow, shown, text_of

EARLIEST, LATEST = 1900, 2099
_NUMERALS = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True))
# One date as people write it. What is left of a cell around one or two of them may only be
# words that say nothing more about the time.
_TOKEN = re.compile(
    r"""(?<!\d)(?:
      (?P<spoken>(?:\d{4}|\d{2})\s*年\s*\d{1,2}(?!\d)\s*月?(?:\s*\d{1,2}(?!\d)\s*[日号]?)?)
    | (?P<year_alone>\d{4}\s*年|^\d{2}\s*年$)
    | (?P<mixed>(?:\d{4}|\d{2})[./\-]\d{1,2}[月./]\d{1,2}[日号]?(?!\d))
    | (?P<signs>(?:\d{4}|\d{2})\s*(?P<sign>[./、,·\-])\s*\d{1,2}(?!\d)(?:\s*(?P=sign)\s*\d{1,2}(?!\d))?
        \s*[月日号]?)
    | (?P<blanks>\d{4}[ ]+\d{1,2}(?![\d年./\-])(?:[ ]+\d{1,2}(?![\d年./\-]))?)
    | (?P<month_first>\d{1,2}[/.]\d{4})
    | (?P<spreadsheet>(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d{1,2}月)-(?P<year>\d{4}|\d{2}))
    | (?P<digits>\d{8}|\d{6}|\d{4})
    )(?!\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_SILENT = re.compile(
    r"公元|出生|生|入伍|参军|应征|服役|退出现役|退[役伍]?|转业|复员|离队|农历|阴历|旧历|公历|阳历"
    r"|至今|现在|现役|今|自|从|于|在|起|始|止|份|月|日|[-~至到、,;./()\s\[\]]"
)
_VAGUE = re.compile(r"大约|大概|约|左右|前后|年?初|年?底|年?末|[上下]半年|春季?|夏季?|秋季?|冬季?")
# How nearly all of them are written.
_PLAIN = re.compile(r"(\d{4})[.\-/年](\d{1,2})(?:[.\-/月](\d{1,2}))?[月日]?")
_DIGITS = re.compile(r"\d{4}|\d{5,6}|\d{8}")
_DIGITS_AS_FLOAT = re.compile(r"\d{4,8}\.0")
_LOST_NOUGHT = re.compile(r"((?:19|20)?\d\d)\.1")
_HAN_DIGITS = re.compile("[〇○零一二三四五六七八九十]")
_CLOCK = re.compile(
    r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$|\s*[（(]?(星期|周|礼拜)[一二三四五六日天][）)]?$"
)
# Longer is no date, and nothing to search through.
_LONGEST = 60
_DASHES = re.compile(r"[-—–−‐~]+")


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
    if isinstance(raw, dt.date):
        return _of_calendar(raw)
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
    text = _arabic(_DASHES.sub("-", _CLOCK.sub("", text)))
    text = text.replace("元月", "1月").replace("。", ".").replace("\\", "/")
    return _of_text(text, is_text=is_text, is_1904=is_1904)


def _of_calendar(raw):
    """A cell that Excel shows as a date. 1985 typed into one becomes the day of that number."""
    number = (raw.date() if isinstance(raw, dt.datetime) else raw) - dt.date(1899, 12, 30)
    if EARLIEST <= number.days <= LATEST:
        message = f"表格里显示为{raw:%Y-%m-%d}，可能是把年份{number.days}当成了日期，请确认。"
        return DateRead(level=ASK, message=message)
    return _checked(raw.year, raw.month, raw.day, f"{raw:%Y-%m-%d}")


def _of_text(text, *, is_text, is_1904):
    if _DIGITS.fullmatch(text):
        return _number(int(text), is_1904)
    if _DIGITS_AS_FLOAT.fullmatch(text):
        return _number(int(text[:-2]), is_1904)
    if is_text and _LOST_NOUGHT.fullmatch(text):
        return _ask_month(text)
    plain = _PLAIN.fullmatch(text)
    if plain:
        return _checked(int(plain[1]), int(plain[2]), int(plain[3] or 0), text)
    if len(text) > _LONGEST:
        return _impossible(text)
    found = list(_TOKEN.finditer(text))
    around = _TOKEN.sub(" ", text)
    without = _VAGUE.sub("", around)
    if not 1 <= len(found) <= 2 or _SILENT.sub("", without):
        return _impossible(text)
    read = _one(found[0])
    if len(found) == 2:
        read.end = _one(found[1])
    elif re.search("至今|现在|[-至到]今", around):
        read.end = DateRead(state="blank")
    if read.end is not None and read.level == FIX:
        read.level, read.message = NOTE, "一格里写了起止两个日期，已分开。"
    elif without != around and read.level == FIX:
        read.level, read.message = NOTE, f"“{shown(text, 20)}”只写了大概时间，按{read.text}登记。"
    return read


def _one(token):
    """One date among the words of a cell."""
    text = token[0].strip()
    if token["digits"]:
        return _number(int(text), is_1904=False)
    if token["month_first"]:
        month, year = re.split("[/.]", text)
        return _checked(int(year), int(month), 0, text)
    if token["spreadsheet"]:
        year, month = token["year"], token["month"].lower()
        month = _MONTHS.index(month) + 1 if month in _MONTHS else int(month.rstrip("月"))
        return _checked(int(year), month, 0, text, is_short=len(year) == 2)
    parts = re.findall(r"\d+", text)
    year, month, day = [*parts, "0", "0"][:3]
    return _checked(int(year), int(month), int(day), text, is_short=len(year) == 2)


def _ask_month(text):
    year = text.partition(".")[0]
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
    match = re.fullmatch(r"(\d{4}|\d{2})\.(\d{1,2})", text)
    if match:
        return _checked(int(match[1]), int(match[2]), 0, text, is_short=len(match[1]) == 2)
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
