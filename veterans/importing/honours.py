"""三等功1次，嘉奖2次；88年优秀士兵 -> honours with count and year."""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache

from veterans.importing.cells import ASK, NOTE, Note, narrow, shown
from veterans.models import Honour

_Kind = Honour.Kind
_COUNT = {"一": 1, "壹": 1, "二": 2, "贰": 2, "两": 2, "三": 3, "叁": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
          "十": 10}  # fmt: skip
_CLASSES = ((_Kind.MERIT_1, "[一壹1]"), (_Kind.MERIT_2, "[二贰2]"), (_Kind.MERIT_3, "[三叁3]"))
_KINDS = [
    (re.compile("等战功|战功"), _Kind.WAR_MERIT),
    (re.compile("特等功|大功|小功|四等功"), _Kind.HISTORIC_MERIT),
    *((re.compile(f"{number}等?功"), kind) for kind, number in _CLASSES),
    (re.compile("嘉奖"), _Kind.COMMENDATION),
    (re.compile("四有|优秀士兵|优秀士官|优秀军官|优秀义务兵|优秀军士|五好战士"), _Kind.FOUR_HAVE),
    (re.compile("纪念章|奖章|勋章|纪念奖"), _Kind.MEDAL),
    (re.compile("荣誉称号|英模|战斗英雄|一级英雄|二级英雄"), _Kind.TITLE),
    (re.compile("最美|模范|先进|优秀党员|优秀共产党员|劳动|道德|好人|标兵|能手|表彰"), _Kind.CIVIL),
]
_YEAR = re.compile(
    # Neither 光荣在党50年 nor 服役20年 is the year of an award.
    r"((?:19|20)\d{2}|(?<![\d党龄役军满])\d{2})\s*(?:年度?|[.\-/](?=\d{1,2}(?!\d)))|((?:19|20)\d{2})"
)
# Years of which only the last has its word: 88、89年.
_YEARS = re.compile(
    r"(?<![\d党龄役军满])((?:19|20)\d{2}|\d{2})(?=\s*年|、(?:\d{2}|\d{4})\s*[年、])"
)
_TIMES = re.compile(r"(\d{1,2}|[一壹二贰两三叁四五六七八九十])\s*(?:次|枚|个|回)")
# Ⅲ等功 and III等功, 三 等 功; 二、三等功 are two; 三等功×2.
_ROMAN = (("III|Ⅲ", "三"), ("II|Ⅱ", "二"), ("I|Ⅰ", "一"))
_CLASS = "[一二三壹贰叁123]"
_SPELLINGS = (
    *((re.compile(rf"(?<![A-Z])(?:{roman})(?=\s*等)"), digit) for roman, digit in _ROMAN),
    (re.compile(rf"({_CLASS})\s*等\s*功"), r"\1等功"),
    (re.compile(rf"({_CLASS})\s*[、和及]\s*({_CLASS}等功)"), r"\1等功、\2"),
    (re.compile(r"(?<=[功奖兵官])\s*[×xX*]\s*(\d{1,2})(?!\d)"), r"\1次"),
)
# Up to a sign between honours; the signs inside brackets are none: 嘉奖(87年、88年).
_PIECE = re.compile(r"(?:\([^()]*\)|[^;,、\n。+])+")
_AFTER_TIMES = re.compile(r"(?<=次)\s*(?=[^\s(])")
_ONLY_COUNT = re.compile(rf"(?:共|各|先后|荣立)?\s*{_TIMES.pattern}")
_ONLY_YEAR = re.compile(r"(?:19|20)?\d{2}\s*年?")
# Where one honour of the army's own ends and the next may begin without a sign between.
_OF_SERVICE = re.compile(rf"{_CLASS}等功(?!臣)|嘉奖|优秀士兵|优秀士官|优秀义务兵|优秀军士")
_TAIL = re.compile(rf"(?:\s*\([^()]*\)|\s*{_TIMES.pattern})*[\s及和与并]*")
_COLLECTIVE = re.compile("集体")
_NONE = re.compile(
    "(?:从?未|无|没有|未曾)(?:立过?|受过?|获得?过?|任何)*(?:功|奖|奖励|荣誉|嘉奖|受奖|立功受奖|功受奖)(?:情况)?[。.]?"
)

_LABELS = {str(kind): str(label) for kind, label in Honour.Kind.choices} | {
    "four_have": "优秀士兵",
    "war_merit": "战功",
    "historic_merit": "大功",
    "civil": "退役后表彰",
    "medal": "纪念章",
}
_KIND_OF = {narrow(label): _Kind(kind) for kind, label in _LABELS.items()}
_OWN_KIND = re.compile(r"\((" + "|".join(map(re.escape, _KIND_OF)) + r")\)(?=\s*(?:\d+次)?$)")


@dataclass
class HonoursRead:
    """`honours` are {kind, count, year, note}; `rest` is what no kind was found for."""

    honours: list[dict] = field(default_factory=list)
    rest: str = ""
    notes: list[Note] = field(default_factory=list)


def has_none(text: str) -> bool:
    """未立功, 无立功受奖: the answer 无 in more words."""
    return bool(_NONE.fullmatch(text.strip()))


def read_honours(text: str) -> HonoursRead:
    """A roster writes the same few cells again and again; each reader gets its own copy."""
    read = _read(text)
    return HonoursRead([dict(honour) for honour in read.honours], read.rest, list(read.notes))


