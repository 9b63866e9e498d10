"""A few mistakes as rosters have them: a mistyped number, a slip in a year, one person on
two stations' lists. Without them the page of data faults would have nothing to show."""

import datetime as dt

from config.demo.names import draw_name
from config.demo.people import ALPHABET
from config.demo.world import Person, Place, World
from records.fields import keyed_hash
from veterans.models import Veteran
from veterans.names import pinyin_keys

EVERY = 4
FEWEST_PEOPLE = 10


def make_mistakes(world: World) -> None:
    """In every fourth station that keeps a roster, each kind in turn."""
    places = [place for place in world.places if len(place.people) >= FEWEST_PEOPLE]
    for number, place in enumerate(places[::EVERY]):
        facts = _invented(world, place)
        if number % 3 == 0:
            _add(world, place, facts | _mistyped(world, facts))
        elif number % 3 == 1:
            # The year of enlistment taken for that of the first school day.
            _add(world, place, facts | {"enlisted_on": dt.date(facts["birth_date"].year + 7, 9, 1)})
        else:
            neighbour = places[number * EVERY + 1 - len(places)]
            _add(world, place, facts)
            _add(world, neighbour, facts | {"current_post": "", "current_post_state": "blank"})


def _invented(world: World, place: Place) -> dict:
    rng = world.rng("mistakes", place.region.code)
    birth = dt.date(rng.randint(1952, 1975), rng.randint(1, 12), 1)
    name = draw_name(rng, gender="male", birth_year=birth.year)
    pinyin, initials = pinyin_keys(name)
    return {
        "name": name,
        "pinyin": pinyin,
        "initials": initials,
        "gender": "male",
        "birth_date": birth,
        "birth_precision": "month",
        "former_post": "战士",
        "former_post_state": "answered",
        "current_post": "务农",
        "current_post_state": "answered",
        "strengths_state": "none",
        "honours_state": "none",
        "photos_known_none": True,
    }


def _mistyped(world: World, facts: dict) -> dict:
    right = world.numbers.id_number(facts["birth_date"], facts["gender"])
    number = right[:17] + ("0" if right[17] != "0" else "1")
    return {"id_number": number, "id_hash": keyed_hash(number), "id_check": "invalid"}


def _add(world: World, place: Place, facts: dict) -> None:
    rng = world.rng("mistake", place.region.code, facts["name"])
    key = world.loader.add(
        Veteran,
        station_id=place.station.pk,
        code="".join(rng.choices(ALPHABET, k=16)),
        **facts,
        **world.stamp(place, world.days_ago(rng.randrange(20, 300))),
    )
    place.people.append(
        Person(
            id=key,
            name=facts["name"],
            age=world.today.year - facts["birth_date"].year,
            kind="veteran",
            status="active",
            residence="local",
            is_priority=False,
            wars=[],
            is_party=False,
            strengths=[],
            has_honour=False,
            declined=False,
        )
    )
