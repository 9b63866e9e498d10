"""Notices: to a person, or to a unit, whose people read it once for all of them.

What is addressed to a unit is work: it reaches those who do the work of that level, the
city bureau's reviewers, a county's staff, a station's staff. Readers and administrators
belong to a unit too, but what a unit's notice points to is not theirs to open.
"""

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from records.models import Notice

WORKERS = {
    "city": User.Role.CITY,
    "county": User.Role.COUNTY,
    "town": User.Role.STATION,
    "village": User.Role.STATION,
}


# The same as `notices_for(user).filter(read_at=None)`, of a person and their unit.
UNREAD = (
    "SELECT COUNT(*) FROM records_notice WHERE read_at IS NULL"
    " AND (user_id = %s OR (user_id IS NULL AND region_id = %s))"
)


def unit_of(user):
    """The unit whose notices reach this person, if any."""
    does_its_work = user.region_id and WORKERS[user.region.level] == user.role
    return user.region_id if does_its_work else None


def notices_for(user):
    mine = Q(user=user)
    if unit_of(user):
        mine |= Q(user=None, region=unit_of(user))
    return Notice.objects.filter(mine)


def tell(whom, text, *, link, kind, at=None, by=None) -> None:
    """One notice per person or unit; nobody is told what they did themselves."""
    common = {"text": text[:300], "link": link, "kind": kind, "created_at": at or timezone.now()}
    rows = []
    for target in dict.fromkeys(item for item in whom if item is not None):
        if isinstance(target, User):
            if by is None or target.pk != by.pk:
                rows.append(Notice(user=target, **common))
        elif by is None or target.pk != by.region_id:
            rows.append(Notice(region=target, **common))
    Notice.objects.bulk_create(rows)
