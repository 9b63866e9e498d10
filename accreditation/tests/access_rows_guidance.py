"""Access to guidance notes and pairs."""

import datetime as dt

from django.utils import timezone

from accreditation.models import Accreditation, Guidance, Pairing
from accreditation.tests.access_rows_workflow import OUT, programme
from tests.access import Row

NOT_LEADER = {**OUT, "leader": 403}
WRITERS = {"city": 200, "city2": 200, "county": 200, "other_county": 200, "*": 403}


def a_note(world):
    row = Guidance.objects.first() or Guidance.objects.create(
        station=world.station, given_on=timezone.localdate(), by="李科长", text="多开展活动",
        created_by=world.cast.county,
    )  # fmt: skip
    return {"pk": row.pk}


def a_printed_note(world):
    return a_note(world) | {"form": "docx"}


def a_pair(world):
    row = Pairing.objects.first()
    if row is None:
        Accreditation.objects.create(
            programme=programme(), station=world.town_station, county=world.tree.county,
            track="red", number="2025R001", named_on=dt.date(2025, 1, 1),
        )  # fmt: skip
        row = Pairing.objects.create(
            exemplar=world.town_station, station=world.station, since=timezone.localdate(),
            confirmed_on=timezone.localdate(),
        )  # fmt: skip
    return {"pk": row.pk}


ROWS = {
    "guidance": Row(get={"leader": 403, "*": 200}),
    "guidance_new": Row(
        get=WRITERS,
        post={"city": 422, "city2": 422, "county": 422, "other_county": 422, "*": 403},
    ),
    "guidance_note": Row(kwargs=a_note, get={"*": 200, **NOT_LEADER}),
    # By the unit that wrote it.
    "guidance_edit": Row(kwargs=a_note, post={"county": 422, "*": 403, **NOT_LEADER}),
    "guidance_point": Row(
        kwargs=a_note, post={"city": 422, "city2": 422, "county": 422, "*": 403, **NOT_LEADER}
    ),
    "guidance_photos": Row(
        kwargs=a_note, post={"city": 422, "city2": 422, "county": 422, "*": 403, **NOT_LEADER}
    ),
    "guidance_print": Row(kwargs=a_printed_note, get={"*": 200, **NOT_LEADER}),
    "pairings": Row(get={"leader": 403, "*": 200}),
    "pairing_new": Row(
        get=WRITERS,
        post={"city": 422, "city2": 422, "county": 422, "other_county": 422, "*": 403},
    ),
    "pairing": Row(kwargs=a_pair, get={"*": 200, **NOT_LEADER}),
    # In force already.
    "pairing_confirm": Row(kwargs=a_pair, post={"city": 409, "city2": 409, "*": 403, **NOT_LEADER}),
    "pairing_decline": Row(kwargs=a_pair, post={"city": 422, "city2": 422, "*": 403, **NOT_LEADER}),
    "pairing_end": Row(
        kwargs=a_pair, post={"city": 422, "city2": 422, "county": 422, "*": 403, **NOT_LEADER}
    ),
    # No such exchange.
    "pairing_exchange": Row(kwargs=a_pair, post={"*": 409, **NOT_LEADER}),
}
