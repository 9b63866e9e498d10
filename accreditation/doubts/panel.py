"""On the page of a record: what was noticed about it, so that who uploaded it sees it there
first and may explain at once."""

from django.db.models import Q
from django.urls import reverse

from accounts.permissions import can_edit_records, is_station
from accreditation.doubts.views import show_sides
from accreditation.doubts.words import hidden_from, words
from accreditation.models import Doubt
from records.registry import Panel, kind_of, register_panel


def doubts_of(record, user) -> dict | None:
    """Open doubts of the record's station that name this record."""
    place = kind_of(type(record))
    station = getattr(record, "station_id", None)
    if place is None or station is None or place[1].lookup != "pk":
        return None
    if not can_edit_records(user):
        return None
    section, kind = place
    code = record.station.region.code
    link = reverse("record", args=[code, section.slug, kind.slug, record.pk])
    rows = Doubt.objects.visible_to(user).filter(station=station, state=Doubt.State.OPEN)
    rows = rows.filter(Q(left__link=link) | Q(right__link=link))
    found = list(rows.exclude(kind__in=hidden_from(user)).order_by("pk"))
    for row in found:
        row.word = words(row.kind, is_station=is_station(user))
    show_sides(found, user)
    return {"rows": found} if found else None


register_panel(Panel("accreditation/_record_doubts.html", doubts_of))
