from tests.access import Row

ROWS = {
    "desk": Row(get={"leader": 302, "*": 200}),
    "desk_today": Row(get={"town": 200, "manager": 200, "outsider": 200, "*": 403}),
    "desk_missing": Row(get={"town": 200, "manager": 200, "outsider": 200, "*": 403}),
}
