from stations.models import Station
from tests.access import Row

CITY = {"admin": 200, "city": 200, "city2": 200}
# A village of `county`: the county sees it but does not change it, others do not see it.
CHANGE = {
    "admin": 302, "city": 302, "city2": 302, "county": 403, "other_county": 404, "*": 403,
}  # fmt: skip


def _county(world):
    return {"code": world.tree.county.code}


def _village(world):
    return {"code": world.tree.village2.code}


def _parent(world):
    return {"region": world.tree.zone.code, "version": world.tree.village2.version}


def _successor(world):
    return {"region": world.tree.village.code, "version": world.tree.village2.version}


def _without_station(world):
    Station.objects.filter(region=world.tree.village2).delete()
    return _village(world)


ROWS = {
    "manage_regions": Row(get=CITY | {"county": 200, "other_county": 200, "*": 403}),
    "region_edit": Row(
        kwargs=_county,
        get=CITY | {"county": 200, "other_county": 404, "*": 403},
        post={
            "admin": 302, "city": 302, "city2": 302, "county": 302, "other_county": 404, "*": 403,
        },
        data=lambda world: {
            "name": "沭阳县", "kind": "statutory", "sort_order": 1, "version": 1,
            "office_leader": "王某", "office_phone": "1", "office_name": "",
        },
    ),
    "region_new": Row(
        kwargs=lambda world: {"code": world.tree.town.code},
        get=CITY | {"other_county": 404, "*": 403},
        post=CHANGE,
        data=lambda world: {
            "code": "321322100209", "name": "甲九村", "kind": "statutory", "with_station": "on",
        },
    ),
    "region_move": Row(kwargs=_village, post=CHANGE, data=_parent),
    "region_merge": Row(kwargs=_village, post=CHANGE, data=_successor),
    "region_station": Row(kwargs=_without_station, post=CHANGE),
}  # fmt: skip
