"""What a station has: rooms, rules, duties, grids, partners, titles, outcomes."""

import datetime as dt

from config.demo.names import draw_name
from config.demo.world import Place, World
from stations.models import Duty, Facility, Grid, Outcome, Partner, Regulation, Title

ROOMS = (
    ("talk_room", "老兵谈心室", 18),
    ("recreation_room", "文体活动室", 60),
    ("reading_area", "图书阅览专区", 35),
    ("honour_wall", "退役军人荣誉墙", 12),
    ("honour_board", "光荣榜", 6),
    ("bulletin_board", "宣传栏", 8),
    ("memorabilia_cabinet", "军用物品陈列柜", 5),
)
RULES = (
    (
        "study",
        "定期学习制度",
        "每月8日为集中学习日，学习政策法规和上级精神，由站长主持，学习情况记入台账。",
    ),
    (
        "recreation",
        "文体活动制度",
        "每季度至少组织一次文体活动，结合重要节点安排，注意安全，自愿参加。",
    ),
    (
        "visit",
        "走访慰问制度",
        "春节、“八一”期间集中走访，对重点走访对象每季度联系一次，遇生病、困难及时看望。",
    ),
    (
        "reception",
        "信访接待制度",
        "热情接待，认真记录，能当场答复的当场答复，不能当场答复的十五日内答复或转办。",
    ),
    ("report", "请示汇报制度", "重要情况及时向上级主管单位请示汇报，每半年书面汇报一次工作。"),
    (
        "coordination",
        "协调落实制度",
        "涉及多个部门的事项由站长牵头协调，明确责任人和完成时间，办结后反馈本人。",
    ),
    ("filing", "登记归档制度", "活动当天记录，十五日内归档，文字、图片和音像资料齐全，专人保管。"),
)
DUTIES = (
    (
        "organisation",
        "退役军人服务站",
        "负责本辖区退役军人联系服务、走访慰问、政策宣传、困难帮扶和文化阵地建设。",
    ),
    ("person", "站长", "主持服务站全面工作，审定计划，协调解决重要事项。"),
    ("person", "专职工作人员", "负责花名册、台账和日常接待，按时更新资料。"),
    ("person", "网格联络员", "负责网格内退役军人的日常联系，了解情况，及时报告。"),
)
PARTNERS = (
    ("school", "{town}中心小学"),
    ("enterprise", "{place}农业发展有限公司"),
    ("venue", "{town}文化活动中心"),
    ("social_organisation", "{town}志愿者协会"),
    ("public_body", "{town}卫生院"),
    ("media", "{town}融媒体工作室"),
)
TITLES = (
    ("county", "退役军人工作先进集体"),
    ("town", "先进基层党组织"),
    ("city", "文明村（社区）"),
    ("county", "民主法治村（社区）"),
    ("city", "美丽宜居乡村"),
)
BRANDS = {
    "red": ("红色薪火", "红旗老兵", "铭记初心"),
    "historical": ("古韵老兵", "乡情戎光", "运河老兵"),
    "rural": ("绿野老兵", "戎耕田园", "兵心兴村"),
}
THEMES = {
    "red": "传承红色基因，讲好老兵故事",
    "historical": "守护历史文脉，涵养乡情戎光",
    "rural": "老兵带头兴产业，绿水青山美家园",
}


def fill_place(world: World, place: Place) -> None:
    _facilities(world, place)
    _rules_and_duties(world, place)
    _partners(world, place)
    _titles(world, place)
    if place.track == "rural":
        _outcomes(world, place)


def station_values(world: World, place: Place, counted: int) -> dict:
    """The station's own columns; a place without records has only its name."""
    rng, level = place.rng, place.level
    if level.name == "empty":
        return {}
    slack = rng.uniform(0, 0.03) if level.registered >= 0.97 else rng.uniform(0.0, 0.1)
    begin = world.days_ago(550 if level.rhythm > 0.3 else rng.randrange(200, 500))
    return {
        "address": f"{place.town.name}{place.short_name}党群服务中心院内",
        "manager_name": draw_name(rng, gender="male", birth_year=1975),
        "founded_on": dt.date(2019, rng.randrange(1, 13), rng.randrange(1, 28)),
        "floor_area": rng.randrange(80, 320),
        "fulltime_staff": rng.randrange(1, 3),
        "parttime_staff": rng.randrange(1, 5),
        "population": counted * rng.randrange(35, 55) + rng.randrange(300),
        "registered_veterans": max(counted, round(counted / level.registered * (1 + slack))),
        "track": place.track if place.has() else "",
        "brand": rng.choice(BRANDS[place.track]) if place.has(0.9) else "",
        "theme_statement": THEMES[place.track] if place.has(0.95) else "",
        "introduction": (
            f"{place.short_name}退役军人服务站依托党群服务中心建设，常年开展政策咨询、走访慰问、"
            f"帮扶援助和志愿服务，结合本地资源打造“{THEMES[place.track]}”特色阵地。"
            if place.has(0.9)
            else ""
        ),
        "records_begin_on": begin,
    }


