"""Designations of units: what the roster's import takes out and free text is warned of.

The policy asks for the post, never the unit; units are written 某部 (docs/privacy.md).
"""

import re

SOME = "某部"
NUMBER = "[0-9０-９×xX＊*某〇○零一二三四五六七八九十百]"
# A number of a unit with what follows it, unless it is the post itself (三班班长, 一排长).
UNIT = re.compile(
    rf"(?:中国人民解放军|解放军|武警|原)?(?:第)?{NUMBER}{{1,7}}"
    r"(?:部队|集团军|军区|军|师|旅|团|营|连|排|班|支队|大队|中队|分队|舰队|基地)(?!长)"
)
LONE_NUMBER = re.compile(rf"^(?:第)?{NUMBER}{{1,4}}(?=(?:副)?[军师旅团营连排班]长)")
CODE = re.compile(
    r"(?<!\d)\d{5}\s*部队|(?<!\d)[0-9]{2,3}[×xX*＊]{2,3}\s*部队|[×xX＊]{2,}(?:师|旅|团|部队)"
)

# Teams of volunteers and villages count themselves too: 志愿服务第二支队, 生产第三大队.
_CIVIL = re.compile(r"(?:志愿|服务|宣讲|巡逻|生产|消防|应急|民兵)[^，。；、]{0,4}$")
# In prose the same signs are everyday words (三师傅, 一营业厅, 八一军旗, 生产大队), so a
# level only counts where no such word goes on; 班 and 排 say nothing about a unit.
_DIGITS = "[0-9０-９〇○零一二三四五六七八九十百]"
_LEVEL = (
    "部队|集团军|军区"
    "|军(?![旗属人营功装史号民地龄徽礼烈休嫂训医校官士事衔政垦歌服帽靴工品令种婚体])"
    "|师(?![傅范生资父德兄弟徒])|旅(?![游客行途程社居店])|团(?![和糟火结圆员委聚购伙拜年支体村镇乡庄街])"
    "|营(?![业养商销地造收生救利房运村镇乡庄街])|支队|舰队|基地"
)
_PROSE = re.compile(
    rf"(?:(?!三军)第?{_DIGITS}{{1,5}}(?:{_LEVEL}))(?:第?{_DIGITS}{{1,5}}(?:师|旅|团|营|连|排|班)(?!长))*"
    rf"|第{_DIGITS}{{1,4}}(?:大队|中队|连)(?![冠续任夜日])"
    r"|(?:部队)?(?:代号|番号)(?:为|是|：|:)?\s*[“\"]?[0-9０-９]{3,5}(?:部队)?"
)
# Kept apart: 某部 would make no sense in their place.
_WEAPON = re.compile(
    r"(?:东风|红旗|巨浪|鹰击|长剑|霹雳)\s?[-—－–]\s?\d{1,3}[A-Za-z甲乙丙]?|\d{2,4}[A-Za-z甲乙丙]?型?雷达"
)
_PLACE = re.compile(
    r"(?:北纬|东经)\s*\d{1,3}(?:[.．]\d+)?\s*[度°]?|\d{2,3}\.\d{3,}\s*[,，]\s*\d{2,3}\.\d{3,}"
)


def designations(text: str, historical: list[str]) -> list[tuple[int, int]]:
    """Where free text names a unit by its number. What history calls by name is no secret:
    新四军, and the numbers that go on from it (新四军第三师)."""
    known = _known(text, historical)
    found = [m.span() for m in CODE.finditer(text)]
    found += [m.span() for m in _PROSE.finditer(text) if not _is_civil(text, m)]
    return _without_overlaps(
        (start, end)
        for start, end in found
        if not any(first <= start < last for first, last in known)
    )


def _is_civil(text, match):
    return match[0].endswith(("支队", "大队", "中队")) and _CIVIL.search(text[: match.start()])


def weapons_and_places(text: str) -> list[tuple[int, int]]:
    return [m.span() for pattern in (_WEAPON, _PLACE) for m in pattern.finditer(text)]


def _known(text, historical):
    if not historical:
        return []
    names = "|".join(re.escape(name) for name in sorted(historical, key=len, reverse=True))
    chain = rf"(?:第?{_DIGITS}{{1,5}}(?:集团军|纵队|支队|军|师|旅|团|营|连|排|班))*"
    return [m.span() for m in re.finditer(rf"(?:{names}){chain}", text)]


def _without_overlaps(spans):
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
