"""Notices: to a person, or to a unit, whose people read it once for all of them.

What is addressed to a unit is work: it reaches those who do the work of that level, the
city bureau's reviewers, a county's staff, a station's staff. Readers and administrators
belong to a unit too, but what a unit's notice points to is not theirs to open.
"""

from django.db.models import Q

from accounts.models import User
from records.models import Notice

WORKERS = {
    "city": User.Role.CITY,
    "county": User.Role.COUNTY,
    "town": User.Role.STATION,
    "village": User.Role.STATION,
}


def notices_for(user):
    mine = Q(user=user)
    if user.region_id and WORKERS[user.region.level] == user.role:
        mine |= Q(user=None, region=user.region_id)
    return Notice.objects.filter(mine)
