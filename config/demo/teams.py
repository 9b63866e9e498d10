"""学雷锋志愿服务队, hometown teams, groups by strength and their members."""

from collections import Counter

from config.demo.world import Place, World
from volunteers.models import Group, Membership, Team

# Which field a strength serves and what the group is called.
GROUPS = {
    "医疗救护": ("epidemic", "健康守护小组"),
    "驾驶操作": ("emergency", "应急抢险小组"),
    "水电维修": ("hardship", "便民维修小组"),
    "种植养殖": ("rural", "助农兴村小组"),
    "矛盾调解": ("governance", "矛盾调解小组"),
    "宣传宣讲": ("heritage", "老兵宣讲小组"),
    "文艺特长": ("heritage", "文艺轻骑小组"),
    "创业经营": ("employment", "创业帮带小组"),
    "救援技能": ("flood", "防汛救援小组"),
    "园林绿化": ("environment", "护河护绿小组"),
}


def fill_teams(world: World, place: Place) -> None:
    able = [p for p in place.residents() if p.age <= 69]
    if len(able) < 5 or not place.has():
        return
    rng = place.rng
    wanted = min(len(able), rng.randrange(8, 17))
    place.members = sorted(rng.sample(able, wanted), key=lambda p: p.id)
    founded = world.days_ago(rng.randrange(420, 900))
    kinds = ["lei_feng"]
    separate = place.track == "historical" and rng.random() < 0.5
    if place.track == "historical" and not separate and place.has():
        kinds.append("hometown")
    place.team_id = _team(world, place, kinds, f"{place.short_name}学雷锋志愿服务队", founded)
    if "hometown" in kinds:
        place.hometown_team_id = place.team_id
    _members(world, place, place.team_id, place.members, founded)
    if separate and place.has():
        name = f"{place.short_name}乡情退役军人志愿服务队"
        place.hometown_team_id = _team(world, place, ["hometown"], name, founded)
        _join(world, place, place.hometown_team_id, place.members[:7], founded, {})


def _team(world, place, kinds, name, founded):
    key = world.loader.add(
        Team,
        station_id=place.station.pk,
        kinds=kinds,
        name=name,
        brand="老兵先锋" if place.has(0.7) else "",
        leader_id=place.members[0].id if place.has() else None,
        founded_on=founded,
        **world.stamp(place, max(founded, world.days_ago(540))),
    )
    if place.has():
        world.photos.attach(
            place, Team, key, "document", on=founded, purpose="founding", caption="成立材料"
        )
    if "hometown" in kinds and place.has():
        world.photos.attach(
            place, Team, key, "document", on=founded, purpose="charter", caption="队伍章程"
        )
    return key


def _members(world, place, team_id, members, founded):
    """Groups for the strengths that most members have; each member is in one group."""
    names = {key: name for name, key in world.strengths.items()}
    counts = Counter(key for person in members for key in person.strengths)
    common = [key for key, _ in counts.most_common() if names[key] in GROUPS]
    group_of = {}
    for strength_id in common[: place.rng.randrange(2, 5)]:
        able = [p for p in members if strength_id in p.strengths and p.id not in group_of]
        if not able or not place.has():
            continue
        field, name = GROUPS[names[strength_id]]
        key = world.loader.add(
            Group,
            team_id=team_id,
            name=name,
            field=field,
            strength_id=strength_id,
            leader_id=able[0].id,
            **world.stamp(place, world.days_ago(400)),
        )
        place.groups.append((key, field))
        group_of |= {person.id: key for person in able}
    _join(world, place, team_id, members, founded, group_of)


def _join(world, place, team_id, members, founded, group_of):
    for person in members:
        world.loader.add(
            Membership,
            team_id=team_id,
            veteran_id=person.id,
            group_id=group_of.get(person.id),
            joined_on=founded,
            **world.stamp(place, max(founded, world.days_ago(540))),
        )
