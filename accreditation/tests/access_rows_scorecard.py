import datetime as dt

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accreditation.models import Accreditation, NotApplicable
from accreditation.tests.access_rows_workflow import programme as current_programme
from records.models import Attachment, AttachmentLink
from stations.models import Facility, Station
from tests.access import Row

READERS = {"admin": 200, "city": 200, "city2": 200, "county": 200, "town": 200, "manager": 200,
           "leader": 403, "*": 404}  # fmt: skip
# Out of scope is 404 whoever asks; in scope but not the county's, 403.
OF_COUNTY = {"county": 200, "other_county": 404, "outsider": 404, "*": 403}


def here(world):
    return {"code": world.station.code}


def a_line(world):
    return {"code": world.station.code, "requirement": "C1.2"}


def a_proposal(world):
    row, _ = NotApplicable.objects.get_or_create(
        station=world.station, requirement="R4.1", declined_on=None,
        defaults={"reason": "本地没有革命遗址"},
    )  # fmt: skip
    return {"code": world.station.code, "pk": row.pk}


def a_shown_photo(world):
    """Of a station of another county, which agreed."""
    programme = current_programme()
    Station.objects.filter(pk=world.other_station.pk).update(is_exemplar=True, shows_photos=True)
    if not Accreditation.objects.filter(station=world.other_station).exists():
        Accreditation.objects.create(
            programme=programme, station=world.other_station, county=world.tree.zone,
            track="red", number="2025R900", named_on=dt.date(2025, 1, 1),
        )  # fmt: skip
    photo = Attachment.objects.filter(sha256="e" * 64).first()
    if photo is None:
        room = Facility.objects.create(station=world.other_station, kind="recreation_room")
        photo = Attachment.objects.create(
            station=world.other_station, kind="photo", sha256="e" * 64, size=1,
            original_name="1.jpg", thumbnail=default_storage.save("e.jpg", ContentFile(b"e")),
        )  # fmt: skip
        AttachmentLink.objects.create(attachment=photo, record=room)
    return {"file_code": photo.code}


BY_CITY = {"city": 302, "city2": 302, "other_county": 404, "outsider": 404, "*": 403}

ABOVE_STATIONS = {"admin": 200, "city": 200, "city2": 200, "county": 200, "other_county": 200,
                  "*": 403}  # fmt: skip

ROWS = {
    "confirmations": Row(get=ABOVE_STATIONS),
    "not_applicables": Row(get=ABOVE_STATIONS),
    "scorecard": Row(kwargs=here, get=READERS),
    "scorecard_rows": Row(kwargs=a_line, get=READERS),
    "scorecard_exemplars": Row(kwargs=a_line, get=READERS),
    "exemplar_photo": Row(kwargs=a_shown_photo, get={"leader": 403, "*": 200}),
    "scorecard_confirm": Row(
        kwargs=here,
        post=OF_COUNTY | {"county": 302},
        data=lambda world: {
            "kind": "red_resource_count", "number": 2, "by": "张三", "on": "2026-01-01",
        },
    ),
    "not_applicable_propose": Row(
        kwargs=a_line,
        get=OF_COUNTY,
        post=OF_COUNTY | {"county": 302},
        data=lambda world: {"reason": "本地没有条件设置"},
    ),
    "not_applicable_confirm": Row(kwargs=a_proposal, post=BY_CITY),
    "not_applicable_decline": Row(
        kwargs=a_proposal, post=BY_CITY, data=lambda world: {"reason": "请补充说明"}
    ),
}  # fmt: skip
