"""The measures that are no plain count and no plain share."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accreditation.scoring.dates import key_date_before, scaled
from accreditation.scoring.facts import Facts
from accreditation.scoring.measure import Fix, Measure, Need, Parameters, limit, percent, present
from accreditation.scoring.numbers import (
    FULL,
    NONE,
    Found,
    average,
    counted,
    falling,
    linear,
    together,
)
from stations.models import Regulation


def _one(facts: Facts, p: Parameters) -> int:
    return 1


@dataclass(frozen=True)
class Thing:
    """One of several things that full points need; the first of them is the condition."""

    counter: str
    noun: str
    unit: str = ""
    need: Need = _one
    fix: Fix | None = None


def things(*wanted: Thing, **where: Any) -> Measure:
    def evaluate(facts: Facts, p: Parameters) -> Found:
        parts = tuple(
            (f"{t.noun.format(limit=limit(p))}|{t.unit}", facts[t.counter], t.need(facts, p))
            for t in wanted
        )
        done = sum(n >= need for _, n, need in parts)
        earned = together(*(counted(n, need) for _, n, need in parts))
        return Found(done, len(parts), earned, len(parts), "", parts)

    rows = tuple((t.counter, t.counter) for t in wanted)
    fixes = tuple(t.fix for t in wanted)
    return Measure(evaluate, _parts_found, _parts_missing, rows, fixes=fixes, **where)


def _parts_found(f: Found) -> str:
    return "，".join(_part_words(label, n) for label, n, _ in f.parts)


def _part_words(label: str, n: int) -> str:
    noun, unit = label.split("|")
    return f"{noun}{n}{unit}" if unit else (f"{noun}：有" if n else f"{noun}：无")


def _parts_missing(f: Found) -> str:
    lacking = []
    for label, n, need in f.parts:
        noun, unit = label.split("|")
        if n < need:
            lacking.append(f"{noun}还需{need - n}{unit}" if unit else f"缺{noun}")
    return "；".join(lacking)


JUDGED = Measure(
    lambda facts, p: Found(0, 0, None),
    lambda f: "由评审人员评定",
    lambda f: "",
)


# --- 附件1 一 -------------------------------------------------------------------------


def _honour_board(facts: Facts, p: Parameters) -> Found:
    """The photo is the condition; of people with an honour or a story three are shown, or
    all where there are fewer; where there are none the photo is enough."""
    photo = facts["facilities.board_photo"]
    need = min(p["full"], facts["people.honoured"])
    shown = facts["shown_people.board"]
    parts: tuple[tuple[str, int, int], ...] = (("光荣榜照片|", photo, 1),)
    if need:
        parts += (("有荣誉或事迹的展示人员|人", shown, need),)
    earned = together(*(counted(n, wanted) for _, n, wanted in parts))
    done = sum(n >= wanted for _, n, wanted in parts)
    return Found(done, len(parts), earned, len(parts), "", parts)


HONOUR_BOARD = Measure(
    _honour_board,
    _parts_found,
    _parts_missing,
    (
        ("facilities.board_photo", "facilities.board_photo"),
        ("shown_people.board", "shown_people.board"),
    ),
    section="facilities",
    kind="facility",
    query=(("kind", "honour_board"),),
    fixes=(None, Fix("exhibits", "exhibit", (("place", "honour_board"),))),
)

# --- 附件1 二 -------------------------------------------------------------------------


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

# --- 附件1 三、四 ---------------------------------------------------------------------


def _team(facts: Facts, p: Parameters) -> Found:
    n = facts["teams.full"]
    parts = (
        ("正常运行的学雷锋志愿服务队|", facts["teams.all"], 1),
        ("花名册内的队长|", facts["teams.led"], 1),
        ("成立材料或照片|", n, 1),
    )
    return Found(n, 1, FULL if n else NONE, 1, "", parts)


TEAM = Measure(
    _team,
    _parts_found,
    _parts_missing,
    (("teams.all", "teams.full"),),
    section="volunteers",
    kind="team",
    query=(("kinds", "lei_feng"),),
)


def groups_needed(facts: Facts, p: Parameters) -> int:
    return int(p["full_few"] if facts["people.member"] < p["few_under"] else p["full"])


REGULATIONS = {
    f"regulation_{kind}": present(
        f"regulations.{kind}",
        f"近{{limit}}个月制定或审阅的{kind.label}",
        f"登记“{kind.label}”的内容或文件，或补充最近审阅日期",
        section="regulations",
        kind="regulation",
        query=(("kind", kind.value),),
    )
    for kind in Regulation.Kind
    if kind != Regulation.Kind.OTHER
}

DUTIES = things(
    Thing("duties.organisation", "组织职责", "项", lambda f, p: int(p["organisations"])),
    Thing("duties.person", "人员职责", "项", lambda f, p: int(p["persons"])),
    section="duties",
    kind="duty",
)

LIVED = {"study": "学习活动", "recreation": "文体活动", "visit": "走访慰问"}


def _lived(facts: Facts, p: Parameters) -> Found:
    parts = tuple((f"{label}|次", facts[f"ledger.{kind}"], 1) for kind, label in LIVED.items())
    n = sum(number > 0 for _, number, _ in parts)
    return Found(n, len(parts), counted(n, p["full"]), p["full"], "", parts)


REGULATIONS_LIVED = Measure(
    _lived,
    lambda f: "近12个月" + _parts_found(f),
    _parts_missing,
    tuple((f"ledger.{kind}", f"ledger.{kind}") for kind in LIVED),
    section="activities",
    kind="activity",
)

# --- 附件1 五 -------------------------------------------------------------------------


def _year_plan(facts: Facts, p: Parameters) -> Found:
    on, begin = facts.context.on, facts.place.begin
    month, day = p["last_year_until"]
    n = facts["plans.this_year"]
    if (on.month, on.day) <= (month, day):
        n += facts["plans.last_year"]
    if n:
        return Found(n, 1, FULL, 1)
    is_new = begin is not None and (on - begin).days < p["pending_days"]
    return Found(0, 1, None if is_new else NONE, 1, str(p["pending_days"]))


YEAR_PLAN = Measure(
    _year_plan,
    lambda f: (
        "年度工作计划已审定"
        if f.n
        else (
            f"记录起始未满{f.note}天，年度工作计划待评"
            if f.share is None
            else "没有已审定的年度工作计划"
        )
    ),
    lambda f: "" if f.n else "制订并审定本年度工作计划",
    (("plans.this_year", "plans.this_year"),),
    section="plans",
    kind="plan",
    query=(("period", "year"),),
)

KEY_NAMES = {
    "spring_festival": "春节",
    "lei_feng_month": "学雷锋月",
    "july_first": "“七一”",
    "august_first": "“八一”",
    "martyrs_day": "烈士纪念日",
    "national_day": "“十一”",
    "qingming": "清明节",
}


def due_key_dates(on: dt.date, begin: dt.date | None, codes: list[str]) -> list[str]:
    """Key dates of the last 12 months that did not pass before the records began."""
    days = {code: key_date_before(code, on) for code in codes}
    return [code for code, day in days.items() if day and (begin is None or day >= begin)]


def _key_dates(facts: Facts, p: Parameters) -> Found:
    due = due_key_dates(facts.context.on, facts.place.begin, p["codes"])
    parts = tuple((KEY_NAMES.get(c, c), facts[f"items.key_{c}"], 1) for c in due)
    n = sum(number > 0 for _, number, _ in parts)
    need = scaled(p["full"], len(p["codes"]), len(due))
    return Found(n, len(due), counted(n, need), need, "", parts)


KEY_DATES = Measure(
    _key_dates,
    lambda f: (
        f"近12个月应计{f.of}个节点，已安排{f.n}个" if f.of else "记录起始以来还没有应计的节点"
    ),
    lambda f: "缺" + "、".join(name for name, n, _ in f.parts if not n) if f.n < f.of else "",
    section="plans",
    kind="item",
)

# --- 附件1 七 -------------------------------------------------------------------------

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

# --- 附件2 ----------------------------------------------------------------------------


def _war_veterans(facts: Facts, p: Parameters) -> Found:
    n, of = facts["war.asked"], facts["war.all"]
    if of:
        return Found(n, of, linear(n, of, full=p["full"], none=p["none"]), p["full"])
    confirmed = facts["confirmations.no_war_veterans"] > 0
    return Found(0, 0, FULL if confirmed else NONE, p["full"], "confirmed" if confirmed else "")


WAR_VETERANS = Measure(
    _war_veterans,
    lambda f: (
        f"有参战经历{f.of}人，已采集、谢绝或无法采集{f.n}人（{percent(f)}）"
        if f.of
        else ("县（区）已确认本地没有参战退役军人" if f.note else "花名册中没有登记参战经历的人员")
    ),
    lambda f: (
        ""
        if f.share == FULL
        else (
            f"还有{f.of - f.n}人的口述史料采集情况未填"
            if f.of
            else "补充参战经历，确实没有的由县（区）确认"
        )
    ),
    (("war.all", "war.asked"),),
    section="roster",
)


def _sites_kept(facts: Facts, p: Parameters) -> Found:
    of = len(facts.sites)
    n = sum(1 for site in facts.sites if facts.uses.get(site))
    return Found(n, of, counted(n, of), of)


NO_SITES = "本地没有登记革命纪念地、纪念场所、纪念设施、遗迹遗址"

SITES_KEPT = Measure(
    _sites_kept,
    lambda f: f"本地登记{f.of}处，已共建共享并明确管护{f.n}处" if f.of else NO_SITES,
    lambda f: (
        f"还需{f.of - f.n}处登记共建共享并明确管护单位，或上报缺失"
        if f.n < f.of
        else ("" if f.of else "登记资源；确实没有的可由县（区）提出不适用")
    ),
    section="resources",
    kind="use",
)


def _sites_used(facts: Facts, p: Parameters) -> Found:
    n = sum(1 for site in facts.sites if site in facts.held)
    need = min(p["at_most"], len(facts.sites))
    return Found(n, len(facts.sites), counted(n, need), need)


SITES_USED = Measure(
    _sites_used,
    lambda f: f"本地登记{f.of}处，近12个月在{f.n}处开展过活动" if f.of else NO_SITES,
    lambda f: (
        f"还需在{f.need - f.n}处开展活动"
        if f.n < f.need
        else ("" if f.of else "登记资源；确实没有的可由县（区）提出不适用")
    ),
    section="activities",
    kind="activity",
)

COMMEMORATIONS = things(
    Thing("ledger.commemoration", "近12个月祭扫纪念", "次", lambda f, p: int(p["full"])),
    Thing("ledger.martyrs_day", "烈士纪念日活动", "次"),
    section="activities",
    kind="activity",
    query=(("kind", "commemoration"),),
)


def _hometown_hall(facts: Facts, p: Parameters) -> Found:
    n = facts["uses.hometown"]
    town = facts.town_uses_hometown if not n else 0
    return Found(
        n or town, p["full"], counted(n or town, p["full"]), p["full"], "town" if town else ""
    )


HOMETOWN_HALL = Measure(
    _hometown_hall,
    lambda f: (
        ("所在乡镇（街道）服务站" if f.note else "")
        + f"利用乡情馆或历史文化街区{f.n}处（满分需{f.need}处）"
    ),
    lambda f: f"还需{f.need - f.n}处" if f.n < f.need else "",
    (("uses.hometown", "uses.hometown"),),
    section="resources",
    kind="use",
)


def _hometown_sound(facts: Facts, p: Parameters) -> Found:
    parts = (
        ("队伍章程|", facts["teams.charter"], 1),
        ("近12个月队伍培训|次", facts["ledger.training"], 1),
    )
    done = sum(n > 0 for _, n, _ in parts)
    earned = average(*(counted(n, need) for _, n, need in parts))
    return Found(done, 2, earned, 2, "", parts)


HOMETOWN_TEAM_SOUND = Measure(
    _hometown_sound,
    _parts_found,
    _parts_missing,
    (("teams.charter", "teams.charter"), ("ledger.training", "ledger.training")),
    section="volunteers",
    kind="team",
    query=(("kinds", "hometown"),),
)


def _beautiful(facts: Facts, p: Parameters) -> Found:
    n = facts["ledger.environment"]
    if facts["titles.valid"]:
        return Found(n, p["full"], FULL, p["full"], "title")
    return Found(n, p["full"], counted(n, p["full"]), p["full"])


BEAUTIFUL_VILLAGE = Measure(
    _beautiful,
    lambda f: (
        f"近12个月生态环境改善活动{f.n}次"
        + ("，有县级以上有效集体荣誉" if f.note else f"（满分需{f.need}次）")
    ),
    lambda f: "" if f.share == FULL else f"还需{f.need - f.n}次，或登记县级以上集体荣誉",
    (("ledger.environment", "ledger.environment"), ("titles.valid", "titles.valid")),
    section="activities",
    kind="activity",
    query=(("tags", "environment"),),
)


def panel_checked(track: str) -> Measure:
    """Every panel of the theme that hangs there has passed, and there is one."""

    def evaluate(facts: Facts, p: Parameters) -> Found:
        n, of = facts[f"checked.{track}"], facts[f"exhibits.panel_{track}"]
        return Found(n, of, FULL if of and n >= of else NONE, of)

    return Measure(
        evaluate,
        lambda f: f"专门版块{f.of}处，通过两项审核{f.n}处" if f.of else "还没有专门版块",
        lambda f: (
            ""
            if f.share == FULL
            else ("请县（区）或市局安排政治关、史实关审核" if f.of else "先登记专门版块")
        ),
        ((f"exhibits.panel_{track}", f"checked.{track}"),),
        section="exhibits",
    )
