from tests.access import Row
from tests.factories import VeteranFactory
from veterans import transfers
from veterans.models import BulkEdit, SavedView, Transfer

SEES = {"other_county": 404, "outsider": 404, "leader": 403, "*": 200}
EDITS = {"county": 302, "town": 302, "manager": 302, "other_county": 404, "outsider": 404,
         "*": 403}  # fmt: skip
WRITERS = {"county": 302, "town": 302, "manager": 302, "other_county": 302, "outsider": 302,
           "*": 403}  # fmt: skip


def _person(world):
    return VeteranFactory(station=world.station)


def _code(world):
    return {"person_code": _person(world).code}


def _station(world):
    return {"code": world.station.region.code}


def _view(world):
    return {"view_code": SavedView.objects.create(user=world.cast.manager, name="视图").code}


def _bulk_edit(world):
    person = _person(world)
    edit = BulkEdit.objects.create(
        label="居住情况：外出",
        column="residence",
        made_by=world.cast.manager,
        rows=[
            {"person": person.pk, "version": person.version, "old": "", "was": "", "now": "外出"}
        ],
    )
    return {"code": edit.code}


def _asked_of_station(world):
    """Asked for by the town's station; the village's answers."""
    transfer = transfers.ask(
        _person(world), to=world.town_station, direction=Transfer.Direction.IN, by=world.cast.town
    )
    return {"pk": transfer.pk}


def _asked_by_station(world):
    transfer = transfers.ask(
        VeteranFactory(station=world.town_station),
        to=world.station,
        direction=Transfer.Direction.IN,
        by=world.cast.manager,
    )
    return {"pk": transfer.pk}


ROWS = {
    "station_roster": Row(kwargs=_station, get=SEES),
    "person": Row(
        kwargs=_code, get={"leader": 403, "other_county": 404, "outsider": 404, "*": 200}
    ),
    "person_status": Row(
        kwargs=_code,
        post={"county": 400, "town": 400, "manager": 400, "admin": 403, "city": 403,
              "city2": 403, "*": 404},
    ),
    "person_transfer": Row(
        kwargs=_code,
        get={"county": 200, "town": 200, "manager": 200, "admin": 403, "city": 403, "city2": 403,
             "*": 404},
        post={"county": 400, "town": 400, "manager": 400, "admin": 403, "city": 403,
              "city2": 403, "*": 404},
    ),
    "roster_search": Row(post={"leader": 403, "*": 302}, data=lambda world: {"q": "zs"}),
    "bulk_preview": Row(post=WRITERS),
    "bulk_apply": Row(post=WRITERS),
    "bulk_edits": Row(
        get={"county": 200, "town": 200, "manager": 200, "other_county": 200, "outsider": 200,
             "*": 403}
    ),
    "bulk_edit": Row(
        kwargs=_bulk_edit,
        get={"county": 200, "town": 200, "manager": 200, "other_county": 404, "outsider": 404,
             "*": 403},
    ),
    "bulk_undo": Row(kwargs=_bulk_edit, post=EDITS),
    "roster_view_save": Row(
        post={"leader": 403, "*": 302}, data=lambda world: {"name": "视图", "filters": "q=zs"}
    ),
    "roster_view": Row(
        kwargs=_view, get={"leader": 403, "other_county": 404, "outsider": 404, "*": 302}
    ),
    "roster_view_delete": Row(kwargs=_view, post={"manager": 302, "leader": 403, "*": 404}),
    "transfers": Row(get={"admin": 403, "leader": 403, "*": 200}),
    "transfer_ask": Row(
        get={"county": 200, "town": 200, "manager": 200, "other_county": 200, "outsider": 200,
             "*": 403},
        post={"county": 200, "town": 200, "manager": 200, "other_county": 200, "outsider": 200,
              "*": 403},
    ),
    "transfer_answer": Row(
        kwargs=_asked_of_station,
        post={**EDITS, "admin": 403, "leader": 404},
        data=lambda world: {"answer": "accept"},
    ),
    "transfer_withdraw": Row(kwargs=_asked_by_station, post={**EDITS, "leader": 404}),
    "contacts": Row(
        get={"county": 200, "town": 200, "manager": 200, "other_county": 200, "outsider": 200,
             "*": 403}
    ),
}  # fmt: skip
