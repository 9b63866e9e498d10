"""What may be doubted: entries and pictures, and the day on which they are looked at."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from records.files import link, store_upload
from records.finishing import finish_photo
from tests.factories import ActivityFactory

DAY = dt.date(2026, 6, 1)
LONG = "老班长退役回乡后带着村里的年轻人修渠种树，三十年如一日，把荒滩变成了绿洲。" * 3


def moment(day, hour=9, minute=0):
    return timezone.make_aware(dt.datetime(day.year, day.month, day.day, hour, minute))


def picture(image):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def attach(record, image, *, by, name="合影.jpg"):
    photo = store_upload(SimpleUploadedFile(name, picture(image)), station=record.station, by=by)
    link(photo, record)
    finish_photo(photo.pk)
    photo.refresh_from_db()
    return photo


def kinds(findings):
    return [finding.kind for finding in findings]


def entry(station, happened_on, recorded_at, **fields):
    activity = ActivityFactory(station=station, happened_on=happened_on, **fields)
    activity.recorded_at = recorded_at
    activity.save()
    return activity
