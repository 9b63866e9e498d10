"""/manage/users/: many accounts at once, for all stations or from a list."""

import csv
import io

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import user_lists, workflow
from accounts.file_names import about
from accounts.http import posted
from accounts.models import User
from accounts.permissions import can_manage_users, is_admin, require
from accounts.tables import TableError
from accounts.user_forms import ListUploadForm, StationAccountsForm
from accounts.user_views import slips

CLASH = "刚才有人建了同名账号，这一次没有建立任何账号。请重试。"


def _regions(user):
    """The regions to which `user` may give accounts."""
    regions = User._meta.get_field("region").remote_field.model.objects.filter(is_active=True)
    if is_admin(user):
        return regions
    return regions.visible_to(user).filter(level__in=("town", "village"))


def _places_without(user):
    """Regions with a station that nobody can log in for."""
    served = User.objects.filter(role=User.Role.STATION, is_active=True, region__isnull=False)
    return (
        _regions(user)
        .filter(station__is_active=True)
        .exclude(pk__in=served.values("region"))
        .select_related("parent", "station")
        .order_by("path")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def users_stations(request):
    require(can_manage_users(request.user))
    places = _places_without(request.user)
    form = StationAccountsForm(posted(request), places=places)
    if request.method == "POST" and form.is_valid():
        chosen = list(form.cleaned_data["regions"])
        if len(chosen) <= workflow.BATCH_LIMIT:
            return _make_for(request, chosen)
        form.add_error(
            "regions", f"一次最多{workflow.BATCH_LIMIT}个，您选了{len(chosen)}个，请分几次办理。"
        )
    return render(
        request,
        "accounts/users_stations.html",
        {
            "form": form,
            "places": list(places),
            "chosen": set(request.POST.getlist("regions")),
            "limit": workflow.BATCH_LIMIT,
        },
    )


def _make_for(request, regions):
    users = [
        User(
            username=f"station-{region.code}",
            full_name=f"{region.station.name}"[:60],
            role=User.Role.STATION,
            region=region,
        )
        for region in regions
    ]
    names = [user.username for user in users]
    taken = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    for user in users:
        if user.username in taken:
            user.username = _free_name(user.username)
    return _create(request, users, "users_stations")


def _free_name(name):
    """A disabled account keeps its name, so the new one of that place gets a number."""
    used = set(
        User.objects.filter(username__startswith=f"{name}-").values_list("username", flat=True)
    )
    number = 2
    while f"{name}-{number}" in used:
        number += 1
    return f"{name}-{number}"


def _create(request, users, back):
    try:
        made = workflow.create_users(users, by=request.user)
    except IntegrityError:
        messages.error(request, CLASH)
        return redirect(back)
    return slips(request, made)


@require_http_methods(["GET", "HEAD", "POST"])
def users_import(request):
    require(can_manage_users(request.user))
    form = ListUploadForm(posted(request), request.FILES or None)
    context = {"form": form, "columns": user_lists.COLUMNS, "limit": workflow.BATCH_LIMIT}
    if request.method == "POST" and form.is_valid():
        try:
            rows = user_lists.read(form.cleaned_data["file"])
        except TableError as error:
            form.add_error("file", about(form.cleaned_data["file"], str(error)))
        else:
            context |= _preview(request, rows)
    return render(request, "accounts/users_import.html", context)


def _preview(request, rows):
    good = user_lists.check(rows, by=request.user, regions=_regions(request.user))
    return {
        "rows": rows,
        "good": len(good),
        "bad": len(rows) - len(good),
        "token": user_lists.hold([row for row in rows if not row.errors], by=request.user),
    }


@require_POST
def users_import_confirm(request):
    require(can_manage_users(request.user))
    try:
        rows = user_lists.held(request.POST.get("token", ""), by=request.user)
    except TableError as error:
        messages.error(request, str(error))
        return redirect("users_import")
    # Checked again: an hour may lie between the preview and the confirmation.
    users = user_lists.check(rows, by=request.user, regions=_regions(request.user))
    if len(users) < len(rows) or not users:
        problems = [f"第{row.line}行：{text}" for row in rows for text in row.errors]
        messages.error(request, "没有建立任何账号。" + "".join(problems[:5]) + "请重新选择文件。")
        return redirect("users_import")
    return _create(request, users, "users_import")


@require_safe
def users_template(request):
    require(can_manage_users(request.user))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(user_lists.COLUMNS)
    writer.writerow(["张三", "zhangsan", User.Role.STATION.label, "12位单位代码", ""])
    # With a byte order mark, or Excel takes it for the local encoding.
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="users.csv"'
    return response
