from tests.access import Row

PASSWORDS = {"old": "falsch", "new": "Guten-Morgen-7", "again": "Guten-Morgen-7"}

ROWS = {
    "healthz": Row(get={"*": 200, "anonymous": 200}),
    "login": Row(
        get={"*": 302, "anonymous": 200},
        post={"*": 200, "anonymous": 200},
        data=lambda world: {"username": "nobody", "password": "wrong"},
    ),
    "logout": Row(post={"*": 302}),
    "password_change": Row(get={"*": 200}, post={"*": 200}, data=lambda world: PASSWORDS),
}
