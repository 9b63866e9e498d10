"""Who reaches the pages of records. Only station and county staff write."""

from django.core.files.uploadedfile import SimpleUploadedFile

from records.models import Attachment, AttachmentLink, IncomingFile, new_code
from tests.access import Row
from tests.factories import FacilityFactory, StoryFactory, VeteranFactory

IN_SCOPE = ("admin", "city", "city2", "county", "town", "manager")
KEEPERS = ("county", "town", "manager")
READS = dict.fromkeys(IN_SCOPE, 200) | {"leader": 403, "*": 404}
# The page is in scope for city and administrator, writing is not theirs.
WRITES = dict.fromkeys(KEEPERS, 302) | {
    "admin": 403,
    "city": 403,
    "city2": 403,
    "leader": 403,
    "*": 404,
}
FORMS = WRITES | dict.fromkeys(KEEPERS, 200)
ALL_BUT_LEADER = {"leader": 403, "*": 200}


def _code(world):
    return world.station.region.code


def _facility(world):
    facility = FacilityFactory(station=world.station)
    return {"code": _code(world), "section": "facilities", "kind": "facility", "key": facility.pk}


def _story(world):
    story = StoryFactory(station=world.station)
    return {"code": _code(world), "section": "stories", "kind": "story", "key": story.pk}


def _file(world):
    attachment = Attachment.objects.create(
        station=world.station,
        kind="document",
        file="2026/01/none.pdf",
        original_name="无.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
    )
    attachment.file.save(f"test/{attachment.code}.pdf", SimpleUploadedFile("a.pdf", b"%PDF-1"))
    return attachment


def _linked_file(world):
    """A file is read by whoever reads its record."""
    attachment = _file(world)
    AttachmentLink.objects.create(
        attachment=attachment, record=FacilityFactory(station=world.station)
    )
    return attachment


def _photo(world):
    attachment = _linked_file(world)
    attachment.thumbnail = attachment.file.name
    attachment.save()
    return {"file_code": attachment.code}


def _link(world):
    facility = FacilityFactory(station=world.station)
    one = AttachmentLink.objects.create(attachment=_file(world), record=facility)
    return {"link_id": one.pk}


def _incoming(world):
    """Begun by the station's manager: nobody else reaches it."""
    begun = IncomingFile.objects.create(
        code=new_code(),
        user=world.cast.manager,
        key="0" * 64,
        record=FacilityFactory(station=world.station),
        purpose="general",
        name="视频.mp4",
        size=100,
    )
    return {"incoming_code": begun.code}


def _photo_link(world):
    photo = Attachment.objects.get(code=_photo(world)["file_code"])
    Attachment.objects.filter(pk=photo.pk).update(kind="photo")
    return {"link_id": photo.links.get().pk}


def _person(world):
    return {"person_code": VeteranFactory(station=world.station).code}


CHANGES = dict.fromkeys(KEEPERS, 302) | {
    "admin": 403,
    "city": 403,
    "city2": 403,
    "leader": 403,
    "*": 404,
}
ROWS = {
    "workspace": Row(kwargs=lambda w: {"code": _code(w)}, get=READS),
    "stations": Row(get=ALL_BUT_LEADER),
    "veterans": Row(get=ALL_BUT_LEADER),
    "activities": Row(get=ALL_BUT_LEADER),
    "station_edit": Row(kwargs=lambda w: {"code": _code(w)}, get=FORMS, post=FORMS),
    "section": Row(kwargs=lambda w: {"code": _code(w), "section": "facilities"}, get=READS),
    "record_new": Row(
        kwargs=lambda w: {"code": _code(w), "section": "facilities", "kind": "facility"},
        get=FORMS,
        post=FORMS,
    ),
    "record": Row(kwargs=_facility, get=READS, post=FORMS),
    "record_delete": Row(kwargs=_facility, get=FORMS, post=WRITES),
    "record_files": Row(kwargs=_facility, get=None, post=WRITES),
    "video_begin": Row(
        kwargs=_facility,
        get=None,
        post=WRITES | dict.fromkeys(KEEPERS, 200),
        data=lambda w: {"name": "视频.mp4", "size": "100"},
    ),
    "video_piece": Row(kwargs=_incoming, get=None, post={"manager": 400, "*": 404}),
    "video_finish": Row(kwargs=_incoming, get=None, post={"manager": 409, "*": 404}),
    "video_discard": Row(kwargs=_incoming, get=None, post={"manager": 302, "*": 404}),
    "video_prepare": Row(
        kwargs=_link,
        get=None,
        post=CHANGES,
    ),
    "record_check": Row(
        kwargs=_story,
        get=None,
        post={
            "county": 302,
            "city": 302,
            "city2": 302,
            "admin": 403,
            "town": 403,
            "manager": 403,
            "leader": 403,
            "*": 404,
        },
        data=lambda w: {
            "aspect": "political",
            "passed": "True",
            "checker_name": "李专家",
            "checker_unit": "党史工作办公室",
        },
    ),
    "find_people": Row(kwargs=lambda w: {"code": _code(w)}, get=READS),
    "person_unmask": Row(
        kwargs=_person,
        get=None,
        post=dict.fromkeys(KEEPERS, 200)
        | {"admin": 403, "city": 403, "city2": 403, "leader": 403, "*": 404},
        data=lambda w: {"purpose": "核对"},
    ),
    "file": Row(kwargs=lambda w: {"file_code": _linked_file(w).code}, get=READS),
    "file_thumbnail": Row(kwargs=_photo, get=READS),
    "file_state": Row(kwargs=lambda w: {"file_code": _linked_file(w).code}, get=READS),
    "file_page": Row(kwargs=lambda w: {"file_code": _linked_file(w).code}, get=READS),
    "link": Row(kwargs=_photo_link, get=READS | {"*": 404}),
    "link_order": Row(kwargs=_photo_link, get=None, post=CHANGES, data=lambda w: {"before": ""}),
    "link_move": Row(
        kwargs=_photo_link,
        get=CHANGES | dict.fromkeys(KEEPERS, 200),
        post=CHANGES,
        data=lambda w: {"to": f"facilities-facility-{FacilityFactory(station=w.station).pk}"},
    ),
    "record_pick": Row(kwargs=_facility, get=FORMS, post=WRITES),
    "photos": Row(kwargs=lambda w: {"code": _code(w)}, get=READS),
    "photos_upload": Row(
        kwargs=lambda w: {"code": _code(w)},
        get=None,
        post=WRITES | dict.fromkeys(KEEPERS, 400),
    ),
    "photos_captions": Row(kwargs=lambda w: {"code": _code(w)}, get=WRITES, post=WRITES),
    "photos_place": Row(kwargs=lambda w: {"code": _code(w)}, get=WRITES, post=WRITES),
    "link_caption": Row(
        kwargs=_link,
        get=None,
        post=CHANGES,
        data=lambda w: {"caption": "说明"},
    ),
    "link_remove": Row(
        kwargs=_link,
        get=None,
        post=CHANGES,
    ),
}
