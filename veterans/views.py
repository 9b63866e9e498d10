from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.permissions import can_edit_records, can_see_records, require
from records.dates import format_partial
from stations.filters import CountyFilter
from stations.section_views import get_station
from veterans.models import Veteran, War

PAGE_SIZE = 50
FOUND_AT_ONCE = 12


def _named(words):
    condition = Q()
    for name in Veteran.search_fields:
        condition |= Q(**{f"{name}__icontains": words})
    return condition


@require_GET
def find_people(request, code):
    """People of a station's subtree by name or pinyin initials, for the pickers."""
    station = get_station(request, code)
    words = request.GET.get("q", "").strip()[:30]
    people = (
        Veteran.objects.visible_to(request.user)
        .filter(station__region__path__startswith=station.region.path)
        .exclude(status=Veteran.Status.MOVED)
        .filter(_named(words))
        .select_related("station__region")[:FOUND_AT_ONCE]
        if words
        else []
    )
    return JsonResponse({"people": [_found(person, station) for person in people]})


def _found(person, station):
    born = format_partial(person.birth_date, person.birth_precision)
    place = "" if person.station_id == station.pk else person.station.region.name
    status = "" if person.status == "active" else person.get_status_display()
    extra = "，".join(part for part in (born, place, status) if part)
    return {
        "id": person.pk,
        "name": person.name,
        "text": f"{person.name}（{extra}）" if extra else person.name,
    }


MISSING = {
    "former_post": Q(former_post_state__in=["blank", "unknown"]),
    "current_post": Q(current_post_state__in=["blank", "unknown"]),
    "strengths": Q(strengths_state__in=["blank", "unknown"]),
    "honours": Q(honours_state__in=["blank", "unknown"]),
    "birth": Q(birth_date=None),
}


class PeopleFilter(CountyFilter):
    field_order = ["q", "county", "status", "person_kind", "war", "missing"]

    q = forms.CharField(label="姓名或拼音首字母", required=False, max_length=30)
    status = forms.ChoiceField(
        label="在册状态", required=False, choices=[("", "全部"), *Veteran.Status.choices]
    )
    person_kind = forms.ChoiceField(
        label="人员类别", required=False, choices=[("", "全部"), *Veteran.PersonKind.choices]
    )
    war = forms.ChoiceField(label="参战经历", required=False, choices=[("", "全部"), *War.choices])
    missing = forms.ChoiceField(
        label="未填项",
        required=False,
        choices=[
            ("", "不限"),
            ("former_post", "原部队职务"),
            ("current_post", "现任职务"),
            ("strengths", "特点优长"),
            ("honours", "荣誉奖励"),
            ("birth", "出生年月"),
        ],
    )

    def apply(self, people):
        if not self.is_valid():
            return people
        data = self.cleaned_data
        if data["q"]:
            people = people.filter(_named(data["q"]))
        people = self.in_county(people)
        for name in ("status", "person_kind"):
            if data[name]:
                people = people.filter(**{name: data[name]})
        if data["war"]:
            people = people.filter(war_tags__contains=f",{data['war']},")
        if data["missing"]:
            people = people.filter(MISSING[data["missing"]])
        return people


@require_GET
def roster(request):
    """The roster across the user's scope."""
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    form = PeopleFilter(request.GET or None, user=request.user)
    people = form.apply(Veteran.objects.visible_to(request.user))
    page = Paginator(
        people.select_related("station__region").order_by("pinyin", "pk"), PAGE_SIZE
    ).get_page(request.GET.get("page"))
    return render(request, "veterans/roster.html", {"form": form, "page": page})


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
