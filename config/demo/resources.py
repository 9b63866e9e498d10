"""特色资源 of towns and villages and who uses them. All of them are invented; martyrs have
a surname and no more, so that none is a real one."""

from config.demo.world import Place, World
from records.models import CountyConfirmation
from stations.models import Resource, ResourceUse

SITES = ("memorial_place", "memorial_venue", "memorial_facility", "relic_site")
TOWN_RESOURCES = (
    ("red", "memorial_venue", "{town}革命纪念园"),
    ("historical", "hometown_hall", "{town}乡情馆"),
    ("rural", "reform_venue", "{town}乡村发展展示馆"),
)
VILLAGE_RESOURCES = {
    "red": (
        ("martyr", "{surname}姓先烈事迹（演示甲）"),
        ("martyr", "{surname}姓先烈事迹（演示乙）"),
        ("martyr", "支前民工事迹（演示丙）"),
        ("red_event", "{place}支前运输队组建"),
        ("red_event", "{place}民兵夜渡（演示）"),
        ("relic_site", "{place}支前粮站旧址"),
    ),
    "historical": (
        ("protected_relic", "{place}古井"),
        ("former_residence", "{place}乡贤旧居"),
        ("historic_event", "{place}治水史迹"),
        ("industrial_heritage", "{place}老槽坊"),
    ),
    "rural": (
        ("industry", "{place}稻蟹共作基地"),
        ("reform_landmark", "{place}包产到户纪念地"),
        ("major_project", "{place}灌区改造工程"),
    ),
}
SOURCES = ("镇志（演示）", "村史资料（演示）", "当事人口述整理（演示）", "县级档案资料（演示）")


def add_town_resources(world: World, towns) -> dict[int, list[tuple[int, str, str]]]:
    """Resources that every station of a town may use, by the town's key."""
    result = {}
    for town in towns:
        rng = world.rng("resources", town.code)
        rows = [
            (_resource(world, rng, town, theme, kind, name.format(town=town.name)), theme, kind)
            for theme, kind, name in TOWN_RESOURCES
        ]
        result[town.pk] = rows
    return result


def fill_resources(world: World, place: Place, of_town) -> None:
    rng = place.rng
    own = []
    if place.has():
        surname = rng.choice("王李张刘陈周吴徐")
        for kind, name in VILLAGE_RESOURCES[place.track]:
            if place.has(0.97):
                text = name.format(surname=surname, place=place.short_name)
                key = _resource(world, rng, place.region, place.track, kind, text)
                own.append((key, place.track, kind))
    near = [row for row in of_town if row[1] == place.track or rng.random() < 0.3]
    place.sites_nearby = [key for key, _theme, kind in own + list(of_town) if kind in SITES]
    for key, theme, kind in own + near:
        if not place.has():
            continue
        place.resources.append((key, theme, kind))
        signed = world.days_ago(rng.randrange(60, 500))
        use = world.loader.add(
            ResourceUse,
            station_id=place.station.pk,
            resource_id=key,
            signed_on=signed,
            **world.stamp(place, signed),
        )
        if place.has(0.9):
            world.photos.attach(
                place, ResourceUse, use, "document", on=signed,
                purpose="agreement", caption="共建共享协议",
            )  # fmt: skip
    _confirm(world, place)


def _resource(world, rng, region, theme, kind, name):
    at = world.moment(world.days_ago(rng.randrange(400, 540)))
    return world.loader.add(
        Resource,
        region_id=region.pk,
        name=name,
        theme=theme,
        kind=kind,
        address=region.name,
        description=f"{name}位于{region.name}，由当地整理保护，供退役军人和群众参观学习。（演示）",
        source=rng.choice(SOURCES) if rng.random() < 0.96 else "",
        keeper=f"{region.name}" if rng.random() < 0.93 else "",
        created_at=at,
        updated_at=at,
    )


def _confirm(world, place):
    """The county says how many there are where the standard asks for as many as exist."""
    if not place.has(0.9):
        return
    number = sum(kind in ("martyr", "red_event") for _key, _theme, kind in place.resources)
    figures = {
        "red": (("red_resource_count", number), ("martyr_story_count", 2)),
        "historical": (("historical_resource_count", 3),),
    }.get(place.track, ())
    if place.track == "red" and not any(person.wars for person in place.people):
        figures = (*figures, ("no_war_veterans", 0))
    for kind, count in figures:
        world.loader.add(
            CountyConfirmation,
            station_id=place.station.pk,
            kind=kind,
            number=count,
            by="县（区）经办人",
            on=world.days_ago(place.rng.randrange(30, 300)),
            **world.stamp(place, world.days_ago(60), user_id=place.county_user_id),
        )
