"""通知公告: from the city or a county to the people below it, one notice each."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from records.models import Announcement, Notice
from stations.models import Region

# Whom a sender reaches, by role; an administrator does none of the work this is about.
AUDIENCES = {
    User.Role.CITY: (User.Role.COUNTY, User.Role.STATION, User.Role.VIEWER),
    User.Role.COUNTY: (User.Role.STATION,),
}


def recipients(sender: User, roles: list[str], units: list[Region]):
    """Active people of these roles in these units, the sender's whole area without units."""
    people = User.objects.filter(
        is_active=True, role__in=roles, region__path__startswith=sender.region.path
    ).exclude(pk=sender.pk)
    if units:
        inside = Region.objects.none()
        for unit in units:
            inside = inside | Region.objects.under(unit)
        people = people.filter(region__in=inside)
    return people


def publish(
    *,
    title: str,
    body: str,
    roles: list[str],
    units: list[Region],
    actor: User,
    at: dt.datetime | None = None,
) -> int:
    """Returns how many people it reached."""
    at = at or timezone.now()
    people = list(recipients(actor, roles, units).values_list("pk", flat=True))
    if not people:
        return 0
    where = "、".join(unit.name for unit in units) or actor.region.name
    whom = "、".join(User.Role(role).label for role in roles)
    with transaction.atomic():
        row = Announcement.objects.create(
            title=title,
            body=body,
            region=actor.region,
            audience=f"{where}：{whom}"[:300],
            by=actor,
            published_at=at,
        )
        Notice.objects.bulk_create(
            (
                Notice(
                    user_id=pk,
                    kind=Notice.Kind.ANNOUNCEMENT,
                    announcement=row,
                    text=f"通知公告：{title}",
                    link=reverse("announcement", args=[row.pk]),
                    created_at=at,
                )
                for pk in people
            ),
            batch_size=500,
        )
        audit.record(
            "announcement.publish",
            by=actor,
            obj=row,
            label=title,
            at=at,
            region=actor.region,
            after={"发送范围": row.audience, "人数": str(len(people))},
        )
    return len(people)
