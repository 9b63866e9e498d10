"""Teams and their groups (C3.1, C3.3, H2.2)."""

from django.db.models import F, Q

from accreditation.scoring.context import Context
from accreditation.scoring.sources.files import with_files
from accreditation.scoring.sources.people import memberships
from accreditation.scoring.sources.source import Counters, Source
from records.models import AttachmentLink
from veterans.models import Veteran
from volunteers.models import Group, Team


def _team_counters(c: Context) -> Counters:
    lei_feng = Q(is_active=True, kinds__contains=f",{Team.Kind.LEI_FENG},")
    hometown = Q(is_active=True, kinds__contains=f",{Team.Kind.HOMETOWN},")
    led = Q(leader__status=Veteran.Status.ACTIVE, leader__person_kind=Veteran.PersonKind.VETERAN)
    return {
        "all": lei_feng,
        "led": lei_feng & led,
        "full": lei_feng & led & with_files(c, Team),
        "hometown": hometown,
        "charter": hometown & with_files(c, Team, purpose=AttachmentLink.Purpose.CHARTER),
    }


TEAMS = Source("teams", lambda c: Team.objects.all(), _team_counters, is_whole=True)


def _group_counters(c: Context) -> Counters:
    matching = memberships(c, Team.Kind.LEI_FENG).filter(
        c.near("team__station"),
        group__isnull=False,
        veteran__strengths=F("group__strength"),
        veteran__status=Veteran.Status.ACTIVE,
        veteran__person_kind=Veteran.PersonKind.VETERAN,
    )
    return {"matched": Q(leader__isnull=False) & Q(pk__in=matching.values("group_id"))}


GROUPS = Source(
    "groups",
    lambda c: Group.objects.all(),
    _group_counters,
    station="team__station_id",
    is_whole=True,
)
