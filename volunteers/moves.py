"""A volunteer who moves to another station leaves the teams of the old one."""

from django.db.models import F, Q
from django.utils import timezone

from veterans.transfers import AFTER_MOVE
from volunteers.models import Membership


def leave_teams(person, station, *, on, by):
    """Hours already served stay where they were served."""
    open_rows = Membership.objects.filter(veteran=person, team__station=station, left_on=None)
    stamp = {"updated_at": timezone.now(), "updated_by": by}
    open_rows.filter(joined_on__lte=on).update(left_on=on, version=F("version") + 1, **stamp)
    # Noted for a day to come: left on that day.
    open_rows.filter(Q(joined_on__gt=on)).update(
        left_on=F("joined_on"), version=F("version") + 1, **stamp
    )


AFTER_MOVE.append(leave_teams)
