"""Pages of a station's volunteers: groups proposed from strengths, the eight fields, and whom
to invite."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.permissions import can_edit_records, require
from records.forms import is_number
from records.registry import get_section
from stations.filters import CountyFilter
from stations.models import Station
from stations.section_views import get_station
from veterans.models import Strength, Veteran
from volunteers import coverage, proposals
from volunteers.fields import EIGHT
from volunteers.models import Group, Membership, ServiceField, Team

ONLY_KEEPERS = "只有服务站和县（区）工作人员可以办理。"
PAGE_SIZE = 50


def _station(request, code):
    station = get_station(request, code)
    require(request.user.role in get_section("volunteers").roles)
    return station


@require_http_methods(["GET", "HEAD", "POST"])
def volunteer_groups(request, code):
    """Preview of the groups that the strengths of the roster suggest, then all at once."""
    station = _station(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    teams = list(Team.objects.visible_to(request.user).filter(station=station, is_active=True))
    asked = request.POST.get("team") or request.GET.get("team", "")
    team = next((one for one in teams if str(one.pk) == asked), teams[0] if teams else None)
    rows = proposals.propose(team, request.user) if team else []
    status = 200
    if request.method == "POST" and team:
        for row in rows:
            _read(row, request.POST)
        chosen = [row for row in rows if row.is_chosen]
        if not any(row.error for row in chosen):
            groups, joined = proposals.create(team, chosen, actor=request.user)
            if groups:
                messages.success(request, f"已组建{groups}个活动小组，编入{joined}名队员。")
            else:
                messages.info(request, "没有新增：没有勾选，或这些人员已编入小组。")
            return redirect("section", code=code, section="volunteers")
        messages.error(request, "有的小组没有填对，已用红字标出；改好后再保存。")
        status = 400
    context = {
        "station": station,
        "teams": teams,
        "team": team,
        "rows": rows,
        "fields": ServiceField.choices,
    }
    return render(request, "volunteers/groups.html", context, status=status)


def _read(row, data):
    key = row.key
    row.is_chosen = f"{key}-on" in data
    row.name = data.get(f"{key}-name", row.name).strip()
    value = data.get(f"{key}-field", row.field)
    row.field = value if value in ServiceField.values else row.field
    row.other_field = row.strength.name if row.field == ServiceField.OTHER else ""
    wanted = set(data.getlist(f"{key}-people"))
    row.chosen = [person for person in row.people if str(person.pk) in wanted]
    if not row.is_chosen:
        return
    if not row.name:
        row.error = "请填写小组名称。"
    elif len(row.name) > 60:
        row.error = "小组名称不能超过60个字。"
    elif not row.chosen:
        row.error = "请至少勾选一名队员，或去掉这个小组的勾。"


@require_safe
def volunteer_fields(request, code):
    """Who covers the eight fields, and which nobody does."""
    station = _station(request, code)
    rows = coverage.of_station(request.user, station)
    context = {
        "station": station,
        "rows": rows,
        "uncovered": [row for row in rows[: len(EIGHT)] if not row.is_covered],
        "can_edit": can_edit_records(request.user),
    }
    return render(request, "volunteers/fields.html", context)


@require_safe
def volunteers_overview(request):
    """The eight fields of every station of the scope, in the order of the units."""
    user = request.user
    require(user.role in ("county", "city", "admin"), "服务站请在本站的志愿服务队页查看。")
    form = CountyFilter(request.GET or None, user=user)
    stations = Station.objects.visible_to(user).active().select_related("region__parent")
    if form.is_valid():
        stations = form.in_county(stations, "region__path")
    page = Paginator(stations.order_by("region__rank", "region__path"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "fields": [value.label for value in EIGHT],
        "table": coverage.of_stations(user, list(page.object_list)),
    }
    return render(request, "volunteers/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def volunteer_invite(request, code):
    """People with a strength, to print or to ring up; a POST shows the numbers, logged."""
    station = _station(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    source = request.POST if request.method == "POST" else request.GET
    asked = [int(key) for key in source.getlist("strength") if is_number(key)]
    occasion = source.get("occasion", "").strip()[:100]
    strengths = list(Strength.objects.filter(is_active=True))
    if not asked and occasion:
        asked = _strengths_of(request.user, station, occasion)
    chosen = [one for one in strengths if one.pk in asked]
    people = _able(request.user, station, chosen) if chosen else []
    if request.method == "POST" and people:
        audit.record_access(
            "unmask",
            by=request.user,
            subject=f"{station} 邀请名单（{len(people)}人）",
            purpose=f"邀请参加：{occasion}" if occasion else "邀请参加活动",
            count=len(people),
            region=station.region,
        )
    for person in people:
        person.number = person.phone if request.method == "POST" else person.masked_phone
    context = {
        "station": station,
        "strengths": strengths,
        "chosen": chosen,
        "occasion": occasion,
        "people": people,
        "show_numbers": request.method == "POST",
        "plan_item": item if is_number(item := source.get("plan_item", "")) else "",
    }
    return render(request, "volunteers/invite.html", context)


def _strengths_of(user, station, occasion):
    """What the groups are good at that the occasion names: 志愿服务日：便民维修小组."""
    groups = Group.objects.visible_to(user).filter(team__station=station, team__is_active=True)
    rows = groups.exclude(strength=None).values_list("name", "strength_id")
    return [strength for name, strength in rows if name in occasion]


def _able(user, station, strengths):
    """Residents with one of the strengths; members of a team first."""
    people = list(
        Veteran.objects.visible_to(user)
        .people()
        .filter(station=station, residence=Veteran.Residence.LOCAL, strengths__in=strengths)
        .distinct()
        .prefetch_related("strengths")
        .order_by("pinyin", "pk")
    )
    members = set(
        Membership.objects.visible_to(user)
        .filter(team__station=station, team__is_active=True, left_on=None)
        .values_list("veteran_id", flat=True)
    )
    for person in people:
        person.is_member = person.pk in members
    return sorted(people, key=lambda person: not person.is_member)
