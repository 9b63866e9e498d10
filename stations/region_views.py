"""/manage/regions/: the tree of units, level by level."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import posted
from accounts.permissions import can_change_tree, can_see_tree, require
from stations import regions
from stations.models import Region
from stations.region_forms import (
    NewRegionForm,
    OtherRegionForm,
    RegionForm,
    RegionSearch,
    parents_for,
    successors_for,
)

PAGE = 100
STALE = "这个单位刚刚被其他人修改过。请核对下面的当前内容，确认后再保存一次。"


@require_safe
def manage_regions(request):
    require(can_see_tree(request.user))
    visible = Region.objects.visible_to(request.user)
    form = RegionSearch(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    under = get_object_or_404(visible, code=request.GET.get("under") or request.user.region.code)
    rows = visible.filter(_matches(q)) if q else visible.filter(parent=under)
    rows = (
        rows.select_related("parent", "merged_into", "station")
        .annotate(below=Count("children"))
        .order_by("level", "sort_order", "code")
    )
    return render(
        request,
        "stations/regions.html",
        {
            "form": form,
            "q": q,
            "under": under,
            "may_add": can_change_tree(request.user)
            and under.is_active
            and under.level != Region.Level.VILLAGE,
            "trail": visible.filter(code__in=under.ancestor_codes).order_by("path"),
            "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        },
    )


def _matches(q):
    """Old names stand in a JSON list, which the databases do not search alike; few have one."""
    renamed = Region.objects.exclude(former_names=[]).values_list("pk", "former_names")
    former = [pk for pk, names in renamed if any(q in old["name"] for old in names)]
    return Q(name__contains=q) | Q(code__startswith=q) | Q(pk__in=former)


@require_http_methods(["GET", "HEAD", "POST"])
def region_new(request, code):
    """A unit below the one of the address."""
    parent = _changeable(request, code)
    sent = posted(request)
    form = NewRegionForm(sent, parent=parent)
    if sent is not None and form.is_valid():
        try:
            region = regions.add(parent, **form.values, by=request.user)
        except regions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _added(region, form.values["with_station"]))
            return redirect("region_edit", code=region.code)
    return render(request, "stations/region_new.html", {"parent": parent, "form": form})


def _added(region, with_station):
    done = f"已新增{region.name}"
    return f"{done}，并设立{region.station.name}。" if with_station else f"{done}。"


@require_http_methods(["GET", "HEAD", "POST"])
def region_edit(request, code):
    region = _region(request, code)
    sent = posted(request)
    form = RegionForm(sent, instance=region, user=request.user)
    stored = None
    if sent is not None and form.is_valid():
        try:
            regions.edit(region, form.values, version=form.cleaned_data["version"], by=request.user)
        except regions.StaleRegion:
            stored = Region.objects.get(pk=region.pk)
            form.add_error(None, STALE)
            form.data = form.data.copy()
            form.data["version"] = stored.version
        else:
            messages.success(request, f"{form.values.get('name', region.name)}已保存。")
            return redirect("region_edit", code=code)
    return render(request, "stations/region_form.html", _context(request, code, form, stored))


def _context(request, code, form, stored):
    current = Region.objects.select_related("parent", "merged_into", "station").get(code=code)
    context = {"region": current, "form": form, "stored": stored}
    if can_change_tree(request.user) and not current.merged_into_id:
        context |= {
            "move_form": _other(current, parents_for(current, request.user), "新的主管单位"),
            "merge_form": _other(current, successors_for(current, request.user), "并入"),
            "can_open": current.level in ("town", "village") and not hasattr(current, "station"),
        }
    return context


def _other(region, candidates, label, data=None):
    prefix = "merge" if label == "并入" else "move"
    return OtherRegionForm(
        data,
        candidates=candidates,
        version=region.version,
        label=label,
        auto_id=f"id_{prefix}_%s",
    )


@require_POST
def region_move(request, code):
    region = _changeable(request, code)
    form = _other(region, parents_for(region, request.user), "新的主管单位", request.POST)
    return _act(request, region, form, regions.move, "的主管单位已调整，所辖各级一并调整。")


@require_POST
def region_merge(request, code):
    region = _changeable(request, code)
    form = _other(region, successors_for(region, request.user), "并入", request.POST)
    return _act(request, region, form, regions.merge, "已合并；原有记录保留，由并入单位查看。")


def _act(request, region, form, verb, done):
    if not form.is_valid():
        messages.error(request, " ".join(text for texts in form.errors.values() for text in texts))
        return redirect("region_edit", code=region.code)
    data = form.cleaned_data
    try:
        verb(region, data["region"], version=data["version"], by=request.user)
    except regions.StaleRegion:
        messages.error(request, "这个单位刚刚被其他人修改过，没有办理。请核对后再办理一次。")
    except regions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, region.name + done)
    return redirect("region_edit", code=region.code)


@require_POST
def region_station(request, code):
    region = _changeable(request, code)
    try:
        station = regions.open_station(region, by=request.user)
    except regions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已设立{station.name}。")
    return redirect("region_edit", code=code)


def _region(request, code):
    """A region whose page the caller may open: a county its own only."""
    require(can_see_tree(request.user))
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    own = region.pk == request.user.region_id
    require(can_change_tree(request.user) or own, "下级单位的名称和归属由市局维护。")
    return region


def _changeable(request, code):
    region = _region(request, code)
    require(can_change_tree(request.user), "单位的调整与合并由市局办理。")
    return region
