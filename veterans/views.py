from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import can_edit_records, can_see_records, require
from records.dates import format_partial
from stations.section_views import get_station
from veterans.models import Veteran
from veterans.search import named

FOUND_AT_ONCE = 12


@require_safe
def find_people(request, code):
    """People of a station's subtree by name or pinyin initials, for the pickers."""
    station = get_station(request, code)
    words = request.GET.get("q", "").strip()[:30]
    people = (
        Veteran.objects.visible_to(request.user)
        .filter(station__region__path__startswith=station.region.path)
        .exclude(status=Veteran.Status.MOVED)
        .filter(named(words))
        .select_related("station__region")[:FOUND_AT_ONCE]
        if words
        else []
    )
    return JsonResponse({"people": [_found(person, station) for person in people]})


def _found(person, station):
    born = format_partial(person.birth_date, person.birth_precision)
    place = "" if person.station_id == station.pk else person.station.short_name
    status = "" if person.status == "active" else person.get_status_display()
    extra = "，".join(part for part in (born, place, status) if part)
    return {
        "id": person.pk,
        "name": person.name,
        "text": f"{person.name}（{extra}）" if extra else person.name,
    }


@require_POST
def person_unmask(request, person_code):
    """One person's full ID number and phone: a purpose, a log entry, nothing stored."""
    require(can_see_records(request.user))
    people = Veteran.objects.visible_to(request.user).select_related("station__region")
    person = get_object_or_404(people, code=person_code)
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以查看完整信息。")
    purpose = request.POST.get("purpose", "").strip()
    if purpose:
        audit.record_access(
            "unmask",
            by=request.user,
            subject=f"{person.station} {person.name}",
            purpose=purpose,
            code=person.code,
            region=person.station.region,
        )
    return render(
        request,
        "veterans/person_unmasked.html",
        {"person": person, "station": person.station, "purpose": purpose},
        status=200 if purpose else 400,
    )
