"""Data faults of a station, a county or the city: what is wrong, and the way to repair it."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import can_see_records, require
from records import job_views, jobs
from records.models import Job
from stations.filters import CountyFilter
from stations.models import Region, Station
from stations.section_views import get_station
from veterans.faults import closing, listing
from veterans.models import DataFault
from veterans.roster_views import CountedPaginator

PAGE_SIZE = 50
CHECKERS = (User.Role.STATION, User.Role.COUNTY, User.Role.CITY)
NEEDS_REASON = "请选择处理结果，并写明核对的依据。"


class KindFilter(forms.Form):
    kind = forms.ChoiceField(
        required=False,
        choices=[("", "全部"), *DataFault.Kind.choices],
        widget=forms.HiddenInput,
    )
    view = forms.ChoiceField(
        required=False, choices=[("", ""), ("stations", "")], widget=forms.HiddenInput
    )


class FaultFilter(KindFilter, CountyFilter):
    """Above a station."""


@require_safe
def station_faults(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, get_station(request, code))


@require_safe
def veterans_faults(request: HttpRequest) -> HttpResponse:
    require(can_see_records(request.user), "查阅人员不查看个人信息。")
    return _page(request, None)


def _page(
    request: HttpRequest,
    station: Station | None,
    *,
    typed: dict[int, dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    user, params = request.user, _params(request)
    form = KindFilter(params) if station else FaultFilter(params, user=user)
    chosen = form.cleaned_data if form.is_valid() else {}
    faults = listing.open_faults(user, station)
    if chosen.get("county"):
        faults = form.in_county(faults, "veteran__station__region__path")
    shows_stations = station is None and chosen.get("view") == "stations"
    lines = listing.lines(faults)
    counts = listing.count_kinds(lines)
    kind = chosen.get("kind", "")
    if shows_stations:
        page = Paginator(listing.by_station(faults), PAGE_SIZE).get_page(params.get("page"))
    else:
        rows = listing.in_order(lines.filter(kind=kind) if kind else lines)
        number = counts[kind] if kind else sum(counts.values())
        page = CountedPaginator(rows, PAGE_SIZE, number).get_page(params.get("page"))
        page.object_list = listing.shown(user, page.object_list, typed or {})
    region = station.region if station else user.region
    context = {
        "station": station,
        "form": form,
        "page": page,
        "kind": kind,
        "kinds": [(value, label, counts[value]) for value, label in DataFault.Kind.choices],
        "total": sum(counts.values()),
        "shows_stations": shows_stations,
        "missing": listing.missing_answers(user, station, chosen.get("county", "")),
        "last_check": listing.last_check(region) if region else None,
        "may_check": user.role in CHECKERS and region is not None,
        "region": region,
        "county": chosen.get("county", ""),
        "query": _query(params),
        "job": _job(request),
    }
    return render(request, "veterans/faults.html", context, status=status)


def _params(request: HttpRequest) -> QueryDict:
    """The filters, also of a page that is shown again after a mistaken answer."""
    if request.method != "POST":
        return request.GET
    return QueryDict(request.POST.get("query", "")[:300])


def _query(params) -> str:
    kept = {name: params[name] for name in ("kind", "county", "page") if params.get(name)}
    return urlencode(kept)


def _job(request: HttpRequest):
    """The check that was just asked for, with its progress."""
    code = request.GET.get("job", "")
    row = Job.objects.visible_to(request.user).filter(code=code).first() if code else None
    return row and {"row": row, "shown": job_views.shown(request.user, row)}


def _address(station: Station | None, query: str = "") -> str:
    if station is None:
        url = reverse("veterans_faults")
    else:
        url = reverse("station_faults", args=[station.region.code])
    return f"{url}?{query}" if query else url


def _station_of(request: HttpRequest) -> Station | None:
    code = request.POST.get("station", "")
    return get_station(request, code) if code else None


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=())
    reason = forms.CharField(max_length=200)

    def __init__(self, *args, fault, **kwargs):
        super().__init__(*args, **kwargs)
        answers = closing.CHOICES[DataFault.Kind(fault.kind)]
        self.fields["answer"].choices = [(one.value, one.label) for one in answers]


@require_POST
def fault_close(request: HttpRequest, pk: int) -> HttpResponse:
    """One side's answer: what it is, and on what grounds."""
    require(can_see_records(request.user))
    faults = DataFault.objects.visible_to(request.user).select_related(
        "veteran__station__region", "other__station__region"
    )
    fault = get_object_or_404(faults, pk=pk)
    require(
        closing.may_decide(request.user, fault.veteran, fault.other),
        "这条问题由所在服务站或县（区）处理，两个县（区）之间的由市局处理。",
    )
    station = _station_of(request)
    form = AnswerForm(request.POST, fault=fault)
    if not form.is_valid():
        return _refused(request, station, fault)
    try:
        closing.close(fault, **form.cleaned_data, by=request.user)
    except closing.AlreadyClosed as closed:
        messages.error(request, str(closed))
    else:
        word = DataFault.Answer(form.cleaned_data["answer"]).label
        messages.success(request, f"{fault.veteran.name}：{word}。已处理。")
    return redirect(_address(station, _query(_params(request))))


def _refused(request: HttpRequest, station: Station | None, fault: DataFault) -> HttpResponse:
    """The page again, with what was typed beside the fault."""
    reason = request.POST.get("reason", "")
    typed = {
        "answer": request.POST.get("answer", ""),
        "reason": reason,
        "error": "依据最多200字，请缩短后再提交。" if len(reason) > 200 else NEEDS_REASON,
    }
    return _page(request, station, typed={fault.pk: typed}, status=400)


@require_POST
def faults_check(request: HttpRequest) -> HttpResponse:
    """重新检查 of a station or of everything that the person sees."""
    require(request.user.role in CHECKERS, "只有服务站、县（区）和市局工作人员可以重新检查。")
    code = request.POST.get("region", "")
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    station = _station_of(request)
    running = Job.objects.filter(
        kind="fault-check",
        created_by=request.user,
        parameters__region=region.code,
        state__in=(Job.State.QUEUED, Job.State.RUNNING),
    ).first()
    row = running or jobs.enqueue(
        "fault-check",
        title=f"数据核查：{region.name}",
        by=request.user,
        parameters={"region": region.code},
    )
    return redirect(_address(station, urlencode({"job": row.code})))
