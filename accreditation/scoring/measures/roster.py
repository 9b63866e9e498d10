"""共性2 (C2): the roster, on screen and on paper."""

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import Measure, Parameters, percent, present, share
from accreditation.scoring.numbers import FULL, NONE, Found, falling, linear


def _registered(facts: Facts, p: Parameters) -> Found:
    of = facts.place.registered
    n = facts["people.all"]
    if of is None:
        return Found(n, 0, None)
    return Found(n, of, linear(n, of, full=p["full"], none=p["none"]), p["full"])


REGISTERED = Measure(
    _registered,
    lambda f: (
        f"在册{f.n}人，建档立卡{f.of}人（{percent(f)}）"
        if f.share is not None
        else f"在册{f.n}人，县（区）尚未填写建档立卡人数"
    ),
    lambda f: (
        ""
        if f.share == FULL
        else (
            f"达到{f.need}%还需登记{max(0, -(-f.need * f.of // 100) - f.n)}人"
            if f.of
            else "请县（区）填写建档立卡退役军人数"
        )
    ),
    (("people.all", "people.all"),),
    section="roster",
    kind="person",
)

FIVE = {
    "former_post": "原部队职务",
    "current_post": "现任职务",
    "strengths": "特点优长",
    "honours": "荣誉奖励",
}


def _roster_fields(facts: Facts, p: Parameters) -> Found:
    people = facts["people.all"]
    parts = (
        ("姓名", people, people),
        *((label, facts[f"people.{name}"], people) for name, label in FIVE.items()),
    )
    n, of = sum(part[1] for part in parts), 5 * people
    return Found(n, of, linear(n, of, full=p["full"], none=p["none"]), p["full"], "", parts)


def _blank_fields(f: Found) -> str:
    if f.share == FULL:
        return ""
    blanks = [f"{label}{people - n}" for label, n, people in f.parts if n < people]
    return f"还有{f.of - f.n}格未填：{'、'.join(blanks)}" if f.of else "花名册还没有人员"


ROSTER_FIELDS = Measure(
    _roster_fields,
    lambda f: f"应填{f.of}格，已填{f.n}格（{percent(f)}）" if f.of else "花名册还没有人员",
    _blank_fields,
    tuple(("people.all", f"people.{name}") for name in FIVE),
    section="roster",
)


def _roster_confirmed(facts: Facts, p: Parameters) -> Found:
    days = facts["editions.days"]
    if days < 0:
        return Found(0, 1, NONE, p["full_days"], "none")
    earned = falling(days, full=p["full_days"], none=p["none_days"])
    return Found(days, p["full_days"], earned, p["full_days"])


ROSTER_CONFIRMED = Measure(
    _roster_confirmed,
    lambda f: "花名册还没有核对确认" if f.note else f"{f.n}天前核对确认",
    lambda f: "" if f.share == FULL else "核对花名册，填写新增、迁出、去世人数并确认",
    (("editions.confirmed", "editions.confirmed"),),
    section="editions",
)


def _roster_faults(facts: Facts, p: Parameters) -> Found:
    n, of = facts["people.clean"], facts["people.all"]
    if not facts.context.has_detection:
        return Found(n, of, None)
    return Found(n, of, linear(n, of, full=p["full"], none=p["none"]), p["full"])


ROSTER_FAULTS = Measure(
    _roster_faults,
    lambda f: (
        "尚未进行数据核查"
        if f.share is None
        else f"{f.n}人没有未处理的数据问题，在册{f.of}人（{percent(f)}）"
    ),
    lambda f: "" if f.share in (None, FULL) else f"还有{f.of - f.n}人的数据问题待处理",
    (("people.all", "people.clean"),),
    section="roster",
)


MEASURES: dict[str, Measure] = {
    # C2.1
    "registered": REGISTERED,
    # C2.2
    "roster_fields": ROSTER_FIELDS,
    # C2.3
    "roster_photos": share(
        "people.photo",
        "people.photo_of",
        "{n}人有军旅生涯照片，应有{of}人（{pct}）",
        "人",
        empty="花名册中没有应有照片的人员",
        section="roster",
    ),
    # C2.4
    "roster_paper": present(
        "editions.printed",
        "近{limit}个月打印并签字的花名册",
        "打印花名册，签字后上传扫描件并填写签字人数",
        section="editions",
    ),
    # C2.5
    "roster_confirmed": ROSTER_CONFIRMED,
    # C2.6
    "roster_faults": ROSTER_FAULTS,
}
