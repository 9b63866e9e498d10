"""结对互学: the pairs of a scope with their exchanges, and the page of one pair."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import posted
from accounts.permissions import can_see_records, is_city, is_county, is_station, require
from accreditation import workflow
from accreditation.models import Pairing
from accreditation.pairings.exchanges import LONG_AGO, exchanges_of
from accreditation.pairings.forms import PairFilter, PairForm, ReasonForm
from accreditation.units import unit_within, units_of
from accreditation.workflow.pairings import WHO_PAIRS, stands_above
from activities.models import Activity
from stations.regions import readable_name

PAGE_SIZE = 50
READERS = "查阅人员只看“整改和指导”中的汇总数，不看结对互学的具体内容。"


def _rows(request):
    require(can_see_records(request.user), READERS)
    return Pairing.objects.visible_to(request.user).select_related(
        "station__region__parent", "exemplar__region__parent", "created_by"
    )


def _may_write(user) -> bool:
    return is_city(user) or is_county(user)


@require_safe
def pairings(request):
    today = timezone.localdate()
    form = PairFilter(request.GET or None, user=request.user)
    rows, state = _rows(request), ""
    if form.is_valid():
        state = form.cleaned_data["state"]
        if code := form.cleaned_data.get("county"):
            inside = f"/{code}/"
            rows = rows.filter(
                Q(station__region__path__contains=inside)
                | Q(exemplar__region__path__contains=inside)
            )
        if text := form.cleaned_data["q"]:
            rows = rows.filter(Q(station__name__icontains=text) | Q(exemplar__name__icontains=text))
    if state == "ended":
        rows = rows.exclude(ended_on=None)
    elif state != "all":
        rows = rows.filter(ended_on=None, confirmed_on__isnull=state == "open")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    found = exchanges_of(page.object_list, today=today)
    lines = [(row, found[row.pk], _is_quiet(row, found[row.pk], today)) for row in page]
    return render(
        request,
        "accreditation/pairings/list.html",
        {
            "form": form,
            "page": page,
            "lines": lines,
            "counties": _by_county(request.user, today=today),
            "waiting": _rows(request).filter(ended_on=None, confirmed_on=None).count(),
            "may_write": _may_write(request.user),
        },
    )


def _is_quiet(row, found, today) -> bool:
    """A pair in force without an exchange for three months."""
    if row.ended_on or not row.confirmed_on:
        return False
    return today - (found.last_on or row.since) > LONG_AGO


def _by_county(user, *, today):
    """Pairs in force and exchanges per unit of the station that learns, in the units' order."""
    if user.role not in ("city", "admin"):
        return []
    table = {unit.code: {"unit": unit, "pairs": 0, "exchanges": 0} for unit in units_of(user)}
    running = Pairing.objects.visible_to(user).filter(ended_on=None, confirmed_on__isnull=False)
    running = list(running.select_related("station__region", "exemplar__region"))
    found = exchanges_of(running, today=today)
    for row in running:
        if code := unit_within(row.station.region.path, table):
            table[code]["pairs"] += 1
            table[code]["exchanges"] += len(found[row.pk].counted)
    return list(table.values())


@require_http_methods(["GET", "HEAD", "POST"])
def pairing_new(request):
    require(_may_write(request.user), WHO_PAIRS)
    asked = {"station": request.GET.get("station", ""), "exemplar": request.GET.get("exemplar", "")}
    form = PairForm(posted(request), user=request.user, initial=asked)
    if request.method != "POST":
        return _new_page(request, form)
    if not form.is_valid():
        return _new_page(request, form, status=422)
    try:
        row = workflow.pair(by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _new_page(request, form, status=409)
    done = "已结对，两个服务站会收到通知。" if row.confirmed_on else "已提出，等市局确认。"
    messages.success(request, done)
    return redirect("pairing", row.pk)


def _new_page(request, form, status=200):
    context = {"form": form, "names": form.fields["station"].names()}
    return render(request, "accreditation/pairings/new.html", context, status=status)


def _pairing(request, pk):
    return get_object_or_404(_rows(request), pk=pk)


@require_safe
def pairing(request, pk):
    return _page(request, _pairing(request, pk))


def _page(request, row, *, end=None, decline=None, status=200):
    user = request.user
    is_open = row.ended_on is None
    may_confirm = is_open and row.confirmed_on is None and is_city(user)
    is_own = user.region_id in (row.station.region_id, row.exemplar.region_id)
    above = _may_write(user) and stands_above(user, row.station)
    return render(
        request,
        "accreditation/pairings/pairing.html",
        {
            "pairing": row,
            "exchanges": exchanges_of([row], today=timezone.localdate())[row.pk],
            "may_count": is_open and row.confirmed_on and (is_own or above),
            "may_record": is_station(user) and is_own and is_open and row.confirmed_on,
            "exchange_title": _title(row, user),
            "may_confirm": may_confirm,
            "decline": decline or (ReasonForm(auto_id="decline_%s") if may_confirm else None),
            "end": end
            or (ReasonForm(auto_id="end_%s") if above and is_open and row.confirmed_on else None),
        },
        status=status,
    )


def _title(row, user) -> str:
    """Of an exchange that is recorded from here: it names the other side, so it counts."""
    other = row.exemplar if user.region_id == row.station.region_id else row.station
    return f"与{readable_name(other.region.name)}服务站结对交流"


def _act(request, row, verb, done, **words):
    try:
        verb(row, by=request.user, **words)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, _pairing(request, row.pk), status=409)
    messages.success(request, done)
    return redirect("pairing", row.pk)


@require_POST
def pairing_confirm(request, pk):
    row = _pairing(request, pk)
    return _act(request, row, workflow.confirm_pairing, "已确认，两个服务站会收到通知。")


@require_POST
def pairing_decline(request, pk):
    row = _pairing(request, pk)
    require(is_city(request.user), "跨县（区）的结对由市局确认。")
    form = ReasonForm(request.POST, auto_id="decline_%s")
    if not form.is_valid():
        return _page(request, row, decline=form, status=422)
    return _act(request, row, workflow.decline_pairing, "已告诉提出的单位。", **form.cleaned_data)


@require_POST
def pairing_end(request, pk):
    row = _pairing(request, pk)
    require(_may_write(request.user) and stands_above(request.user, row.station), WHO_PAIRS)
    form = ReasonForm(request.POST, auto_id="end_%s")
    if not form.is_valid():
        return _page(request, row, end=form, status=422)
    return _act(request, row, workflow.end_pairing, "已结束这次结对。", **form.cleaned_data)


@require_POST
def pairing_exchange(request, pk):
    """An exchange of either station that does not name the other is counted by hand."""
    row = _pairing(request, pk)
    asked = request.POST.get("activity", "")
    others = exchanges_of([row], today=timezone.localdate())[row.pk].others
    if asked not in {str(one.pk) for one in others}:
        messages.error(request, "这次活动已经计入，或不是结对期间的交流活动。")
        return _page(request, row, status=409)
    activity = get_object_or_404(Activity, pk=asked)
    return _act(request, row, workflow.count_exchange, "已计入结对交流。", activity=activity)
