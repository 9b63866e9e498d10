"""Every measure that a rubric may name, by name."""

from typing import Any

from accreditation.scoring import special as s
from accreditation.scoring.measure import (
    Fix,
    Measure,
    count,
    fewer_if_small,
    fewer_if_village,
    fixed,
    periods,
    present,
    share,
    up_to_all,
    up_to_confirmed,
    up_to_share,
)

PLACE: dict[str, Any] = {"section": "facilities", "kind": "facility"}
LEDGER: dict[str, Any] = {"section": "activities", "kind": "activity"}
STORY: dict[str, Any] = {"section": "stories", "kind": "story"}
EXHIBIT: dict[str, Any] = {"section": "exhibits", "kind": "exhibit"}
USE: dict[str, Any] = {"section": "resources", "kind": "use"}


TALK = Fix("activities", "activity", (("kind", "talk"),))


def _shown_at(place: str) -> Fix:
    return Fix("exhibits", "exhibit", (("place", place),))


def _place(kind: str) -> dict[str, Any]:
    return PLACE | {"query": (("kind", kind),)}


def _tag(tag: str, kind: str = "") -> dict[str, Any]:
    return LEDGER | {"query": (("tags", tag),) + ((("kind", kind),) if kind else ())}


def _story(theme: str, subject: str = "") -> dict[str, Any]:
    extra = (("subject", subject),) if subject else ()
    return STORY | {"query": (("theme", theme), *extra)}


