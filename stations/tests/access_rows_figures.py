from tests.access import Row

ROWS = {
    "figures": Row(
        get={"city": 200, "city2": 200, "admin": 200, "county": 200, "other_county": 200, "*": 403},
        post={"county": 302, "other_county": 302, "*": 403},
    ),
}
