"""Sorting and finding names by sound. PostgreSQL and SQLite sort Chinese differently, so
the key is computed once and stored."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

# As surnames these are read differently from how pypinyin reads the character.
SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "区": "ou", "查": "zha", "解": "xie",
    "任": "ren", "华": "hua", "朴": "piao", "盖": "ge", "翟": "zhai", "覃": "qin",
    "乐": "yue", "员": "yun", "缪": "miao", "冼": "xian", "尹": "yin", "宓": "mi",
    "折": "she", "秘": "bi", "繁": "po", "种": "chong", "黑": "he", "晁": "chao",
}  # fmt: skip

SHORT = 6  # characters: the parts of a longer name are too many to look up


@lru_cache(maxsize=50_000)
def pinyin_keys(name: str) -> tuple[str, str]:
    """("zhang san", "zs"): the sort key and the initials of a name."""
    syllables = _syllables(name.strip())
    if name and name[0] in SURNAMES and name[:2] not in ("单于",):
        syllables[0] = SURNAMES[name[0]]
    syllables = [s.strip().lower() for s in syllables if s.strip()]
    return " ".join(syllables)[:160], "".join(s[0] for s in syllables)[:60]


def _syllables(name: str) -> list[str]:
    """A word may change how its characters are read (重庆), and is costly to look up; few
    names hold one, and a character alone always sounds the same."""
    if len(name) <= SHORT and all(ord(char) in PINYIN_DICT for char in name):
        parts = (name[i:j] for i in range(len(name)) for j in range(i + 2, len(name) + 1))
        if not any(part in PHRASES_DICT for part in parts):
            return [syllable for char in name for syllable in _alone(char)]
    return lazy_pinyin(name, style=Style.NORMAL, errors="default")


@lru_cache(maxsize=20_000)
def _alone(char: str) -> list[str]:
    return lazy_pinyin(char, style=Style.NORMAL, errors="default")
