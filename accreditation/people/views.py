"""A person's page, the changes of status made on it, and who has not been contacted."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import can_edit_records, can_see_records, is_station, require
from accreditation.people import facts
from activities import contacts
from records.dates import check_day
from records.forms import DateInput
from records.kept import kept
from records.models import AttachmentLink
from stations.models import Station
from veterans import transfers
from veterans.merging.addresses import leads_on
from veterans.models import DataFault, Honour, Veteran
from veterans.status import NotPossible, change_status

PHOTOS = ("service_life", "portrait")


def _person(request, code):
    found = kept(_people, request.user, code=code)
    if not found:
        raise Http404
    return found[0]


def _people(reader, code):
    people = (
        Veteran.objects.few()
        .visible_to(reader)
        .select_related("station__region__parent", "grid", "merged_into__station__region")
    )
    return people.defer("former_unit").filter(code=code)


def _honours(person):
    return Honour.objects.filter(veteran=person)


def _files(person, kind):
    links = AttachmentLink.objects.filter(object_id=person, content_type=kind)
    return links.select_related("attachment")


def _open_faults(person):
    return DataFault.objects.filter(veteran=person, closed_at=None)


@require_safe
def person(request, person_code):
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    one = _person(request, person_code)
    if leads_on(request.user, one):
        return redirect("person", one.merged_into.code)
    return _page(request, one)


def _page(request, one, *, status_form=None, problem="", status=200):
    user = request.user
    honours = kept(_honours, person=one.pk)
    involved = facts.involvement(one, user)
    services = facts.services_of(one, user)
    kind = ContentType.objects.get_for_model(Veteran).pk
    links = kept(_files, person=one.pk, kind=kind)
    moves = facts.transfers_of(one, user)
    return render(
        request,
        "accreditation/people/person.html",
        {
            "person": one,
            "station": one.station,
            "facts": facts.facts_of(one),
            "answers": facts.answers_of(one, honours),
            "honours": honours,
            "photos": [link for link in links if link.purpose in PHOTOS],
            "files": [link for link in links if link.purpose not in PHOTOS],
            "involved": involved,
            "services": services,
            "sees_services": user.role in contacts.KEEPERS,
            "last_contact": facts.last_contact(involved, services),
            "texts": facts.texts_of(one, user),
            "memberships": facts.memberships_of(one, user),
            "transfers": moves,
            "open_transfers": [move for move in moves if move.answered_at is None],
            "faults": kept(_open_faults, person=one.pk),
            "history": facts.history_of(one, honours, user),
            "can_edit": can_edit_records(user) and transfers.may_act_for(user, one.station),
            "status_form": status_form or StatusForm(person=one),
            "problem": problem,
        },
        status=status,
    )


class StatusForm(forms.Form):
    status = forms.ChoiceField(label="改为", widget=forms.RadioSelect)
    on = forms.DateField(
        label="日期", widget=DateInput(attrs={"class": "form-control"}), validators=[check_day]
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [pair for pair in Veteran.Status.choices if pair[0] != person.status]
        self.fields["status"].choices = choices
        self.fields["status"].error_messages["required"] = "请选择改为什么状态。"
        self.fields["on"].error_messages |= {
            "required": "请填写日期。",
            "invalid": "请按“2026-03-01”的格式填写日期。",
        }
        self.initial |= {"on": timezone.localdate(), "version": person.version}


@require_POST
def person_status(request, person_code):
    """在册, 已迁出, 已去世 or 暂未联系上, from a day on."""
    one = _person(request, person_code)
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以修改记录。")
    form = StatusForm(request.POST, person=one)
    if not form.is_valid():
        return _page(request, one, status_form=form, status=400)
    data = form.cleaned_data
    try:
        change_status(one, data["status"], on=data["on"], by=request.user, version=data["version"])
    except NotPossible as problem:
        fresh = _person(request, person_code)
        form = StatusForm({**data, "version": fresh.version}, person=fresh)
        return _page(request, fresh, status_form=form, problem=str(problem), status=409)
    label = Veteran.Status(data["status"]).label
    messages.success(request, f"“{one.name}”的在册状态已改为“{label}”。")
    return redirect("person", person_code=one.code)


class DaysForm(forms.Form):
    days = forms.IntegerField(
        label="超过几天未联系", min_value=1, max_value=contacts.LONGEST, required=False
    )
    station = forms.CharField(widget=forms.HiddenInput, required=False)


@require_safe
def contact_page(request):
    """Grids of a station with their liaison, or the stations of a county, and how many of
    their people nobody spoke with for long."""
    user = request.user
    require(can_see_records(user), "查阅人员不查看个人信息。")
    require(user.role in contacts.KEEPERS, "联系情况由服务站和县（区）工作人员掌握。")
    form = DaysForm(request.GET)
    form.is_valid()
    days = form.cleaned_data.get("days") or contacts.DEFAULT_DAYS
    code = request.GET.get("station", "")
    if not code and is_station(user) and user.region.level == "village":
        code = user.region.code
    station = None
    if code:
        stations = Station.objects.visible_to(user).select_related("region")
        station = get_object_or_404(stations, region__code=code)
    rows = contacts.by_grid(station, user, days) if station else contacts.by_station(user, days)
    return render(
        request,
        "accreditation/people/contacts.html",
        {
            "form": form,
            "days": days,
            "station": station,
            "rows": rows,
            "people": sum(row["people"] for row in rows),
            "unreached": sum(row["unreached"] for row in rows),
            "since": timezone.localdate() - dt.timedelta(days=days),
        },
    )
