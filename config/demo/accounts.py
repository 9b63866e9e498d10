"""The demonstration accounts: one password for all, hashed once."""

from django.contrib.auth.hashers import make_password

from accounts import audit
from accounts.models import AuditEntry, User
from config.demo.names import draw_name
from config.demo.world import World
from stations.models import Region

CITY_ACCOUNTS = (
    ("admin", User.Role.ADMIN, "系统管理员（演示）"),
    ("city", User.Role.CITY, ""),
    ("city2", User.Role.CITY, ""),
    ("city3", User.Role.CITY, ""),
    ("leader", User.Role.VIEWER, ""),
)


def make_accounts(world: World, counties: list[Region], regions: list[Region], password: str):
    """Accounts of the city, of every county-level unit and of the filled stations."""
    hashed = make_password(password)

    def account(username, role, region, full_name=""):
        rng = world.rng("account", username)
        return User(
            username=username,
            full_name=full_name or draw_name(rng, gender="male", birth_year=1980),
            role=role,
            region=region,
            password=hashed,
            must_change_password=False,
            is_demo=True,
            created_at=world.moment(world.days_ago(560)),
        )

    users = [account(name, role, world.city, full) for name, role, full in CITY_ACCOUNTS]
    users += [account(f"county-{region.code}", User.Role.COUNTY, region) for region in counties]
    users += [account(f"station-{region.code}", User.Role.STATION, region) for region in regions]
    User.objects.bulk_create(users, batch_size=500)
    AuditEntry.objects.bulk_create(
        [
            audit.entry("user.create", by=None, obj=user, region=user.region, label=str(user))
            for user in users
        ],
        batch_size=500,
    )
    world.users = {user.username: user for user in users}
