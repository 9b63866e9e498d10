"""Who reaches consents, export requests and the story bank."""

from tests.access import Row
from tests.factories import VeteranFactory
from veterans import export_requests
from veterans.models import Veteran

NOBODY_ELSE = {"admin": 403, "leader": 403, "*": 404}


def _asked(world):
    """Asked by the county: its own, and the city's to decide."""
    VeteranFactory(station=world.station)
    people = Veteran.objects.visible_to(world.cast.county)
    return export_requests.ask(
        actor=world.cast.county, filters="", purpose="八一走访", people=people
    )


def _code(world):
    return {"code": _asked(world).code}


ROWS = {
    "export_requests": Row(get={"admin": 403, "leader": 403, "*": 200}),
    "export_request": Row(
        kwargs=_code, get=NOBODY_ELSE | {"county": 200, "city": 200, "city2": 200}
    ),
    "export_request_answer": Row(
        kwargs=_code,
        post=NOBODY_ELSE | {"county": 403, "city": 302, "city2": 302},
        data=lambda world: {"answer": "approve"},
    ),
}
