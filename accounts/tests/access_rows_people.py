from tests.access import Row

EVERYONE = {"*": 200}

ROWS = {
    "healthz": Row(get={"*": 200, "anonymous": 200}),
}
