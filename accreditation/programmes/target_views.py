"""目标任务: the table of all units, and the grid of one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import is_admin, is_city, is_county, require
from accreditation.models import CountyPlan, Programme, Target
from accreditation.programmes import choose_programme
from accreditation.programmes.targets import (
    BLANK_LINES,
    GridLine,
    StaleGrid,
    confirm_grid,
    final_numbers,
    load_grid,
    read_grid,
    return_grid,
    save_grid,
    shares,
)
from stations.models import Region, Track

WHO_READS = "目标任务由县（区）、功能区填写，市局确认。"
STALE = "您查看期间，这些目标任务刚被别人改过，您的操作没有执行。下面是现有的数，请核对后再操作。"


def may_read(user) -> bool:
    return is_county(user) or is_city(user) or is_admin(user)


@require_safe
def target_list(request):
    """All units for the city, its own row for a county; the city's totals for both."""
    user = request.user
    require(may_read(user), WHO_READS)
    programmes = list(Programme.objects.all())
    programme = choose_programme(programmes, request.GET.get("programme"))
    if programme is None:
        return render(request, "accreditation/targets.html", {"programmes": []})
    city = Region.objects.get(code=user.region.ancestor_codes[0])
    targets = list(
        Target.objects.filter(programme=programme, region__path__startswith=city.path).order_by(
            "due_on"
        )
    )
    plans = {
        plan.region_id: plan
        for plan in CountyPlan.objects.visible_to(user)
        .filter(programme=programme)
        .select_related("file")
    }
    units = Region.objects.visible_to(user).county_level().filter(is_active=True)
    return render(
        request,
        "accreditation/targets.html",
        {
            "programmes": programmes,
            "programme": programme,
            "city": city,
            "rows": [_row(unit, targets, plans.get(unit.pk)) for unit in units],
            "shares": shares(city, targets),
            "tracks": list(Track),
            "is_city": is_city(user),
        },
    )


def _row(unit, targets, plan) -> dict:
    own = [row for row in targets if row.region_id == unit.pk]
    final = final_numbers(own)
    drafts = any(row.state == Target.State.DRAFT for row in own)
    returned = any(row.return_reason for row in own)
    if not own:
        state, tone = "未填报", "none"
    elif returned:
        state, tone = "已退回修改", "fair"
    elif drafts:
        state, tone = Target.State.DRAFT.label, "wait"
    else:
        state, tone = Target.State.CONFIRMED.label, "good"
    return {
        "unit": unit,
        "numbers": [final.get((unit.pk, track.value)) for track in Track],
        "steps": len({row.due_on for row in own}),
        "state": state,
        "tone": tone,
        "plan": plan,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def targets_region(request, code):
    """The grid of one unit: a county writes its own, the city its totals."""
    programme, region = _asked(request, code)
    may_edit = _may_edit(request.user, region)
    require(may_edit or request.method != "POST", WHO_READS)
    grid = load_grid(programme, region)
    status, stored = 200, []
    if request.method == "POST":
        stored = grid.lines
        read_grid(grid, request.POST)
        status = _save(request, grid)
        if not status:
            return redirect(_address(programme, region))
        stored = stored if status == 409 else []
    blank = [GridLine() for _ in range(BLANK_LINES)] if may_edit else []
    return render(
        request,
        "accreditation/targets_region.html",
        {
            "programme": programme,
            "region": region,
            "grid": grid,
            "lines": [*grid.lines, *blank],
            "stored": stored,
            "tracks": list(Track),
            "may_edit": may_edit,
            "may_confirm": is_city(request.user) and region.level == Region.Level.COUNTY,
        },
        status=status,
    )


def _save(request, grid) -> int:
    """0 when saved, else the status of the page that says why not."""
    if grid.has_errors:
        messages.error(request, "有填写不符的地方，已用红字标出；改好后再保存，其他内容都还在。")
        return 200
    try:
        changed = save_grid(grid, seen=request.POST.get("seen", ""), by=request.user)
    except StaleGrid:
        messages.warning(
            request,
            "您填写期间，这些目标任务刚被别人改过，这次没有保存。"
            "表中仍是您填的数，现有的数列在下面；核对后再保存，以表中的数为准。",
        )
        return 409
    if not changed:
        messages.info(request, "没有改动，不需要保存。")
    elif grid.may_change_confirmed:
        messages.success(request, "全市目标已保存。")
    else:
        messages.success(request, "目标任务已保存，待市局确认。")
    return 0


@require_POST
def targets_confirm(request, code):
    programme, region = _county_asked(request, code)
    grid = load_grid(programme, region)
    if not grid.awaits_city:
        messages.info(request, "没有待确认的目标。")
        return redirect(_address(programme, region))
    try:
        confirm_grid(grid, seen=request.POST.get("seen", ""), by=request.user)
        messages.success(request, f"已确认{region.name}的目标任务。")
        _warn_of_excess(request, programme, city=region.parent)
    except StaleGrid:
        messages.warning(request, STALE)
    return redirect(_address(programme, region))


def _warn_of_excess(request, programme, *, city):
    """More confirmed for the units than the city has as its target is nobody's right to
    refuse: the city may mean it. It is said at once."""
    targets = list(Target.objects.filter(programme=programme).order_by("due_on", "pk"))
    for share in shares(city, targets):
        if share.unassigned is not None and share.unassigned < 0:
            messages.warning(
                request,
                f"{share.track.label}已分解{share.confirmed}个，比全市目标{share.target}个多"
                f"{-share.unassigned}个。请核对，需要时退回有关单位修改。",
            )


@require_POST
def targets_return(request, code):
    programme, region = _county_asked(request, code)
    reason = request.POST.get("reason", "").strip()
    grid = load_grid(programme, region)
    if not reason or len(reason) > 200:
        messages.error(request, "请填写退回理由，不超过200字。")
    elif not grid.rows:
        messages.info(request, "这个单位还没有填报目标任务。")
    else:
        try:
            return_grid(grid, seen=request.POST.get("seen", ""), reason=reason, by=request.user)
            messages.success(request, f"已退回{region.name}修改，并已通知。")
        except StaleGrid:
            messages.warning(request, STALE)
    return redirect(_address(programme, region))


def _asked(request, code):
    """The programme of the address and a region of city or county level in scope."""
    require(may_read(request.user), WHO_READS)
    region = get_object_or_404(
        Region.objects.visible_to(request.user),
        code=code,
        level__in=[Region.Level.CITY, Region.Level.COUNTY],
    )
    asked = request.POST.get("programme") or request.GET.get("programme")
    programme = choose_programme(list(Programme.objects.all()), asked)
    if programme is None:
        raise Http404
    return programme, region


def _county_asked(request, code):
    require(is_city(request.user), "目标任务由市局确认或退回。")
    programme, region = _asked(request, code)
    if region.level != Region.Level.COUNTY:
        raise Http404
    return programme, region


def _may_edit(user, region) -> bool:
    if region.level == Region.Level.CITY:
        return is_city(user)
    return is_county(user) and user.region_id == region.pk


def _address(programme, region) -> str:
    return f"{reverse('targets_region', args=[region.code])}?programme={programme.pk}"
