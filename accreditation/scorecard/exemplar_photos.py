"""Photos of an exemplar: rooms and things, small, where the station agreed to show them.

Nobody can tell by machine that there is no face on a photo. So it is never taken from what is
about people: walls and boards of honour, panels with people or stories, pictures on display;
and a photo that serves any other record as well stays where it is.
"""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from accreditation.models import Accreditation
from accreditation.scoring.measures.shapes import Measure
from records.fields import tag
from records.models import AttachmentLink
from stations.models import Facility, Station
from veterans.models import Exhibit

ROOMS = (
    Facility.Kind.RECREATION_ROOM,
    Facility.Kind.READING_AREA,
    Facility.Kind.BULLETIN_BOARD,
    Facility.Kind.MEMORABILIA_CABINET,
)
PLACES = (
    Exhibit.Place.WALL_PANEL,
    Exhibit.Place.MEMORABILIA_CABINET,
    Exhibit.Place.HALL,
    Exhibit.Place.ENVIRONMENT,
)
# What is a picture itself shows people more often than not.
PICTURES = (Exhibit.Form.PHOTO, Exhibit.Form.PAINTING, Exhibit.Form.VIDEO)
SHOWN = 4


@dataclass(frozen=True)
class Photo:
    code: str
    words: str


def willing() -> QuerySet[Station]:
    """Accredited today, still there, agreed to both: to be an exemplar, and to photos."""
    named = Accreditation.objects.filter(station=OuterRef("pk"), state="active")
    agreed = Station.objects.filter(is_exemplar=True, shows_photos=True, is_active=True)
    return agreed.filter(Exists(named))


def may_be_shown() -> QuerySet[AttachmentLink]:
    """Every photo that an exemplar may show to other stations, with the record it is of."""
    permitted = Q(purpose=AttachmentLink.Purpose.GENERAL) & (
        Q(content_type=_type(Facility), object_id__in=_rooms().values("pk"))
        | Q(content_type=_type(Exhibit), object_id__in=_things().values("pk"))
    )
    others = AttachmentLink.objects.filter(attachment=OuterRef("attachment")).exclude(permitted)
    return AttachmentLink.objects.filter(
        permitted, ~Exists(others), attachment__kind="photo", attachment__station__in=willing()
    ).exclude(attachment__thumbnail="")


def photos_for(measure: Measure, track: str, stations: list[Station]) -> dict[int, list[Photo]]:
    """By station, what this requirement is about; nothing is asked where it is about neither."""
    about = _about(measure, track)
    if not about or not stations:
        return {}
    rows = (
        may_be_shown()
        .filter(about, attachment__station__in=[one.pk for one in stations])
        .order_by("content_type", "object_id", "order", "pk")
        .values_list("attachment__station", "attachment__code", "content_type")
    )
    found: dict[int, dict[str, Photo]] = {}
    for station, code, kind in rows:
        words = "陈列展示" if kind == _type(Exhibit).pk else "活动场所"
        found.setdefault(station, {}).setdefault(code, Photo(code, words))
    return {station: list(photos.values())[:SHOWN] for station, photos in found.items()}


def _about(measure: Measure, track: str) -> Q | None:
    """Rooms of the kind that the line asks for, things at the place that one of its parts does."""
    wanted: Q | None = None
    sources = [(measure.section, measure.query)]
    sources += [(fix.section, fix.query) for fix in measure.fixes if fix is not None]
    for section, query in sources:
        if section == "facilities":
            rows = Q(content_type=_type(Facility), object_id__in=_of(_rooms(), query))
        elif section == "exhibits":
            where = dict(query) or {"theme": track}
            rows = Q(content_type=_type(Exhibit), object_id__in=_of(_things(), where))
        else:
            continue
        wanted = rows if wanted is None else wanted | rows
    return wanted


def _of(rows, query):
    return rows.filter(**dict(query)).values("pk")


def _rooms() -> QuerySet[Facility]:
    return Facility.objects.filter(kind__in=ROOMS)


def _things() -> QuerySet[Exhibit]:
    rows = Exhibit.objects.filter(
        place__in=PLACES, withdrawn_on=None, people=None, stories=None, no_forbidden_items=True
    )
    for form in PICTURES:
        rows = rows.exclude(forms__contains=tag(form))
    return rows


def _type(model: type) -> ContentType:
    return ContentType.objects.get_for_model(model)