COMMON: dict[str, Measure] = {
    "judged": s.JUDGED,
    # 附件1 一
    "talk_room": s.things(
        s.Thing("facilities.talk_photo", "谈心室照片"),
        s.Thing("ledger.talk", "近12个月谈心谈话", "次", fewer_if_small, fix=TALK),
        **_place("talk_room"),
    ),
    "recreation_room": s.things(
        s.Thing("facilities.recreation", "文体活动室"),
        s.Thing("facilities.recreation_photo", "照片"),
        **_place("recreation_room"),
    ),
    "reading_area": s.things(
        s.Thing("facilities.reading", "图书阅览专区"),
        s.Thing("facilities.reading_photo", "照片"),
        s.Thing("facilities.reading_books", "图书册数"),
        **_place("reading_area"),
    ),
    "honour_wall": s.things(
        s.Thing("facilities.wall_photo", "荣誉墙照片"),
        s.Thing("exhibits.wall", "荣誉墙展示内容", "项", fixed, fix=_shown_at("honour_wall")),
        **_place("honour_wall"),
    ),
    "honour_board": s.HONOUR_BOARD,
    "bulletin_board": s.things(
        s.Thing("facilities.bulletin_photo", "宣传栏照片"),
        s.Thing("facilities.bulletin_changed", "近{limit}个月更换内容"),
        **_place("bulletin_board"),
    ),
    "memorabilia_cabinet": s.things(
        s.Thing("facilities.cabinet_photo", "陈列柜照片"),
        s.Thing(
            "exhibits.cabinet", "已检查的陈列品", "件", fixed, fix=_shown_at("memorabilia_cabinet")
        ),
        **_place("memorabilia_cabinet"),
    ),
    # 附件1 二
    "registered": s.REGISTERED,
    "roster_fields": s.ROSTER_FIELDS,
    "roster_photos": share(
        "people.photo",
        "people.photo_of",
        "{n}人有军旅生涯照片，应有{of}人（{pct}）",
        "人",
        empty="花名册中没有应有照片的人员",
        section="roster",
    ),
    "roster_paper": present(
        "editions.printed",
        "近{limit}个月打印并签字的花名册",
        "打印花名册，签字后上传扫描件并填写签字人数",
        section="editions",
    ),
    "roster_confirmed": s.ROSTER_CONFIRMED,
    "roster_faults": s.ROSTER_FAULTS,
    # 附件1 三
    "team": s.TEAM,
    "team_size": count(
        "people.member",
        "在队队员",
        "人",
        need=up_to_share("people.team_age"),
        section="volunteers",
        kind="member",
    ),
    "team_groups": count(
        "groups.matched",
        "有组长且有特点优长相符队员的活动小组",
        "个",
        need=s.groups_needed,
        section="volunteers",
        kind="group",
    ),
    "volunteering": count(
        "ledger.volunteering",
        "近12个月志愿服务",
        "次",
        need=fewer_if_small,
        **LEDGER,
        query=(("kind", "volunteering"),),
    ),
    "team_served": share(
        "people.member_served",
        "people.member",
        "{n}名队员近12个月服务{limit}次及以上，队员{of}人（{pct}）",
        "人",
        empty="还没有在队队员",
        **LEDGER,
        query=(("kind", "volunteering"),),
    ),
    # 附件1 四
    **s.REGULATIONS,
    "duties": s.DUTIES,
    "regulations_lived": s.REGULATIONS_LIVED,
    # 附件1 五
    "year_plan": s.YEAR_PLAN,
    "quarter_plans": periods(
        lambda f: f.context.quarters,
        lambda f, n: f[f"plans.quarter_{n}"] > 0,
        "已审定季度活动安排",
        "个季度",
        section="plans",
        kind="plan",
        query=(("period", "quarter"),),
    ),
    "month_plans": periods(
        lambda f: f.context.plan_months,
        lambda f, n: f[f"plans.month_{n}"] > 0 and f[f"items.month_{n}"] > 0,
        "已审定且事项齐全的活动方案",
        "个月",
        section="plans",
        kind="plan",
        query=(("period", "month"),),
    ),
    "key_dates": s.KEY_DATES,
    "plan_kept": share(
        "items.kept",
        "items.past",
        "近12个月到期计划事项{of}项，已落实或注明取消原因{n}项（{pct}）",
        "项",
        empty="近12个月没有到期的计划事项",
        **LEDGER,
    ),
    # 附件1 六
    "ledger_months": periods(
        lambda f: f.context.months,
        lambda f, n: f[f"ledger.month_{n}"] > 0,
        "有活动记录",
        "个月",
        **LEDGER,
    ),
    "ledger_complete": share(
        "ledger.complete",
        "ledger.all",
        "近12个月活动{of}次，要素完整{n}次（{pct}）",
        "次",
        empty="近12个月没有活动记录",
        section="activities",
    ),
    "ledger_evidence": share(
        "ledger.evidence",
        "ledger.all",
        "近12个月活动{of}次，有佐证材料{n}次（{pct}）",
        "次",
        empty="近12个月没有活动记录",
        section="activities",
    ),
    "ledger_prompt": share(
        "ledger.prompt",
        "ledger.prompt_of",
        "近12个月活动{of}次，{limit}天内记录{n}次（{pct}）",
        "次",
        empty="近12个月没有应计的活动记录",
        section="activities",
    ),
    "film": present(
        "films.short",
        "方案期内不超过{limit}分钟的视频短片",
        "制作条件成熟时登记视频短片",
        section="films",
        kind="film",
    ),
    # 附件1 七
    "took_part": share(
        "people.part",
        "people.part_of",
        "近12个月{n}名常住人员参加过活动，应计{of}人（{pct}）",
        "人",
        empty="花名册中没有常住人员",
        **LEDGER,
    ),
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
    "survey": s.SURVEY,
    "answered": s.ANSWERED,
}

