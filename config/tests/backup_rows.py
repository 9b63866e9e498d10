"""Rows with one of everything that a copy could spoil: text with every kind of character,
encrypted columns, tags, JSON, dates, moments, decimals, links of any kind, files."""

import datetime as dt

from django.core.files.base import ContentFile

from accounts import audit
from accounts.models import User
from records.models import Attachment, AttachmentLink, Job
from stations.models import Region
from tests.factories import (
    ActivityFactory,
    ExhibitFactory,
    ParticipationFactory,
    RegionFactory,
    StationFactory,
    TeamFactory,
    UserFactory,
    VeteranFactory,
)

TEXT = "𠮷䶮\"'\\ \t第一行\n第二行 100% {x} ''"


def fill():
    city = RegionFactory(code="3213", name="宿迁市", level="city", former_names=[{"name": "旧名"}])
    station = StationFactory(
        region=RegionFactory(code="321322100201", name="甲一村", parent=city),
        introduction=TEXT,
        longitude="118.275190",
        floor_area="80.50",
    )
    clerk = UserFactory(username="clerk", region=city, role=User.Role.COUNTY)
    people = [
        VeteranFactory(
            station=station,
            name=f"甲{number}",
            id_number=f"32130219490101000{number}",
            phone="13800000000",
            war_tags=["korea"],
            note=TEXT,
            birth_date=dt.date(1949, 1, 1),
        )
        for number in range(3)
    ]
    activity = ActivityFactory(station=station, title=TEXT, happened_on=dt.date(2026, 2, 28))
    for person in people:
        ParticipationFactory(activity=activity, veteran=person)
    exhibit = ExhibitFactory(station=station)
    exhibit.people.add(*people)
    TeamFactory(station=station, kinds=["lei_feng", "hometown"])
    photo = Attachment(
        station=station, kind="photo", original_name="一.jpg", size=3, sha256="0" * 64
    )
    photo.file.save("a/b/photo.jpg", ContentFile(b"\xff\xd8\x00"))
    AttachmentLink.objects.create(attachment=photo, record=activity)
    Job.objects.create(kind="x", title="x", created_by=clerk, parameters={"b": [1, 2.5], "a": None})
    token = audit.set_address("10.1.2.3")
    audit.record("test.filled", by=clerk, obj=station, before={"乙": 1, "甲": [TEXT]})
    audit.reset_address(token)
    Region.objects.filter(pk=city.pk).update(sort_order=5)