@lru_cache(maxsize=2_000)
def _read(text: str) -> HonoursRead:
    read = HonoursRead()
    parts = split_honours(narrow(text))
    rest, unclear = [], []
    for part in parts:
        honour = _one(part)
        if honour:
            read.honours += _by_year(honour, part)
        elif re.search("立功|受奖|记功", part):
            unclear.append(part)
        else:
            rest.append(part)
    if unclear:
        message = f"“{shown('、'.join(unclear))}”没有写明等次，请补充几等功；确认导入则写入备注。"
        read.notes.append(Note("honours", ASK, message))
    if rest:
        said = shown("、".join(rest))
        read.notes.append(Note("honours", NOTE, f"“{said}”没有对应的荣誉类别，已写入备注。"))
    read.rest = "、".join(unclear + rest)
    if _is_split(read.honours):
        read.notes.append(Note("honours", NOTE, f"已分成{len(read.honours)}项荣誉。"))
    return read


def split_honours(text: str) -> list[str]:
    """One part per honour: 三等功 嘉奖2次；88、89年优秀士兵 -> 三等功 | 嘉奖2次 | 88、89年优秀士兵."""
    for pattern, word in _SPELLINGS:
        text = pattern.sub(word, text)
    parts, lead = [], ""
    pieces = (piece for whole in _PIECE.findall(text) for piece in _AFTER_TIMES.split(whole))
    for piece in map(str.strip, pieces):
        # A year or a count alone belongs to what it stands before; a count behind, too.
        if _ONLY_YEAR.fullmatch(piece):
            lead = f"{lead}{piece}、"
        elif _ONLY_COUNT.fullmatch(piece) and not parts:
            lead = f"{lead}{piece}"
        elif _ONLY_COUNT.fullmatch(piece) and not _TIMES.search(parts[-1]):
            parts[-1] = f"{parts[-1]}{piece}"
        elif _ONLY_COUNT.fullmatch(piece):
            lead = f"{lead}{piece}"
        elif piece:
            parts += _unglued(f"{lead}{piece}")
            lead = ""
    return [*parts, lead.rstrip("、")] if lead else parts


def _unglued(part):
    """三等功嘉奖 -> 三等功 | 嘉奖; words that carry their kind in brackets stay whole."""
    if _OWN_KIND.search(part):
        return [part]
    cuts, last = [0], None
    for match in _OF_SERVICE.finditer(part):
        if last is not None and _kind(last[0]) != _kind(match[0]):
            cuts.append(_TAIL.match(part, last.end()).end())
        last = match
    pieces = [part[a:b].strip(" 及和与并") for a, b in zip(cuts, [*cuts[1:], None], strict=True)]
    return [piece for piece in pieces if piece]


def _by_year(honour, part):
    """88、89年优秀士兵 is one of each year."""
    years = [year for year in map(_as_year, _YEARS.findall(part)) if year]
    if honour["note"] or len(years) < 2 or honour["count"] not in (1, len(years)):
        return [honour]
    return [honour | {"count": 1, "year": year} for year in years]


def _is_split(honours):
    return len(honours) > 1


def _kind(part):
    if _COLLECTIVE.search(part):
        return None
    return next((kind for pattern, kind in _KINDS if pattern.search(part)), None)


def _one(part):
    own = _OWN_KIND.search(part)
    kind = _KIND_OF[own[1]] if own else _kind(part)
    if kind is None:
        return None
    part = _OWN_KIND.sub("", part)
    if own or kind in (
        _Kind.TITLE,
        _Kind.MEDAL,
        _Kind.CIVIL,
        _Kind.HISTORIC_MERIT,
        _Kind.WAR_MERIT,
    ):
        note = part[:200]
    else:
        note = ""
    return {"kind": str(kind), "count": _count(part), "year": _year(part), "note": note}


def _count(part):
    times = _TIMES.search(part)
    if not times:
        return 1
    return max(1, int(times[1]) if times[1].isdigit() else _COUNT[times[1]])


def _year(part):
    match = _YEAR.search(part)
    if not match:
        return None
    return _as_year(match[1] or match[2])


def _as_year(text):
    year = int(text)
    if len(text) == 2:
        year += 2000 if year <= dt.date.today().year % 100 else 1900  # noqa: DTZ011 a century
    return year if 1900 <= year <= 2099 else None


def honour_key(honour: dict) -> tuple[str, int, int | None, str]:
    """(kind, count, year, words): what stays the same of an honour when it is written into a
    cell and read again. Year and count may stand in its words alone."""
    note = narrow(honour["note"])
    count = max(honour["count"], _count(note))
    words = re.sub(r"[\W_]", "", _TIMES.sub("", re.sub(r"^\d{4}年度?", "", note)))
    return honour["kind"], count, honour["year"] or _year(note), words


def honours_text(honours) -> str:
    """How an export writes honours, so that the same cell reads back to the same honours: a
    note that does not give its kind away is followed by the kind, in brackets."""
    parts = []
    for honour in honours:
        label = re.sub(r"[;；,，、\n。+]+", " ", honour["note"]).strip()
        if not label:
            label = _LABELS[honour["kind"]]
        elif _kind(narrow(label)) != honour["kind"] or _OWN_KIND.search(narrow(label)):
            label = f"{label}（{_LABELS[honour['kind']]}）"
        year = f"{honour['year']}年" if honour["year"] and str(honour["year"]) not in label else ""
        has_count = _TIMES.search(label)
        times = f"{honour['count']}次" if honour["count"] > 1 and not has_count else ""
        parts.append(f"{year}{label}{times}")
    return "；".join(parts)
