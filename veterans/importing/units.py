"""Designations of units in the cells of a roster. The policy asks for the post, never the unit."""

import re
from functools import lru_cache

from records.designations import CODE, LONE_NUMBER, SOME, UNIT

# The five figures of a unit without the word: 83123 班长.
_LONE_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")

# Half of a roster's cells are the same few words: 战士, 班长, 务农.
_remembered = lru_cache(maxsize=2_000)


@_remembered
def post_without_unit(text: str) -> tuple[str, bool]:
    """(the post alone, whether a unit was taken out): 83123部队3营副连长 -> 副连长."""
    bare = LONE_NUMBER.sub("", _LONE_CODE.sub("", UNIT.sub("", text)).strip())
    bare = re.sub(r"^[ ，,、/;；—·-]*(?:某部队?|驻[^，,、]{1,8}部队)", "", bare)
    bare = re.sub(r"[（(]\s*[）)]", "", bare)
    if bare == text.strip():
        return bare, False
    # What joined the post to the unit goes with the unit.
    return bare.strip(" ，,、/;；-—·"), True


@_remembered
def without_designation(text: str) -> tuple[str, bool]:
    """Free text with numbers of units replaced by 某部."""
    bare = CODE.sub(SOME, text)
    return bare, bare != text
