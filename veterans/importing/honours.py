"""三等功1次，嘉奖2次；88年优秀士兵 -> honours with count and year."""

import datetime as dt
import re
from dataclasses import dataclass, field

from veterans.importing.cells import ASK, NOTE, Note, narrow, shown
from veterans.models import Honour

_Kind = Honour.Kind
_COUNT = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
          "十": 10}  # fmt: skip
_CLASSES = ((_Kind.MERIT_1, "[一壹1I]"), (_Kind.MERIT_2, "[二贰2]"), (_Kind.MERIT_3, "[三叁3]"))
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
_TIMES = re.compile(r"(\d{1,2}|[一二两三四五六七八九十])\s*(?:次|枚|个|回)")

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


def read_honours(text: str) -> HonoursRead:
    read = HonoursRead()
    parts = re.split(r"[;,、\n。+]+|(?<=次)\s*(?=\S)", narrow(text).replace("，", ","))
    rest, unclear = [], []
    for part in (part.strip() for part in parts):
        if not part:
            continue
        honour = _one(part)
        if honour:
            read.honours.append(honour)
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


def _is_split(honours):
    return len(honours) > 1


def _kind(part):
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
    text = match[1] or match[2]
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
