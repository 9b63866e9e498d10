from activities.tests.access_rows_surveys import ABOVE, READ
from tests.access import Row
from tests.factories import PlanFactory, PlanItemFactory

KEEP = READ | {"admin": 403, "city": 403, "city2": 403}
ACT = {
    "county": 302, "town": 302, "manager": 302, "other_county": 404, "outsider": 404, "*": 403,
}  # fmt: skip


def _code(world):
    return {"code": world.station.code}


def _plan(world):
    return _code(world) | {"pk": PlanFactory(station=world.station, year=2031).pk}


def _item(world):
    return _code(world) | {"pk": PlanItemFactory(station=world.station).pk}


ROWS = {
    "plans_overview": Row(get=ABOVE),
    "station_plans": Row(kwargs=_code, get=READ),
    "plan_draft": Row(kwargs=_code, get=KEEP, post=ACT),
    "plans_approve": Row(kwargs=_code, post=ACT),
    "plan_calendar": Row(kwargs=_code, get=READ, query={"month": "3"}),
    "unplanned_activities": Row(kwargs=_code, get=KEEP, post=ACT),
    "plan_page": Row(kwargs=_plan, get=READ),
    "item_cancel": Row(kwargs=_item, get=KEEP, post=ACT, data=lambda world: {"reason": "大雨"}),
    "item_link": Row(
        kwargs=_item,
        get=KEEP,
        post={"*": 403, **dict.fromkeys(("county", "town", "manager"), 404)}
        | {"other_county": 404, "outsider": 404},
    ),
}
