"""Designations of units in the cells of a roster. The policy asks for the post, never the unit."""

import re

from records.designations import CODE, LONE_NUMBER, SOME, UNIT


def post_without_unit(text: str) -> tuple[str, bool]:
    """(the post alone, whether a unit was taken out): 83123部队3营副连长 -> 副连长."""
    bare = UNIT.sub("", text)
    bare = LONE_NUMBER.sub("", bare.strip())
    bare = re.sub(r"^(?:某部队?|驻[^，,、]{1,8}部队)", "", bare.strip(" ，,、/;；-—·"))
    bare = bare.strip(" ，,、/;；-—·")
    return bare, bare != text.strip()


def without_designation(text: str) -> tuple[str, bool]:
    """Free text with numbers of units replaced by 某部."""
    bare = CODE.sub(SOME, text)
    return bare, bare != text
