"""Resources that a station uses (R1.1, R4, H1, H3.2, U2.1, U3)."""

from django.db.models import Exists, OuterRef, Q

from accreditation.scoring.context import Context
from accreditation.scoring.sources.files import with_files
from accreditation.scoring.sources.source import Counters, Source
from activities.models import Activity
from stations.models import (
    Resource,
    ResourceUse,
    Track,
)

SITES = (
    Resource.Kind.MEMORIAL_PLACE,
    Resource.Kind.MEMORIAL_VENUE,
    Resource.Kind.MEMORIAL_FACILITY,
    Resource.Kind.RELIC_SITE,
)
FIVE_KINDS = (
    Resource.Kind.CELEBRITY_MEMORIAL,
    Resource.Kind.PROTECTED_RELIC,
    Resource.Kind.SCIENCE_MUSEUM,
    Resource.Kind.INDUSTRIAL_HERITAGE,
    Resource.Kind.FORMER_RESIDENCE,
)
REFORM = (Resource.Kind.REFORM_VENUE, Resource.Kind.MAJOR_PROJECT, Resource.Kind.REFORM_LANDMARK)


def _use_counters(c: Context) -> Counters:
    sourced = ~Q(resource__source="")
    joint = Activity.resources.through.objects.filter(
        resource_id=OuterRef("resource_id"),
        activity__station_id=OuterRef("station_id"),
        activity__happened_on__lte=c.on,
        activity__partners__isnull=False,
    )
    agreed = with_files(c, ResourceUse)
    historical = Q(resource__theme=Track.HISTORICAL)
    kind = Resource.Kind
    return {
        "martyr": sourced & Q(resource__kind__in=[kind.MARTYR, kind.RED_EVENT]),
        "historical": historical & sourced,
        "hometown": Q(resource__kind__in=[kind.HOMETOWN_HALL, kind.HISTORIC_DISTRICT]),
        "five": Q(resource__kind__in=FIVE_KINDS),
        "rural": Q(resource__theme=Track.RURAL) & sourced & ~Q(resource__description=""),
        "reform": Q(resource__kind__in=REFORM) & (agreed | Exists(joint)),
    }


USES = Source("uses", lambda c: ResourceUse.objects.all(), _use_counters)
