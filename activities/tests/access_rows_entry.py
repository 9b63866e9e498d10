from activities.entry import sign_in
from activities.tests.access_rows_plans import ACT, KEEP
from activities.tests.access_rows_surveys import READ
from tests.access import Row
from tests.factories import PlanItemFactory


def _code(world):
    return {"code": world.station.code}


def _sheet(world):
    return {"code": sign_in.code_of(PlanItemFactory(station=world.station))}


ROWS = {
    "station_ledger": Row(kwargs=_code, get=READ),
    "quick_activity": Row(kwargs=_code, get=KEEP, post=KEEP),
    "paper_entries": Row(
        kwargs=_code,
        get=KEEP,
        post=ACT | dict.fromkeys(("county", "town", "manager"), 400),
    ),
    "service_functions": Row(kwargs=_code, get=KEEP),
    "visits_due": Row(kwargs=_code, get=KEEP),
    "visits_overview": Row(
        get=dict.fromkeys(("county", "town", "manager", "other_county", "outsider"), 200)
        | {"*": 403}
    ),
    "sign_in_code": Row(get={"leader": 403, "*": 302}),
    "sign_in_photos": Row(
        get=dict.fromkeys(("county", "town", "manager", "other_county", "outsider"), 200)
        | {"*": 403},
        post=dict.fromkeys(("county", "town", "manager", "other_county", "outsider"), 400)
        | {"*": 403},
    ),
    # Without a photo nothing is filed: 400 says so to whoever may file it.
    "sign_in": Row(
        kwargs=_sheet,
        get=KEEP,
        post=ACT | dict.fromkeys(("county", "town", "manager"), 400),
    ),
}
