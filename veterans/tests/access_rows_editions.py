from tests.access import Row
from tests.factories import VeteranFactory
from veterans.editions.workflow import print_edition

READERS = {"leader": 403, "other_county": 404, "outsider": 404, "*": 200}


def _printed(world):
    VeteranFactory(station=world.station)
    print_edition(world.station, by=world.cast.manager)
    return {"code": world.station.code, "number": 1, "form": "pdf"}


ROWS = {
    "editions": Row(kwargs=lambda world: {"code": world.station.code}, get=READERS),
    "edition_print": Row(
        kwargs=lambda world: {"code": world.station.code},
        post={"county": 302, "town": 302, "manager": 302, "other_county": 404, "outsider": 404,
              "*": 403},
    ),
    "edition_file": Row(kwargs=_printed, get=READERS),
}  # fmt: skip
