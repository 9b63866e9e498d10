"""Free text is looked at before it is saved: designations of units, weapons, positions, and
words that official texts do not use (docs/privacy.md). It warns and never blocks:
the writer replaces them, or says that they were checked and may be public."""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from records.designations import SOME, designations, weapons_and_places
from records.models import HistoricalUnit

UNIT, SECRET, WORD = "unit", "secret", "word"
NAMES = {UNIT: "部队番号、代号", SECRET: "装备型号或坐标", WORD: "不规范用语"}
WORDS_FILE = Path(__file__).parent / "data" / "wrong_words.txt"
# Before a list is asked for: does the text hold anything that can be a finding at all?
_HINT = re.compile(r"[军师旅团营连队号区地达]|\d{2}\.\d{3}|[-—－–]\s?\d|北纬|东经")


@dataclass(frozen=True)
class Finding:
    kind: str
    start: int
    end: int
    word: str
    # What to write instead; empty where only leaving it out helps.
    better: str = ""

    @property
    def advice(self) -> str:
        if self.kind == WORD:
            return f"应写作“{self.better}”"
        return f"应写作“{SOME}”" if self.kind == UNIT else "请删去"


@lru_cache(maxsize=1)
def wrong_words() -> dict[str, str]:
    lines = WORDS_FILE.read_text().splitlines()
    return dict(line.split("=") for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def _wrong_word():
    longest_first = sorted(wrong_words(), key=len, reverse=True)
    # 国内战略 and 国内战友 do not speak of a war.
    return re.compile("(?<!国)(?:" + "|".join(longest_first) + ")")


class Scanner:
    """Looks at many texts with one reading of the city's list, and none where nothing can
    be found."""

    def __init__(self, historical: list[str] | None = None):
        self._historical = historical

    @property
    def historical(self) -> list[str]:
        if self._historical is None:
            units = HistoricalUnit.objects.filter(is_active=True)
            self._historical = list(units.values_list("name", flat=True))
        return self._historical

    def scan(self, text: str) -> list[Finding]:
        if not text:
            return []
        found = [
            Finding(WORD, m.start(), m.end(), m[0], wrong_words()[m[0]])
            for m in _wrong_word().finditer(text)
        ]
        if _HINT.search(text):
            for start, end in weapons_and_places(text):
                found.append(Finding(SECRET, start, end, text[start:end]))
            if designations(text, []):
                for start, end in designations(text, self.historical):
                    found.append(Finding(UNIT, start, end, text[start:end], SOME))
        return sorted(found, key=lambda one: one.start)

    def scan_new(self, text: str, stored: str) -> list[Finding]:
        """Only what the stored text did not say already: that was decided when it was saved."""
        known = {(one.kind, one.word) for one in self.scan(stored)} if stored else set()
        return [one for one in self.scan(text) if (one.kind, one.word) not in known]


def replaced(text: str, findings: list[Finding]) -> str:
    """The text with 某部 for every unit and the right word for a wrong one."""
    for one in sorted(findings, key=lambda one: one.start, reverse=True):
        if one.better:
            text = text[: one.start] + one.better + text[one.end :]
    return text


def seal(found: dict[str, list[Finding]]) -> str:
    """What was shown: a confirmation counts for these words and no others."""
    parts = sorted(f"{name}:{one.kind}:{one.word}" for name, many in found.items() for one in many)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def positions(labels: dict[str, str], found: dict[str, list[Finding]]) -> dict[str, str]:
    """For the audit log: where and of what kind, not the words themselves."""
    return {
        labels[name]: "；".join(
            f"第{one.start + 1}—{one.end}字（{NAMES[one.kind]}）" for one in many
        )
        for name, many in found.items()
    }