RED: dict[str, Measure] = {
    "martyr_resources": count(
        "uses.martyr", "有资料来源的革命先烈、革命历史事件", "项",
        need=up_to_confirmed("red_resource_count"), **USE,
    ),
    "martyr_stories": count(
        "stories.martyr", "有来源并通过审核的先烈故事", "个",
        need=up_to_confirmed("martyr_story_count"), **_story("red", "martyr"),
    ),
    "red_activities": count(
        "ledger.red", "近12个月弘扬红色精神活动", "次", need=fewer_if_small, **_tag("red")
    ),
    "war_veterans": s.WAR_VETERANS,
    "war_stories": count(
        "stories.war", "通过审核的英雄故事", "个",
        need=up_to_all("war.willing"), **_story("red", "war_veteran"),
    ),
    "party_stories": count(
        "stories.party", "通过审核的先进模范人物故事", "个",
        need=fewer_if_village, **_story("red", "party_model"),
    ),
    "party_story_uses": count(
        ("told.all", "shown.all", "published.all"), "故事用于活动、陈列或宣传", "次", **LEDGER
    ),
    "sites_kept": s.SITES_KEPT,
    "sites_used": s.SITES_USED,
    "commemorations": s.COMMEMORATIONS,
}  # fmt: skip

HISTORICAL: dict[str, Measure] = {
    "historical_resources": count(
        "uses.historical", "有资料来源的历史文化资源", "项",
        need=up_to_confirmed("historical_resource_count"), **USE,
    ),
    "hometown_hall": s.HOMETOWN_HALL,
    "hometown_team_size": count(
        "people.hometown_member", "在队队员", "人",
        need=up_to_share("people.hometown_age"), section="volunteers", kind="member",
    ),
    "hometown_team_sound": s.HOMETOWN_TEAM_SOUND,
    "heritage_volunteering": count(
        "ledger.heritage_service", "近12个月该队传承古色文化志愿服务", "次",
        need=fewer_if_small, **_tag("heritage", "volunteering"),
    ),
    "historical_exhibits": count(
        "exhibits.historical", "有照片的历史文化故事陈列", "处", **EXHIBIT
    ),
    "historical_sites": count("uses.five", "共建共享五类资源", "项", **USE),
    "historical_activities": count(
        "ledger.at_historical", "近12个月在历史文化资源开展活动", "次", **LEDGER
    ),
    "inheritor_stories": count(
        "stories.inheritor", "通过审核的传承典型故事", "个",
        need=fewer_if_village, **_story("historical", "inheritor"),
    ),
    "heritage_talks": count(
        "ledger.heritage_talk", "近12个月有宣讲人的古色文化活动", "次",
        need=fewer_if_small, **_tag("heritage"),
    ),
}  # fmt: skip

RURAL: dict[str, Measure] = {
    "green_activities": count("ledger.green", "近12个月绿色发展活动", "次", **_tag("green")),
    "green_people": count(
        "people.green", "在绿色或特色产业创业就业", "人",
        need=up_to_share("people.working_age"), section="enterprises", kind="enterprise",
    ),
    "rural_resources": count("uses.rural", "有简介和来源的特色资源", "项", **USE),
    "beautiful_village": s.BEAUTIFUL_VILLAGE,
    "reform_resources": count("uses.reform", "有协议、函件或共同活动的此类资源", "项", **USE),
    "reform_activities": count(
        "ledger.at_reform", "近12个月在此类资源开展活动", "次", **LEDGER
    ),
    "rural_stories": count(
        "stories.rural", "通过审核的典型故事", "个", need=fixed, whole=True, **_story("rural")
    ),
    "rural_stories_used": count(
        "stories.rural_used", "已宣传运用的典型故事", "个", population="stories.rural", **LEDGER
    ),
}  # fmt: skip

PANELS: dict[str, Measure] = {}
for _track in ("red", "historical", "rural"):
    _where: dict[str, Any] = EXHIBIT | {"query": (("place", "wall_panel"), ("theme", _track))}
    PANELS[f"panel_{_track}"] = count(
        f"exhibits.panel_{_track}_photo", "有照片的专门版块", "处",
        population=f"exhibits.panel_{_track}", **_where,
    )  # fmt: skip
    PANELS[f"panel_people_{_track}"] = count(
        f"shown_people.{_track}", "版块上有典型故事的人员", "人",
        need=fewer_if_small, section="exhibits",
    )  # fmt: skip
    PANELS[f"panel_checked_{_track}"] = s.panel_checked(_track)

MEASURES: dict[str, Measure] = COMMON | RED | HISTORICAL | RURAL | PANELS
