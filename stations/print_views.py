"""打印: the papers of a station, short ones at once, long ones by the worker."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import require
from records import jobs
from records.printing import as_response, file_name
from records.printing.files import today_stamp
from records.printing.registry import get_print, prints_of
from records.registry import Section, get_section
from stations.section_views import get_station

NOT_YOURS = "您的角色不能查看这类记录。"


@dataclass
class Group:
    section: Section
    prints: list


@require_safe
def prints(request, code):
    """What can be printed; `?section=` shows the papers of one section."""
    station = get_station(request, code)
    wanted = get_section(request.GET.get("section", ""))
    groups: dict[str, Group] = {}
    for one in prints_of(wanted.slug if wanted else ""):
        section = get_section(one.section)
        if request.user.role in section.roles:
            group = groups.setdefault(section.slug, Group(section, []))
            group.prints.append((one, one.papers(request.user, station)))
    context = {"station": station, "section": wanted, "groups": list(groups.values())}
    return render(request, "stations/prints.html", context)


def _find(request, code, name, form, which):
    """(station, print, label of the paper); 404 for what does not exist, 403 for what this
    role may not open."""
    station = get_station(request, code)
    one = get_print(name)
    if one is None or form not in dict(one.formats):
        raise Http404
    require(request.user.role in get_section(one.section).roles, NOT_YOURS)
    papers = dict(one.papers(request.user, station))
    if which not in papers:
        raise Http404
    return station, one, papers[which]


@require_safe
def print_now(request, code, name, form):
    which = request.GET.get("which", "")
    station, one, label = _find(request, code, name, form, which)
    if one.is_long or form in one.files:
        raise Http404
    document = one.make(request.user, station, which)
    audit.record("print", by=request.user, obj=station, after={"打印": label, "格式": form})
    return as_response(document, form, name=print_name(station, label, form))


@require_POST
def print_later(request, code, name, form):
    which = request.POST.get("which", "")
    station, one, label = _find(request, code, name, form, which)
    jobs.enqueue(
        "print",
        title=f"打印：{station.region.name}{label}",
        by=request.user,
        parameters={"station": code, "print": one.slug, "form": form, "which": which},
    )
    messages.success(request, "正在后台制作，完成后在本页下载。")
    return redirect("manage_jobs")


def print_name(station, label: str, form: str) -> str:
    return file_name(station.region.name, label, today_stamp(), extension=form)
