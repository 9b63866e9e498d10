"""典型故事 and 陈列展示 with both content checks, and how they are made known."""

import hashlib
import json

from django.contrib.contenttypes.models import ContentType

from config.demo import story_texts
from config.demo.names import draw_name
from config.demo.world import Place, World
from records.models import ContentCheck
from veterans.models import Enterprise, Exhibit, Story, StoryBand
from veterans.near_copies import signature

CHECKERS = (
    ("political", "县（区）宣传部门（演示）"),
    ("historical", "党史地方志工作机构（演示）"),
)
SOURCES = ("本人口述整理（演示）", "亲属提供材料（演示）", "镇志、村史资料（演示）")
WAR_WORDS = {
    "resistance": "抗日战争",
    "liberation": "解放战争",
    "korea": "抗美援朝",
    "vietnam": "对越自卫反击战",
    "other": "战斗",
}


def fill_stories(world: World, place: Place) -> None:
    for subject, person in _subjects(place):
        if place.has(0.97):
            _story(world, place, subject, person)
    if place.track == "rural":
        _enterprises(world, place)


def fill_exhibits(world: World, place: Place) -> None:
    honoured = [p for p in place.people if p.has_honour and p.status == "active"][:6]
    if honoured and place.has():
        _exhibit(world, place, "honour_wall", f"{place.short_name}功臣光荣", honoured[:4])
    if place.has():
        _exhibit(world, place, "honour_board", "光荣榜：身边的退役军人", honoured[:5])
    if place.has():
        _exhibit(
            world, place, "memorabilia_cabinet", "军用水壶、挎包、立功证书", [], forms=["object"]
        )
    ours = [story for story in place.stories if story[1] == place.track]
    if ours and place.has():
        people = {key for *_, key in ours if key}
        shown = [person for person in place.people if person.id in people]
        _exhibit(
            world, place, "wall_panel", f"{place.short_name}特色版块", shown,
            theme=place.track, stories=ours, forms=["photo", "chart"],
        )  # fmt: skip
    themed = [key for key, theme, _kind in place.resources if theme == place.track]
    if themed and place.track != "rural" and place.has():
        _exhibit(
            world, place, "hall", f"{place.short_name}历史文化故事", [],
            theme=place.track, resources=themed, forms=["photo", "object"],
        )  # fmt: skip


def _subjects(place):
    """Whom the stories of the track are about: people of the roster, or a martyr."""
    fit = [p for p in place.people if p.counts and not p.declined]
    if place.track == "red":
        told = [p for p in place.people if p.wars and not p.declined and p.kind == "veteran"]
        models = [p for p in fit if p.is_party and p not in told][:2]
        return (
            [("martyr", None)] * 3
            + [("war_veteran", p) for p in told[:4]]
            + [("party_model", p) for p in models]
        )
    subject = "inheritor" if place.track == "historical" else "green_leader"
    return [(subject, person) for person in fit[2:5]]


def _story(world, place, subject, person):
    rng = place.rng
    name = person.name if person else f"{rng.choice('王李张刘陈周吴徐')}姓先烈"
    war = person.wars[0] if person and subject == "war_veteran" else ""
    values = {
        "theme": place.track,
        "subject": subject,
        "war": war,
        "subject_name": name,
        "title": story_texts.title(subject, rng, name=name, place=place.short_name),
        "body": world.stories.body(
            subject, name=name, place=place.short_name, war=WAR_WORDS.get(war, "")
        ),
        "source": rng.choice(SOURCES) if place.has() else "",
    }
    digest = content_hash([values[name] for name in Story.checked_fields])
    written = world.days_ago(rng.randrange(60, 480))
    key = world.loader.add(
        Story,
        station_id=place.station.pk,
        veteran_id=person.id if person else None,
        field=rng.choice(("green_growth", "ecology", "local_strength"))
        if place.track == "rural"
        else "",
        consent=True,
        content_hash=digest,
        **values,
        **world.stamp(place, written),
    )
    place.stories.append((key, place.track, subject, person.id if person else None))
    for band, value in enumerate(signature(values["body"])):
        world.loader.add(StoryBand, story_id=key, band=band, value=value)
    _checks(world, place, Story, key, digest, written)


def _exhibit(
    world, place, where, title, people, *, theme="", stories=(), resources=(), forms=("photo",)
):
    body = f"{title}。由{place.short_name}退役军人服务站陈列展示，供退役军人和群众参观。"
    values = {"place": where, "theme": theme, "title": title, "body": body, "period": ""}
    digest = content_hash([values[name] for name in Exhibit.checked_fields])
    made = world.days_ago(place.rng.randrange(60, 450))
    cabinet = where == "memorabilia_cabinet"
    key = world.loader.add(
        Exhibit,
        station_id=place.station.pk,
        forms=list(forms),
        donor="老兵捐赠" if cabinet else "",
        content_hash=digest,
        no_forbidden_items=cabinet,
        forbidden_checked_by="站长" if cabinet else "",
        forbidden_checked_on=made if cabinet else None,
        **values,
        **world.stamp(place, made),
    )
    world.loader.link(Exhibit.people, key, [person.id for person in people])
    world.loader.link(Exhibit.stories, key, [story[0] for story in stories])
    world.loader.link(Exhibit.resources, key, resources)
    if place.has():
        world.photos.attach(place, Exhibit, key, "wall", on=made, caption=title)
    if theme:
        _checks(world, place, Exhibit, key, digest, made)


def _checks(world, place, model, key, digest, written):
    """Both checks by two people outside; the county enters what they found."""
    kind = ContentType.objects.get_for_model(model).pk
    for number, (aspect, unit) in enumerate(CHECKERS):
        if not place.has(0.98):
            continue
        day = min(world.today, written + world.days(place.rng.randrange(5, 40)))
        world.loader.add(
            ContentCheck,
            content_type_id=kind,
            object_id=key,
            aspect=aspect,
            content_hash=digest,
            passed=True,
            checker_name=draw_name(
                world.rng("checker", number, place.county.code), gender="male", birth_year=1972
            ),
            checker_unit=unit,
            entered_by_id=place.county_user_id,
            note="内容属实，同意展示。",
            checked_at=world.moment(day, 10 + number),
        )


def _enterprises(world, place):
    able = [p for p in place.residents() if 18 <= p.age < 60]
    for number, (kind, name, trade) in enumerate(
        (
            ("family_farm", "{place}老兵家庭农场", "稻蟹共作"),
            ("cooperative", "{place}戎耕种植专业合作社", "设施蔬菜"),
            ("firm", "{place}绿兴农产品加工有限公司", "农产品加工"),
        )
    ):
        own = able[number * 3 : number * 3 + 3]
        if not own or not place.has():
            continue
        key = world.loader.add(
            Enterprise,
            station_id=place.station.pk,
            name=name.format(place=place.short_name),
            kind=kind,
            trade=trade,
            is_green=True,
            founded_on=world.days_ago(place.rng.randrange(600, 2400)),
            scale=f"{place.rng.randrange(5, 60)}人",
            **world.stamp(place, world.days_ago(place.rng.randrange(40, 400))),
        )
        world.loader.link(Enterprise.owners, key, [own[0].id])
        world.loader.link(Enterprise.workers, key, [person.id for person in own[1:]])


def content_hash(values) -> str:
    """As veterans.models.Checked computes it, from values instead of a row."""
    return hashlib.sha256(json.dumps([str(value) for value in values]).encode()).hexdigest()
