from tests.access import Row

KEEP = {
    "county": 200, "town": 200, "manager": 200, "other_county": 404, "outsider": 404, "*": 403,
}  # fmt: skip
# Nothing is ticked: the page says so.
POST = KEEP | {"county": 400, "town": 400, "manager": 400}


def _code(world):
    return {"code": world.station.code}


ROWS = {
    "regulation_templates": Row(kwargs=_code, get=KEEP, post=POST),
    "duty_templates": Row(kwargs=_code, get=KEEP, post=POST),
}
