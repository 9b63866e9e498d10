"""红色1 to 红色4 (R1 to R4); 红色5 is in panels.py."""

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures.shapes import (
    Measure,
    Parameters,
    count,
    fewer_if_small,
    fewer_if_village,
    percent,
    up_to_all,
    up_to_confirmed,
)
from accreditation.scoring.measures.things import Thing, things
from accreditation.scoring.measures.where import LEDGER, USE, tagged, told
from accreditation.scoring.numbers import FULL, NONE, Found, counted, linear


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


MEASURES: dict[str, Measure] = {
    # R1.1
    "martyr_resources": count(
        "uses.martyr", "有资料来源的革命先烈、革命历史事件", "项",
        need=up_to_confirmed("red_resource_count"), **USE,
    ),
    # R1.2
    "martyr_stories": count(
        "stories.martyr", "有来源并通过审核的先烈故事", "个",
        need=up_to_confirmed("martyr_story_count"), **told("red", "martyr"),
    ),
    # R1.3
    "red_activities": count(
        "ledger.red", "近12个月弘扬红色精神活动", "次", need=fewer_if_small, **tagged("red")
    ),
    # R2.1
    "war_veterans": WAR_VETERANS,
    # R2.2
    "war_stories": count(
        "stories.war", "通过审核的英雄故事", "个",
        need=up_to_all("war.willing"), **told("red", "war_veteran"),
    ),
    # R3.1
    "party_stories": count(
        "stories.party", "通过审核的先进模范人物故事", "个",
        need=fewer_if_village, **told("red", "party_model"),
    ),
    # R3.2
    "party_story_uses": count(
        ("told.all", "shown.all", "published.all"), "故事用于活动、陈列或宣传", "次", **LEDGER
    ),
    # R4.1
    "sites_kept": SITES_KEPT,
    # R4.2
    "sites_used": SITES_USED,
    # R4.3
    "commemorations": COMMEMORATIONS,
}  # fmt: skip
