from accounts import audit, user_lists
from accounts.user_lists import Row as ListRow
from tests.access import Row
from tests.factories import UserFactory

PASSWORDS = {"old": "falsch", "new": "Guten-Morgen-7", "again": "Guten-Morgen-7"}
MANAGERS = {"admin": 200, "county": 200, "other_county": 200, "*": 403}
# An account of a station of `county`: another county does not learn that it exists.
OWN_PAGE = {"admin": 200, "county": 200, "other_county": 404, "*": 403}
OWN_ACT = {"admin": 302, "county": 302, "other_county": 404, "*": 403}
AUDITORS = {"admin": 200, "city": 200, "city2": 200, "*": 403}


def _manager(world):
    return {"pk": world.cast.manager.pk}


def _version(world):
    return {"version": world.cast.manager.version}


def _new_user(world):
    return {
        "full_name": "新人",
        "username": "newcomer",
        "role": "station",
        "region": world.tree.village2.pk,
    }


def _edit(world):
    return _new_user(world) | {"version": 1}


def _token(world):
    """Each held list belongs to one caller, so whoever is not the county is sent back."""
    row = ListRow(2, "新人", "newcomer", "station", world.tree.village2.code, "")
    return {"token": user_lists.hold([row], by=world.cast.county)}


def _entry(world):
    return {"pk": audit.record("login", by=UserFactory()).pk}


ROWS = {
    "healthz": Row(get={"*": 200, "anonymous": 200}),
    "login": Row(
        get={"*": 302, "anonymous": 200},
        post={"*": 200, "anonymous": 200},
        data=lambda world: {"username": "nobody", "password": "wrong"},
    ),
    "logout": Row(post={"*": 302}),
    "password_change": Row(get={"*": 200}, post={"*": 200}, data=lambda world: PASSWORDS),
    # The cast's server has no mail.
    "account": Row(get={"*": 200}, post={"*": 403}),
    "manage_users": Row(get=MANAGERS),
    "user_new": Row(get=MANAGERS, post=MANAGERS, data=_new_user),
    "users_stations": Row(
        get=MANAGERS, post=MANAGERS, data=lambda world: {"regions": [world.tree.village2.code]}
    ),
    "users_import": Row(get=MANAGERS, post=MANAGERS),
    "users_import_confirm": Row(
        post={"admin": 302, "county": 200, "other_county": 302, "*": 403}, data=_token
    ),
    "users_template": Row(get=MANAGERS),
    "user_edit": Row(kwargs=_manager, get=OWN_PAGE, post=OWN_ACT, data=_edit),
    "user_disable": Row(kwargs=_manager, post=OWN_ACT, data=_version),
    "user_enable": Row(kwargs=_manager, post=OWN_ACT, data=_version),
    "user_unlock": Row(kwargs=_manager, post=OWN_ACT),
    "user_reset": Row(kwargs=_manager, post=OWN_PAGE, data=_version),
    "user_hand_over": Row(
        kwargs=_manager, post=OWN_PAGE, data=lambda world: _version(world) | {"full_name": "接任人"}
    ),
    "manage_audit": Row(get=AUDITORS),
    "audit_access": Row(get=AUDITORS),
    "audit_entry": Row(kwargs=_entry, get=AUDITORS),
}
