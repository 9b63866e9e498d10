"""Plans and a year and a half of the ledger, from the year's occasions."""

import datetime as dt

from activities.models import Activity, Participation, Plan, PlanItem
from config.demo.occasions import Occasion, day_of, occasions
from config.demo.resources import SITES
from config.demo.world import Place, World

LEDGER_DAYS = 545
PLANNED_AHEAD = 45
REFORM = ("reform_venue", "reform_landmark", "major_project")
SERVICES = ("清理河道", "维修家电", "义务理发", "探望高龄老人", "道路清扫", "政策宣传", "护学值守")
CONTENTS = {
    "study": "组织退役军人学习退役军人保障政策和上级精神，结合本地实际开展讨论。",
    "recreation": "组织退役军人和家属参加文体活动，现场气氛热烈。",
    "visit": "上门看望，了解身体和生活情况，宣传优抚政策，送去节日问候。",
    "talk": "在老兵谈心室面对面交流，听取意见建议。",
    "volunteering": "志愿服务队按分工开展服务，受到群众欢迎。",
    "theme_education": "邀请老兵宣讲，重温入伍誓词，开展主题学习教育。",
    "meeting": "通报近期工作，听取退役军人意见建议，研究下一步安排。",
    "training": "邀请业务人员讲解，并现场答疑。",
    "exchange": "到先进地方观摩学习，交流经验做法。",
    "commemoration": "敬献花篮、默哀、讲述先烈事迹，追思革命先辈。",
}
OUTCOMES = (
    "参加人员反映良好，增强了荣誉感和归宿感。",
    "解决了一批实际问题，密切了联系。",
    "弘扬了优良传统，带动更多退役军人参与志愿服务。",
    "提高了政策知晓率，收集意见建议并逐条回复。",
)
ROLE = {"visit": "visited", "talk": "visited", "volunteering": "volunteer"}


def fill_ledger(world: World, place: Place) -> None:
    start = world.days_ago(LEDGER_DAYS)
    end = world.today + world.days(PLANNED_AHEAD)
    days = sorted(_drawn(place, start, end), key=lambda row: (row[0], row[1].title))
    planned_months = _plans(world, place, start)
    turn = 0
    for day, occasion in days:
        item = _plan_item(world, place, day, occasion, planned_months)
        if day <= world.today and item != "cancelled" and place.rng.random() < 0.985:
            turn += 1
            _activity(world, place, day, occasion, item, turn)


def _drawn(place, start, end):
    """The occasions that take place here; a station that is poorly kept holds few."""
    for year in range(start.year, end.year + 1):
        for occasion in occasions(place.track):
            kept = place.rng.random() < place.level.rhythm
            shift = place.rng.randrange(-2, 3) if not occasion.key_date else 0
            day = day_of(occasion, year) + dt.timedelta(days=shift)
            if kept and start <= day <= end:
                yield day, occasion


def _plans(world, place, start):
    """Plans of years, quarters and months; returns the months that have one."""
    months = set()
    day = start.replace(day=1)
    seen = set()
    while day <= world.today + world.days(10):
        quarter = (day.month + 2) // 3
        for period, number, title in (
            ("year", 1, f"{day.year}年度工作计划"),
            ("quarter", quarter, f"{day.year}年第{'一二三四'[quarter - 1]}季度活动安排"),
            ("month", day.month, f"{day.year}年{day.month}月活动方案"),
        ):
            if (period, day.year, number) in seen:
                continue
            seen.add((period, day.year, number))
            if place.has(0.97 if period == "month" else 1) and period == "month":
                months.add((day.year, day.month))
            elif period == "month" or not place.has():
                continue
            _plan(world, place, period, day, number, title)
        day = (day + dt.timedelta(days=32)).replace(day=1)
    return months


def _plan(world, place, period, day, number, title):
    month = {"year": 1, "quarter": number * 3 - 2, "month": number}[period]
    first = dt.date(day.year, month, 1)
    made = max(first - world.days(5), world.days_ago(LEDGER_DAYS))
    approved = place.rng.random() < 0.3 + 0.7 * place.level.presence
    world.loader.add(
        Plan,
        station_id=place.station.pk,
        period=period,
        year=day.year,
        number=number,
        title=title,
        body=f"围绕{place.short_name}退役军人服务工作，安排学习、走访慰问、志愿服务和重要节点活动。",
        state="approved" if approved else "draft",
        approved_on=min(made + world.days(2), world.today) if approved else None,
        approved_by="站长" if approved else "",
        **world.stamp(place, min(made, world.today)),
    )


