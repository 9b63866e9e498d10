"""Who reaches consents, export requests and the story bank."""

from tests.access import Row
from tests.factories import ExhibitFactory, StoryFactory, VeteranFactory
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


IN_SCOPE = dict.fromkeys(("admin", "city", "city2", "county", "town", "manager"), 200)


def _story(world):
    return {"pk": StoryFactory(station=world.station).pk}


def _exhibit(world):
    return {"pk": ExhibitFactory(station=world.station).pk}


def _paper(world):
    person = VeteranFactory(station=world.station)
    return {"person_code": person.code, "paper": "notice", "form": "docx"}


ROWS = {
    "stories": Row(get={"leader": 403, "*": 200}),
    "story": Row(kwargs=_story, get=IN_SCOPE | {"leader": 403, "*": 404}),
    "story_compare": Row(
        kwargs=lambda world: _story(world) | {"other": _story(world)["pk"]},
        get=IN_SCOPE | {"leader": 403, "*": 404},
    ),
    "exhibit": Row(kwargs=_exhibit, get=IN_SCOPE | {"leader": 403, "*": 404}),
    "story_release": Row(
        kwargs=_story,
        post={"city": 302, "city2": 302, "other_county": 404, "outsider": 404, "leader": 404,
              "*": 403},
    ),
    # Off unless the city needs it: then nobody learns that the address exists.
    "person_unit": Row(
        kwargs=lambda world: {"person_code": VeteranFactory(station=world.station).code},
        post={"*": 404},
    ),
    "person_paper": Row(
        kwargs=_paper,
        get={"county": 200, "town": 200, "manager": 200, "admin": 403, "city": 403,
             "city2": 403, "leader": 403, "*": 404},
    ),
    "export_requests": Row(get={"admin": 403, "leader": 403, "*": 200}),
    "export_request": Row(
        kwargs=_code, get=NOBODY_ELSE | {"county": 200, "city": 200, "city2": 200}
    ),
    "export_request_answer": Row(
        kwargs=_code,
        post=NOBODY_ELSE | {"county": 403, "city": 302, "city2": 302},
        data=lambda world: {"answer": "approve"},
    ),
}  # fmt: skip
