from tests.access import Row
from tests.factories import TeamFactory

READ = {
    "admin": 200, "city": 200, "city2": 200, "county": 200, "town": 200, "manager": 200,
    "other_county": 404, "outsider": 404, "leader": 403,
}  # fmt: skip
KEEP = READ | {"admin": 403, "city": 403, "city2": 403}
ABOVE = {"admin": 200, "city": 200, "city2": 200, "county": 200, "other_county": 200, "*": 403}


def _code(world):
    return {"code": world.station.code}


def _team(world):
    TeamFactory(station=world.station)
    return _code(world)


ROWS = {
    "volunteers_overview": Row(get=ABOVE),
    "volunteer_groups": Row(
        kwargs=_team,
        get=KEEP,
        post=KEEP | {"county": 302, "town": 302, "manager": 302},
    ),
    "volunteer_fields": Row(kwargs=_code, get=READ),
    "volunteer_invite": Row(kwargs=_code, get=KEEP, post=KEEP),
}
