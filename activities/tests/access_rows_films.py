from tests.access import Row

# Whoever keeps the station's records makes its film.
KEEPERS = {
    "county": 200, "town": 200, "manager": 200, "other_county": 404, "outsider": 404, "*": 403,
}  # fmt: skip
REFUSED = KEEPERS | {"county": 422, "town": 422, "manager": 422}

ROWS = {
    "film_make": Row(
        kwargs=lambda world: {"code": world.station.code},
        get=KEEPERS,
        post=REFUSED,
        data=lambda world: {"title": "短片"},
    ),
}
