"""花名册版次: every edition with what changed, its files as printed, its signed scan."""

import hashlib
from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import can_edit_records, require
from records import jobs
from records.models import AttachmentLink
from records.printing import FORMATS, file_name
from stations.section_views import back_to, get_kind, get_station
from veterans.editions.workflow import Changes, changes, compared_with
from veterans.models import RosterEdition, Veteran

PAGE_SIZE = 20
ONLY_STAFF = "只有服务站和县（区）工作人员可以打印花名册。"
CHANGED_FILE = "这一版的文件与打印时不一致，不能下载。请联系系统管理员。"


@dataclass
class Line:
    """One edition as the page shows it."""

    edition: RosterEdition
    url: str
    has_scan: bool
    missing: list[str]
    changes: Changes | None = None
    came: list = field(default_factory=list)
    left: list = field(default_factory=list)
    died: list = field(default_factory=list)

    @property
    def figures(self):
        """(label, counted by the system, as signed) of the three changes."""
        one = self.edition
        return [
            ("新增", one.found_in, one.moved_in),
            ("迁出", one.found_out, one.moved_out),
            ("去世", one.found_deceased, one.deceased),
        ]


def missing_of(edition: RosterEdition, has_scan: bool) -> list[str]:
    """What this edition still needs to be a roster on paper (共性2-4)."""
    found = []
    if not edition.printed_on:
        found.append("没有打印日期")
    if not has_scan:
        found.append("未上传签字扫描件")
    if edition.counted_rows is None:
        found.append("未填签字件上的人数")
    elif edition.counted_rows != edition.row_count:
        more = edition.counted_rows - edition.row_count
        found.append(f"签字件上的人数比系统{'多' if more > 0 else '少'}{abs(more)}人")
    return found


@require_safe
def editions(request, code):
    station = get_station(request, code)
    section, kind = get_kind(request, "editions")
    rows = kind.rows(request.user, station)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    return render(
        request,
        "veterans/editions.html",
        {
            "station": station,
            "section": section,
            "kind": kind,
            "page": page,
            "lines": _lines(request.user, station, shown),
            "can_edit": can_edit_records(request.user),
            "back": back_to(request, station),
        },
    )


def _lines(user, station, shown) -> list[Line]:
    scans = set(
        AttachmentLink.objects.filter(
            content_type=ContentType.objects.get_for_model(RosterEdition),
            object_id__in=[edition.pk for edition in shown],
            purpose=AttachmentLink.Purpose.SIGNED_SCAN,
        ).values_list("object_id", flat=True)
    )
    lines = []
    for edition in shown:
        url = reverse("record", args=[station.region.code, "editions", "edition", edition.pk])
        has_scan = edition.pk in scans
        lines.append(Line(edition, url, has_scan, missing_of(edition, has_scan)))
    _name_changes(user, station, lines)
    return lines


def _name_changes(user, station, lines) -> None:
    """The names behind the newest edition's counts; older ones keep their numbers."""
    if not lines or lines[0].edition.found_in is None:
        return
    first = lines[0]
    before = compared_with(station, first.edition.edition)
    first.changes = changes(before, first.edition.people)
    keys = first.changes.came | first.changes.left | first.changes.died
    # Somebody who moved to another county is a number here, no name.
    people = Veteran.objects.visible_to(user).filter(pk__in=keys).only("code", "name", "pinyin")
    for person in people:
        if person.pk in first.changes.came:
            first.came.append(person)
        elif person.pk in first.changes.died:
            first.died.append(person)
        else:
            first.left.append(person)


@require_POST
def edition_print(request, code):
    station = get_station(request, code)
    get_kind(request, "editions")
    require(can_edit_records(request.user), ONLY_STAFF)
    jobs.enqueue(
        "roster-book",
        title=f"打印花名册：{station.region.name}",
        by=request.user,
        parameters={"station": station.region.code},
    )
    messages.success(request, "正在后台打印花名册，完成后在本页或花名册版次页面下载。")
    return redirect("manage_jobs")


@require_safe
def edition_file(request, code, number, form):
    """Exactly what was printed: the stored file, compared with its checksum."""
    station = get_station(request, code)
    _, kind = get_kind(request, "editions")
    edition = get_object_or_404(kind.rows(request.user, station), edition=number)
    files = {"pdf": (edition.pdf, edition.pdf_sha256), "docx": (edition.word, edition.word_sha256)}
    name, checksum = files.get(form, ("", ""))
    if not name or not default_storage.exists(name):
        raise Http404
    with default_storage.open(name) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != checksum:
        messages.error(request, CHANGED_FILE)
        return redirect("editions", code=code)
    audit.record(
        "roster.download", by=request.user, obj=edition, after={"edition": number, "form": form}
    )
    response = HttpResponse(content, content_type=FORMATS[form][1])
    shown = book_name(station, edition, form)
    response["Content-Disposition"] = content_disposition_header(form != "pdf", shown)
    response["Cache-Control"] = "private, no-store"
    return response


def book_name(station, edition: RosterEdition, form: str) -> str:
    day = edition.printed_on.strftime("%Y%m%d") if edition.printed_on else ""
    place = station.region.name
    return file_name(place, "退役军人花名册", day, f"v{edition.edition}", extension=form)
