"""共性7 (C7): who takes part, who is visited, how content people are, what is answered."""

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import Measure, Parameters, limit, percent, share
from accreditation.scoring.measures.where import LEDGER
from accreditation.scoring.numbers import FULL, Found, linear

WHOSE = {"own": "本站", "town": "所在乡镇（街道）", "county": "县（区）电话"}


def _survey(facts: Facts, p: Parameters) -> Found:
    answers, satisfied, whose = facts.survey
    if not whose:
        return Found(answers, p["at_least"], None)
    of = 4 * answers
    return Found(
        satisfied, of, linear(satisfied, of, full=p["full"], none=p["none"]), p["full"], whose
    )


SURVEY = Measure(
    _survey,
    lambda f: (
        f"{WHOSE[f.note]}答卷：{f.of // 4}份共{f.of}项回答，满意{f.n}项（{percent(f)}）"
        if f.note
        else f"近12个月退役军人答卷{f.n}份，样本不足，暂不计算"
    ),
    lambda f: (
        f"满意率达到{f.need}%得满分"
        if f.note and f.share != FULL
        else ("" if f.note else f"还需{f.of - f.n}份退役军人答卷")
    ),
    (("surveys.all", "surveys.all"),),
    section="surveys",
    kind="response",
)


def _answered(facts: Facts, p: Parameters) -> Found:
    """Only the share leaves this function, in thousandths: petition counts per station are
    shown to nobody above the county, and archives and lists are read there."""
    n = facts["receptions.quick"] + facts["services.quick"]
    of = facts["receptions.due"] + facts["services.due"]
    if not of:
        return Found(0, 0, FULL, p["full"])
    earned = linear(n, of, full=p["full"], none=p["none"])
    return Found(1000 * n // of, 1000, earned, p["full"], limit(p))


ANSWERED = Measure(
    _answered,
    lambda f: f"{f.note}天内答复或转办的占{percent(f)}" if f.of else "没有应答复的事项",
    lambda f: "" if f.share == FULL else f"{f.note}天内答复或转办的占{f.need}%得满分",
    (("receptions.due", "receptions.quick"), ("services.due", "services.quick")),
    section="receptions",
)


MEASURES: dict[str, Measure] = {
    # C7.1
    "took_part": share(
        "people.part",
        "people.part_of",
        "近12个月{n}名常住人员参加过活动，应计{of}人（{pct}）",
        "人",
        empty="花名册中没有常住人员",
        **LEDGER,
    ),
    # C7.2
    "visited": share(
        "people.visited",
        "people.priority",
        "重点走访对象{of}人，近12个月已走访{n}人（{pct}）",
        "人",
        empty="没有重点走访对象",
        empty_is_full=True,
        **LEDGER,
        query=(("kind", "visit"),),
    ),
    # C7.3
    "survey": SURVEY,
    # C7.4
    "answered": ANSWERED,
}
