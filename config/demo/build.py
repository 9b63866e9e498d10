"""Builds the demonstration, in one transaction: it is there, or nothing of it is."""

import time
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accreditation import doubts
from accreditation.scoring.stored import store_scores
from config.demo.accounts import make_accounts
from config.demo.announcements import announce
from config.demo.applications import Replay
from config.demo.choose import choose_stations, counties_with_stations, ensure_tree, make_places
from config.demo.finished import recognise_finished
from config.demo.helping import give_help
from config.demo.ledger import fill_ledger
from config.demo.lists import ensure_lists
from config.demo.loader import Loader
from config.demo.mistakes import make_mistakes
from config.demo.paperwork import leave_paperwork
from config.demo.people import fill_editions, fill_people
from config.demo.photos import PhotoStock
from config.demo.places import fill_grids, fill_place, station_values
from config.demo.programmes import make_build_list, make_programmes
from config.demo.resources import add_town_resources, fill_resources
from config.demo.scale import Scale
from config.demo.services import fill_services
from config.demo.stories import fill_exhibits, fill_stories
from config.demo.story_texts import Deck
from config.demo.summaries import hand_in_summaries
from config.demo.teams import fill_teams
from config.demo.trail import Trail
from config.demo.world import World
from records.models import Attachment
from stations.models import Region, Station
from veterans.faults.runs import check_region
from veterans.models import Veteran

ASSIGNED_PHONES = 9_500


class NotEmpty(Exception):
    """There are real people in the database; the message is for whoever typed the command."""


class AlreadyThere(Exception):
    """The demonstration was loaded before."""


def check_empty() -> None:
    if User.objects.filter(is_demo=True).exists():
        raise AlreadyThere("演示数据已经在库中，没有重复写入。")
    if User.objects.exists() or Veteran.objects.exists():
        raise NotEmpty(
            "数据库中已有真实用户或人员，不能写入演示数据。请换一个空的数据库（DATABASE_URL）后再执行。"
        )


def build(scale: Scale, *, seed: int, password: str, say=lambda text: None) -> World:
    """Everything; `say` is told each part as it is finished. Raises NotEmpty, AlreadyThere."""
    check_empty()
    clock = _Clock(say)
    now = timezone.localtime().replace(microsecond=0)
    world = World(seed=seed, scale=scale, today=now.date(), now=now, loader=Loader())
    with transaction.atomic():
        _people_and_records(world, password, clock)
    return world


def _people_and_records(world, password, clock):
    ensure_tree(world)
    ensure_lists(world)
    counties = counties_with_stations()
    stations = choose_stations(world)
    make_accounts(world, counties, [station.region for station in stations], password)
    regions = Region.objects.in_bulk({station.region.parent_id for station in stations})
    world.places = make_places(world, stations, regions)
    clock("区划、服务站和账号")
    _draw_photos(world)
    clock("演示照片")
    world.loader.trail = Trail()
    _fill(world)
    world.loader.trail.write(world.loader, world.users.values())
    world.loader.flush()
    clock("人员、台账和附件")
    _finish_stations(world)
    check_region()
    clock("服务站信息和数据核查")
    _accreditation(world, counties)
    clock("认定和申报")


def _accreditation(world, counties):
    units = [unit for unit in counties if Station.objects.in_region(unit).exists()]
    programmes = make_programmes(world, units)
    recognised = recognise_finished(world, programmes, units)
    hand_in_summaries(world, programmes.finished, units)
    make_build_list(world, programmes.current)
    clerks = [(unit, world.users[f"county-{unit.code}"]) for unit in units]
    give_help(clerks, today=world.today)
    announce(world, [clerk for _, clerk in clerks])
    Replay(world, programmes.current).run(recognised)
    leave_paperwork(world)
    store_scores(on=world.today)
    doubts.look(world.today)


def _draw_photos(world):
    world.photos = PhotoStock(world)
    kept = [place for place in world.places if place.level.name == "ready"] or world.places
    users = {user.pk: user for user in world.users.values()}
    world.photos.draw(kept[:12], users)
    world.loader.table(Attachment)  # from here on only the loader numbers attachments


def _fill(world):
    expected = len(world.places) * world.scale.people
    world.phone_share = min(0.5, ASSIGNED_PHONES / max(1, expected))
    towns = {place.town.pk: place.town for place in world.places}
    of_town = add_town_resources(world, towns.values())
    world.stories = Deck(world.rng("stories"))
    for place in world.places:
        fill_grids(world, place)
        fill_people(world, place)
        fill_place(world, place)
        fill_editions(world, place)
        fill_resources(world, place, of_town[place.town.pk])
        fill_teams(world, place)
        fill_stories(world, place)
        fill_exhibits(world, place)
        fill_ledger(world, place)
        fill_services(world, place)
    make_mistakes(world)


def _finish_stations(world):
    """A town's official number covers its villages, so it comes after all of them."""
    counted = defaultdict(int)
    for place in world.places:
        counted[place.town.pk] += sum(person.counts for person in place.people)
    for place in world.places:
        number = (
            sum(person.counts for person in place.people)
            if place.is_village
            else counted[place.town.pk]
        )
        values = station_values(world, place, number)
        if values:
            Station.objects.filter(pk=place.station.pk).update(
                updated_at=world.now, updated_by_id=place.county_user_id, **values
            )


class _Clock:
    def __init__(self, say):
        self.say, self.start = say, time.monotonic()

    def __call__(self, part):
        self.say(f"{part}：{time.monotonic() - self.start:.1f} 秒")