def _plan_item(world, place, day, occasion, planned_months):
    """The item that was planned for it, None if nobody planned it, or "cancelled"."""
    if (day.year, day.month) not in planned_months or place.rng.random() > 0.94:
        return None
    cancelled = place.rng.random() < 0.02 and not occasion.key_date
    made = min(max(day.replace(day=1) - world.days(4), world.days_ago(LEDGER_DAYS)), world.today)
    key = world.loader.add(
        PlanItem,
        station_id=place.station.pk,
        planned_on=day,
        title=_title(occasion, place),
        place=f"{place.short_name}退役军人服务站",
        owner="站长" if place.rng.random() < 0.5 else "专职工作人员",
        key_date_id=world.key_dates.get(occasion.key_date),
        cancelled_reason="天气原因，改期另行安排" if cancelled else "",
        **world.stamp(place, made),
    )
    return "cancelled" if cancelled else key


def _title(occasion: Occasion, place) -> str:
    return occasion.title.replace(
        "{service}", SERVICES[(occasion.month + int(place.region.code[-3:])) % 7]
    )


def _activity(world, place, day, occasion, item, turn):
    rng, level = place.rng, place.level
    careful = rng.random() < 0.55 + 0.45 * level.presence
    late = (
        rng.randrange(0, 9) if rng.random() < 0.5 + 0.49 * level.presence else rng.randrange(16, 60)
    )
    recorded = min(day + world.days(late), world.today)
    team = place.hometown_team_id if occasion.team == "hometown" else place.team_id
    team = team if occasion.team else None
    group = rng.choice(place.groups) if occasion.team == "lei_feng" and place.groups else None
    phone = occasion.round == "away"
    where = _where(place, occasion, turn)
    key = world.loader.add(
        Activity,
        station_id=place.station.pk,
        kind=occasion.kind,
        tags=list(occasion.tags),
        title=_title(occasion, place),
        happened_on=day,
        place="电话联系"
        if phone
        else f"{place.short_name}{'党群服务中心' if rng.random() < 0.3 else '退役军人服务站'}",
        organiser=f"{place.short_name}退役军人服务站",
        content=CONTENTS[occasion.kind],
        outcome=rng.choice(OUTCOMES) if careful else "",
        plan_item_id=item,
        team_id=team,
        group_id=group[0] if group else None,
        service_field=group[1] if group else ("heritage" if occasion.team == "hometown" else ""),
        key_date_id=world.key_dates.get(occasion.key_date),
        by_phone=phone,
        care_reason_id=rng.choice(world.care_reasons)
        if occasion.kind == "visit" and world.care_reasons
        else None,
        other_headcount=rng.choice((0, 0, 2, 5, 12)),
        recorded_at=world.moment(recorded, 10, rng.randrange(60)),
        **world.stamp(place, recorded),
    )
    if where:
        world.loader.link(Activity.resources, key, [where])
    if occasion.speaker and place.stories:
        told = [story[0] for story in place.stories]
        world.loader.link(Activity.stories, key, [told[turn % len(told)]])
    if place.partners and (occasion.kind == "exchange" or rng.random() < 0.15):
        world.loader.link(Activity.partners, key, [rng.choice(place.partners)])
    _participants(world, place, key, occasion)
    _pictures(world, place, key, occasion, day)


def _where(place, occasion, turn):
    """The resource at which it is held, the sites in turn."""
    kinds = {"site": SITES, "reform": REFORM, "industry": ("industry",)}.get(occasion.where)
    if not occasion.where:
        return None
    if kinds:
        fit = [key for key, _theme, kind in place.resources if kind in kinds]
    else:
        fit = [key for key, theme, _kind in place.resources if theme == occasion.where]
    return fit[turn % len(fit)] if fit else None


def _participants(world, place, key, occasion):
    rng = place.rng
    role = ROLE.get(occasion.kind, "participant")
    people = _who(place, occasion)
    if rng.random() > 0.7 + 0.3 * place.level.presence:
        return
    for number, person in enumerate(people):
        world.loader.add(
            Participation,
            activity_id=key,
            veteran_id=person.id,
            role="speaker" if occasion.speaker and number == 0 else role,
            hours=rng.choice((1, 1.5, 2, 2.5, 3)) if role == "volunteer" else None,
        )


def _who(place, occasion):
    rng = place.rng
    if occasion.round == "priority":
        return [p for p in place.people if p.counts and p.is_priority and p.residence == "local"]
    if occasion.round == "away":
        return [p for p in place.people if p.counts and p.is_priority and p.residence != "local"]
    if occasion.team:
        pool = [p for p in place.members if p.counts]
    else:
        pool = [p for p in place.people if p.is_resident and p.age < 86]
    wanted = 2 if occasion.kind == "talk" else rng.randrange(5, 11)
    return rng.sample(pool, min(wanted, len(pool)))


def _pictures(world, place, key, occasion, day):
    chance = 0.5 + 0.42 * place.level.presence
    if place.rng.random() > chance:
        return
    count = max(1, round(place.rng.uniform(0.5, 1.5) * world.scale.photos_per_activity))
    for order in range(count):
        world.photos.attach(
            place,
            Activity,
            key,
            occasion.scene,
            on=day,
            caption=_title(occasion, place),
            order=order,
        )
