"""The thresholds of each measure: what they mean, and between which values they make sense.

A threshold is known by its name in the requirement's `parameters`; what is counted depends
on the measure. One that is not listed here cannot be edited and keeps its value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accreditation.rubric import shipped_parameters
from accreditation.scoring.measures.plans import KEY_NAMES

CODES = "codes"  # the key dates that count
UNTIL = "last_year_until"  # [month, day]


@dataclass(frozen=True)
class Threshold:
    name: str
    label: str
    unit: str
    low: int
    high: int
    help: str = ""
    # Shown in other units than it is stored in: a film's seconds as minutes.
    scale: int = 1

    def said(self, value: Any) -> str:
        number = value // self.scale
        return f"{number}%" if self.unit == "%" else f"{number} {self.unit}"


def _number(unit: str) -> Callable[[str], Threshold]:
    def make(name: str) -> Threshold:
        return Threshold(name, "满分数量", unit, 1, 100, "达到这个数量得满分，不到的按比例计分。")

    return make


# What is counted by `full`, where it is a number and not a share.
UNITS = {
    "talk_room": "次", "honour_wall": "项", "honour_board": "人", "memorabilia_cabinet": "件",
    "team_size": "人", "team_groups": "个", "volunteering": "次", "regulations_lived": "类",
    "quarter_plans": "个季度", "month_plans": "个月", "key_dates": "个节点",
    "ledger_months": "个月", "martyr_resources": "项", "martyr_stories": "个",
    "red_activities": "次", "war_stories": "个", "party_stories": "个", "party_story_uses": "次",
    "commemorations": "次", "panel_red": "处", "panel_people_red": "人",
    "historical_resources": "项", "hometown_hall": "处", "hometown_team_size": "人",
    "heritage_volunteering": "次", "historical_exhibits": "处", "historical_sites": "项",
    "historical_activities": "次", "inheritor_stories": "个", "heritage_talks": "次",
    "panel_historical": "处", "panel_people_historical": "人", "green_activities": "次",
    "green_people": "人", "rural_resources": "项", "beautiful_village": "次",
    "reform_resources": "项", "reform_activities": "次", "rural_stories": "个",
    "rural_stories_used": "个", "panel_rural": "处", "panel_people_rural": "人",
}  # fmt: skip
# The measures that know fewer things than 100.
MOST = {"regulations_lived": 3, "quarter_plans": 8, "month_plans": 24, "ledger_months": 24}
POLICY_LEAST = {"rural_stories": 2}  # 不少于2个: the one number that the policy gives

COMMON = {
    "full": Threshold("full", "满分比例", "%", 1, 100, "达到这个比例得满分。"),
    "none": Threshold("none", "不得分比例", "%", 0, 99, "在这个比例及以下不得分；之间按比例计分。"),
    "full_small": Threshold("full_small", "小站满分数量", "", 1, 100, "在册人数少的服务站按这个数量。"),
    "small_under": Threshold("small_under", "小站的界限", "人", 1, 500, "在册不足这个人数的，按小站计。"),
    "full_village": Threshold(
        "full_village", "村居（社区）满分数量", "", 1, 100, "村居（社区）服务站按这个数量。"
    ),
    "full_few": Threshold("full_few", "队员少时满分数量", "个", 1, 100, "队员少的按这个数量。"),
    "few_under": Threshold("few_under", "队员少的界限", "人", 1, 100, "队员不足这个人数的算少。"),
    "percent": Threshold("percent", "人数比例", "%", 1, 100, "按人数的这个比例与满分数量取少者。"),
    "age": Threshold("age", "年龄上限", "周岁", 50, 100, "超过这个年龄的按规则另算。"),
    "age_from": Threshold("age_from", "劳动年龄下限", "周岁", 14, 30),
    "age_to": Threshold("age_to", "劳动年龄上限", "周岁", 50, 80),
    "months": Threshold("months", "有效期", "个月", 1, 60, "在这个期限内的才算。"),
    "full_days": Threshold("full_days", "满分期限", "天", 1, 730, "在这个期限内核对过的得满分。"),
    "none_days": Threshold("none_days", "不得分期限", "天", 2, 1460, "超过这个期限未核对的不得分。"),
    "times": Threshold("times", "每人服务次数", "次", 1, 50, "近12个月服务达到这个次数的队员才算。"),
    "days": Threshold("days", "期限", "天", 1, 90, "在这个期限内完成的才算。"),
    "seconds": Threshold("seconds", "时长上限", "分钟", 1, 60, "不超过这个时长的短片才算。", 60),
    "at_least": Threshold("at_least", "最少答卷份数", "份", 1, 200, "不到这个份数的暂不计算。"),
    "satisfied": Threshold("satisfied", "满意的最低分值", "分", 2, 5, "每题1—5分，从这个分值起算满意。"),
    "at_most": Threshold("at_most", "最多计几处", "处", 1, 20, "超过的不再要求。"),
    "organisations": Threshold("organisations", "组织职责满分数量", "项", 1, 20),
    "persons": Threshold("persons", "人员职责满分数量", "项", 1, 20),
    "pending_days": Threshold(
        "pending_days", "新站待评期", "天", 0, 365, "记录起始不满这个天数的新站待评，不扣分。"
    ),
    "of": Threshold("of", "统计时段数", "个", 1, 24, "从本期往前数的完整时段。"),
}  # fmt: skip
PERIOD_UNIT = {"quarter_plans": "个季度", "month_plans": "个月", "ledger_months": "个月"}


def thresholds_of(measure: str) -> list[Threshold]:
    """In the order of the shipped version; the two that are no number are left out."""
    shipped = shipped_parameters().get(measure, {})
    return [_threshold(measure, name) for name in shipped if name in COMMON]


def _threshold(measure: str, name: str) -> Threshold:
    known = COMMON[name]
    unit = UNITS.get(measure, known.unit)
    if name == "full" and measure in UNITS:
        most, least = MOST.get(measure, 100), POLICY_LEAST.get(measure, 1)
        made = _number(unit)(name)
        return Threshold(name, made.label, unit, least, most, made.help)
    if name == "of":
        return Threshold(name, known.label, unit, 1, MOST[measure], known.help)
    if not known.unit:
        return Threshold(name, known.label, unit, known.low, known.high, known.help)
    return known


# (smaller, larger, may be equal, what is wrong): the same for every measure that has both.
PAIRS = (
    ("none", "full", False, "不得分比例要小于满分比例"),
    ("full_small", "full", True, "小站满分数量不能多于满分数量"),
    ("full_village", "full", True, "村居（社区）满分数量不能多于满分数量"),
    ("full_few", "full", True, "队员少时满分数量不能多于满分数量"),
    ("full_days", "none_days", False, "不得分期限要长于满分期限"),
    ("age_from", "age_to", False, "劳动年龄下限要小于上限"),
    ("full", "of", True, "满分数量不能多于统计时段数"),
)


def out_of_range(measure: str, parameters: dict[str, Any]) -> list[str]:
    """What is wrong with the thresholds of one requirement, in parts of sentences."""
    given = shipped_parameters().get(measure, {}) | parameters
    found = [
        f"{one.label}要在 {one.low} 到 {one.high} {one.unit}之间"
        for one in thresholds_of(measure)
        if not _fits(one, given[one.name])
    ]
    if found:
        return found
    for smaller, larger, may_equal, sentence in PAIRS:
        if (
            smaller in given
            and larger in given
            and not (larger == "of" and measure not in PERIOD_UNIT)
        ):
            low, high = given[smaller], given[larger]
            if low > high or (low == high and not may_equal):
                found.append(sentence)
    return found + _odd(given)


def _fits(one: Threshold, value: Any) -> bool:
    if not isinstance(value, int) or isinstance(value, bool) or value % one.scale:
        return False
    return one.low <= value // one.scale <= one.high


def _odd(given: dict[str, Any]) -> list[str]:
    """The two thresholds that are no number."""
    found = []
    codes = given.get(CODES)
    if codes is not None:
        if not isinstance(codes, list) or not codes or set(codes) - set(KEY_NAMES):
            found.append("重要节点要从清单中至少选一个")
        elif given["full"] > len(codes):
            found.append("满分数量不能多于所选的重要节点")
    if UNTIL in given and not _is_day(given[UNTIL]):
        found.append("上年度计划有效至几月几日，要填实际存在的日期")
    return found


def _is_day(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    month, day = value
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return bool(1 <= month <= 12 and 1 <= day <= lengths[month - 1])


def told(measure: str, parameters: dict[str, Any]) -> dict[str, str]:
    """Thresholds in words, by label: for the page, the comparison and the audit log."""
    given = shipped_parameters().get(measure, {}) | parameters
    found = {one.label: one.said(given[one.name]) for one in thresholds_of(measure)}
    if CODES in given:
        found["重要节点"] = "、".join(KEY_NAMES.get(code, code) for code in given[CODES])
    if UNTIL in given:
        month, day = given[UNTIL]
        found["上年度计划有效至"] = f"{month}月{day}日"
    return found
