"""Designations of units in free text. The policy asks for the post, never the unit."""

import re

_NUMBER = "[0-9０-９×xX＊*某〇○零一二三四五六七八九十百]"
# A number of a unit with what follows it, unless it is the post itself (三班班长, 一排长).
_UNIT = re.compile(
    rf"(?:中国人民解放军|解放军|武警|原)?(?:第)?{_NUMBER}{{1,7}}"
    r"(?:部队|集团军|军区|军|师|旅|团|营|连|排|班|支队|大队|中队|分队|舰队|基地)(?!长)"
)
_LONE_NUMBER = re.compile(rf"^(?:第)?{_NUMBER}{{1,4}}(?=(?:副)?[军师旅团营连排班]长)")
_CODE = re.compile(
    r"(?<!\d)\d{5}\s*部队|(?<!\d)[0-9]{2,3}[×xX*＊]{2,3}\s*部队|[×xX＊]{2,}(?:师|旅|团|部队)"
)
SOME = "某部"


def post_without_unit(text: str) -> tuple[str, bool]:
    """(the post alone, whether a unit was taken out): 83123部队3营副连长 -> 副连长."""
    bare = _UNIT.sub("", text)
    bare = _LONE_NUMBER.sub("", bare.strip())
    bare = re.sub(r"^(?:某部队?|驻[^，,、]{1,8}部队)", "", bare.strip(" ，,、/;；-—·"))
    bare = bare.strip(" ，,、/;；-—·")
    return bare, bare != text.strip()


def without_designation(text: str) -> tuple[str, bool]:
    """Free text with numbers of units replaced by 某部."""
    bare = _CODE.sub(SOME, text)
    return bare, bare != text
