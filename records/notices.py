"""Notices: to a person, or to a unit, whose people read it once for all of them."""

from django.db.models import Q

from records.models import Notice


def notices_for(user):
    mine = Q(user=user)
    if user.region_id:
        mine |= Q(user=None, region=user.region_id)
    return Notice.objects.filter(mine)