def _facilities(world, place):
    for kind, name, size in ROOMS:
        if not place.has():
            continue
        changed = world.days_ago(place.rng.randrange(10, 300 if place.has() else 700))
        key = world.loader.add(
            Facility,
            station_id=place.station.pk,
            kind=kind,
            name=name,
            floor_area=size + place.rng.randrange(10),
            is_shared=place.rng.random() < 0.35,
            book_count=place.rng.randrange(180, 1400) if kind == "reading_area" else None,
            changed_on=changed if kind == "bulletin_board" else None,
            **world.stamp(place, world.days_ago(place.rng.randrange(300, 500))),
        )
        if place.has():
            scene = "wall" if kind in ("honour_wall", "honour_board", "bulletin_board") else "room"
            world.photos.attach(place, Facility, key, scene, on=changed, caption=name)


def _rules_and_duties(world, place):
    for kind, title, body in RULES:
        if not place.has():
            continue
        adopted = world.days_ago(place.rng.randrange(60, 500 if place.has() else 1100))
        world.loader.add(
            Regulation,
            station_id=place.station.pk,
            kind=kind,
            title=title,
            body=f"为做好{place.short_name}退役军人服务工作，制定本制度。\n{body}",
            adopted_on=adopted,
            **world.stamp(place, max(adopted, world.days_ago(540))),
        )
    for kind, post, body in DUTIES:
        if place.has():
            world.loader.add(
                Duty,
                station_id=place.station.pk,
                kind=kind,
                post=post,
                holder=draw_name(place.rng, gender="male", birth_year=1978),
                body=body,
                **world.stamp(place, world.days_ago(place.rng.randrange(200, 520))),
            )


def fill_grids(world, place):
    if not place.is_village:
        return
    for number in range(1, place.rng.randrange(3, 6)):
        place.grids.append(
            world.loader.add(
                Grid,
                station_id=place.station.pk,
                name=f"第{number}网格",
                liaison=draw_name(place.rng, gender="female", birth_year=1982),
                **world.stamp(place, world.days_ago(500)),
            )
        )


def _partners(world, place):
    for kind, name in place.rng.sample(PARTNERS, 3):
        if place.has(0.9):
            place.partners.append(
                world.loader.add(
                    Partner,
                    station_id=place.station.pk,
                    name=name.format(town=place.town.name, place=place.short_name),
                    kind=kind,
                    contact=draw_name(place.rng, gender="female", birth_year=1985),
                    since=world.days_ago(place.rng.randrange(100, 900)),
                    **world.stamp(place, world.days_ago(place.rng.randrange(60, 400))),
                )
            )


def _titles(world, place):
    for level, name in place.rng.sample(TITLES, 2):
        if place.has(0.55):
            world.loader.add(
                Title,
                station_id=place.station.pk,
                name=name,
                level=level,
                awarded_by="（演示）授予单位",
                awarded_on=world.days_ago(place.rng.randrange(100, 1500)),
                **world.stamp(place, world.days_ago(90)),
            )


def _outcomes(world, place):
    if not place.has():
        return
    year = world.today.year - 1
    for metric, unit, base in (
        ("村集体经营性收入", "万元", place.rng.uniform(40, 160)),
        ("特色种植面积", "亩", place.rng.uniform(200, 1800)),
    ):
        for number, value in ((year - 1, base), (year, base * place.rng.uniform(1.03, 1.25))):
            world.loader.add(
                Outcome,
                station_id=place.station.pk,
                metric=metric,
                year=number,
                value=round(value, 1),
                unit=unit,
                source="村（社区）年度统计",
                **world.stamp(place, world.days_ago(place.rng.randrange(30, 250))),
            )
