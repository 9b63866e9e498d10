"""The verbs that change accounts. Each is one short transaction with its audit entry, and
compares before it sets; passwords are hashed before the transaction begins."""

from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from accounts import audit, tries
from accounts.models import AuditEntry, User
from accounts.passwords import generate_password
from accounts.permissions import is_admin

# Hashing is slow on purpose; a request must stay within a few seconds.
BATCH_LIMIT = 200


class StaleUser(Exception):
    """Somebody else changed the account since the page was shown."""


class Refused(Exception):
    """A rule forbids it; the text says which."""


LEVELS = {
    User.Role.ADMIN: ("city",),
    User.Role.CITY: ("city",),
    User.Role.VIEWER: ("city", "county"),
    User.Role.COUNTY: ("county",),
    User.Role.STATION: ("town", "village"),
}
LEVEL_WORDS = {
    "city": "市",
    "county": "县（区）、功能区",
    "town": "乡镇（街道）",
    "village": "村居（社区）",
}


def role_problem(role, region) -> str:
    """Why a person with this role cannot belong to this region; empty if she can."""
    if region.level in LEVELS[role]:
        return ""
    wanted = "或".join(LEVEL_WORDS[level] for level in LEVELS[role])
    return f"{User.Role(role).label}的所属单位应为{wanted}，{region.name}不是。"


def snapshot(user: User) -> dict:
    return {
        "username": user.username,
        "full_name": user.full_name,
        "role": user.role,
        "region": user.region.code if user.region_id else "",
        "phone": user.phone,
        "email": user.email,
        "digest": user.digest,
        "is_active": user.is_active,
    }


def set_own_password(user: User, password: str) -> None:
    user.set_password(password)
    user.must_change_password = False
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        audit.record("password.change", by=user, obj=user, label=user.username)


def create_user(user: User, *, by: User) -> str:
    """Save a new account; returns its first password, which is kept nowhere."""
    password = generate_password()
    user.password = make_password(password)
    user.must_change_password = True
    with transaction.atomic():
        user.save(force_insert=True)
        audit.record("user.create", by=by, obj=user, region=user.region, after=snapshot(user))
    return password


def create_first_admin(user: User, *, password: str = "") -> str:
    """From the command line, before there is anybody who could do it; the region is the
    city, if it is loaded already."""
    regions = User._meta.get_field("region").remote_field.model._default_manager
    cities = regions.filter(level="city").order_by("code")
    user.region_id = cities.values_list("pk", flat=True).first()
    password = password or generate_password()
    user.password = make_password(password)
    with transaction.atomic():
        user.save(force_insert=True)
        audit.record("user.create", by=None, obj=user, reason="命令行", after=snapshot(user))
    return password


def create_users(users: list[User], *, by: User) -> list[tuple[User, str]]:
    """Many new accounts at once, with their first passwords."""
    assert len(users) <= BATCH_LIMIT
    passwords = [generate_password() for _ in users]
    with ThreadPoolExecutor(max_workers=4) as pool:
        hashes = list(pool.map(make_password, passwords))
    for user, hashed in zip(users, hashes, strict=True):
        user.password, user.must_change_password = hashed, True
    with transaction.atomic():
        User.objects.bulk_create(users)
        AuditEntry.objects.bulk_create(
            audit.entry("user.create", by=by, obj=user, region=user.region, after=snapshot(user))
            for user in users
        )
    return list(zip(users, passwords, strict=True))


def update_user(user: User, *, version: int, by: User) -> None:
    """Save name, role, region and phone as they stand on `user`."""
    fields = ("username", "full_name", "role", "region", "phone")
    _change(user, "user.edit", version=version, by=by, **{f: getattr(user, f) for f in fields})


def set_mail(user: User, *, email: str, digest: str, version: int) -> None:
    """A person's own address and how often it gets a digest."""
    _change(user, "user.mail", version=version, by=user, email=email, digest=digest)


def set_active(user: User, active: bool, *, version: int, by: User) -> None:
    """Disabling ends the person's sessions for good: enabling does not revive them."""
    _change(
        user,
        "user.enable" if active else "user.disable",
        version=version,
        by=by,
        is_active=active,
        session_epoch=F("session_epoch") + 1,
    )


def reset_password(user: User, *, version: int, by: User) -> str:
    password = generate_password()
    _change(
        user,
        "password.reset",
        version=version,
        by=by,
        password=make_password(password),
        must_change_password=True,
    )
    tries.clear(user.username)
    return password


def hand_over(user: User, *, full_name: str, phone: str, version: int, by: User) -> str:
    """The account of a post goes to the next person: new name, new password, and whoever
    was logged in is out; mail stops, the address was the predecessor's. Entries of the audit
    log keep the name of the predecessor."""
    password = generate_password()
    _change(
        user,
        "user.hand_over",
        version=version,
        by=by,
        full_name=full_name,
        phone=phone,
        email="",
        digest=User.Digest.NONE,
        password=make_password(password),
        must_change_password=True,
        is_active=True,
        session_epoch=F("session_epoch") + 1,
    )
    tries.clear(user.username)
    return password


def unlock(user: User, *, by: User) -> None:
    with transaction.atomic():
        tries.clear(user.username)
        audit.record("user.unlock", by=by, obj=user, label=user.username, region=user.region)


def _change(user, action, *, version, by, **fields):
    with transaction.atomic():
        before = User.objects.select_related("region").get(pk=user.pk)
        if before.role == User.Role.ADMIN:
            # In one order, so that two administrators who remove each other at the same
            # moment wait instead of deadlocking (SQLite has one writer anyway).
            list(User.objects.select_for_update().filter(role=User.Role.ADMIN).order_by("pk"))
        changed = User.objects.filter(pk=user.pk, version=version).update(
            **fields, version=F("version") + 1
        )
        if not changed:
            raise StaleUser
        after = User.objects.select_related("region").get(pk=user.pk)
        _keep_an_administrator(before, after, by)
        audit.record(
            action,
            by=by,
            obj=after,
            region=after.region,
            before=snapshot(before),
            after=snapshot(after),
        )
    user.refresh_from_db()


def _keep_an_administrator(before, after, by):
    """Nobody locks himself out, and somebody can always manage users; looked at after the
    write and inside its transaction."""
    if not _administers(before) or _administers(after):
        return
    if before.pk == by.pk:
        raise Refused("不能停用自己的账号，也不能取消自己的管理员角色。请由另一名系统管理员办理。")
    if not User.objects.filter(role=User.Role.ADMIN, is_active=True).exists():
        raise Refused("系统至少要有一名启用的系统管理员，这项修改没有保存。")


def _administers(user):
    return is_admin(user) and user.is_active
