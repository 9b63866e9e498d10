"""花名册导入: upload, preview, decide, confirm, take the rest home, undo."""

from functools import wraps

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import Count
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.file_names import NamedFileField, about
from accounts.permissions import can_edit_records, is_station, require
from records import job_views, jobs
from stations.models import Station
from veterans.importing import bad_rows, batches, undoing, writing
from veterans.importing.note_phones import FROM_NOTE
from veterans.importing.opening import MAX_BYTES
from veterans.importing.preview import shown_row
from veterans.models import ImportRow, RosterImport

PAGE_SIZE = 50
# Below these an import is done before the page is back; above, it runs in the background.
READ_AT_ONCE = 200_000
WRITE_AT_ONCE = 1_500
State = RosterImport.State


class StationChoice(forms.ModelChoiceField):
    def label_from_instance(self, station):
        region = station.region
        return f"{region.parent.name} {region.name}" if region.parent_id else region.name


class UploadForm(forms.Form):
    station = StationChoice(
        label="导入到哪个服务站", queryset=Station.objects.none(), empty_label="请选择",
        help_text="乡镇（街道）的文件可以包含下属村居的多张工作表，按表名对应。",
    )  # fmt: skip
    file = NamedFileField(
        label="花名册文件", allow_empty_file=True,
        help_text="xlsx、xls 或 csv，不超过20兆。先预览，确认后才写入。",
    )  # fmt: skip

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        stations = Station.objects.editable_by(user).filter(is_active=True)
        self.fields["station"].queryset = stations.select_related("region__parent")
        if is_station(user):
            own = stations.filter(region=user.region_id).values_list("pk", flat=True).first()
            self.initial.setdefault("station", own)

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            sentence = "文件超过20兆。请删除照片，或按村居分成几个文件后再上传。"
            raise forms.ValidationError(about(upload, sentence))
        return upload


class BlankForm(forms.Form):
    """Of which station the blank workbook is, for whoever keeps several."""

    station = forms.ChoiceField(label="服务站", required=False)

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["station"].choices = [("", "不指定服务站（通用）"), *places]


def _allowed(request):
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以导入花名册。")


def _batch(request, code):
    _allowed(request)
    found = RosterImport.objects.editable_by(request.user).select_related(
        "station__region", "created_by", "job"
    )
    return get_object_or_404(found, code=code)


def _as_seen(view):
    """What is pressed on a page from before somebody read, confirmed or undid the batch was
    meant for other rows."""

    @wraps(view)
    def checked(request, code, **kwargs):
        batch = _batch(request, code)
        if request.POST.get("seen", str(batch.version)) != str(batch.version):
            messages.error(request, batches.STALE)
            return redirect("import_batch", batch.code)
        return view(request, batch, **kwargs)

    return checked


def _start_page(request, form, status=200):
    rows = RosterImport.objects.editable_by(request.user).select_related(
        "station", "created_by", "job"
    )
    rows = rows.exclude(state=State.DISCARDED).defer("sheets")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    choice = form.fields["station"]
    named = [(one, choice.label_from_instance(one)) for one in choice.queryset]
    # Both lists of stations are read once.
    choice.choices = [("", choice.empty_label), *((one.pk, name) for one, name in named)]
    places = [(one.region.code, name) for one, name in named]
    blank = BlankForm(places=places, auto_id="blank_%s") if len(places) > 1 else None
    context = {"form": form, "page": page, "blank": blank, "places": places}
    return render(request, "veterans/import_start.html", context, status=status)


@require_safe
def import_start(request):
    _allowed(request)
    return _start_page(request, UploadForm(user=request.user))


@require_POST
def import_upload(request):
    _allowed(request)
    form = UploadForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _start_page(request, form, status=400)
    station, upload = form.cleaned_data["station"], form.cleaned_data["file"]
    content = upload.read()
    batch = batches.start(content, name=upload.name, station=station, by=request.user)
    _say_again(request, batch)
    return _read(request, batch, small=len(content) <= READ_AT_ONCE)


def _say_again(request, batch):
    same = RosterImport.objects.filter(
        station=batch.station, sha256=batch.sha256, state=State.WRITTEN
    ).first()
    if same:
        day = timezone.localtime(same.written_at).strftime("%Y-%m-%d")
        messages.warning(request, f"这个文件已于{day}导入过；再次导入只会写入有变化的内容。")


def _read(request, batch, *, small):
    if small:
        try:
            batches.read(batch)
        except DatabaseError:
            # No room, or the database is away: a batch that nobody reads would wait for ever.
            batches.drop(batch)
            raise
    else:
        job = jobs.enqueue(
            "roster-import-read",
            title=f"读取花名册：{batch.file_name}",
            by=request.user,
            parameters={"batch": batch.code},
        )
        RosterImport.objects.filter(pk=batch.pk).update(job=job)
    return redirect("import_batch", batch.code)


@require_safe
def import_batch(request, code):
    return _preview(request, _batch(request, code))


def _preview(request, batch, *, failed=None, typed=None, errors=(), status=200):
    """The rows of one outcome, fifty at a time. `failed` is the row whose typed values
    could not be read: they are shown again with what is wrong."""
    counts = dict(batch.rows.order_by().values_list("outcome").annotate(number=Count("pk")))
    outcome = request.GET.get("outcome") or _first_shown(counts)
    rows = batch.rows.filter(outcome=outcome).select_related("station").order_by("pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    columns = {sheet["name"][:60]: sheet.get("columns", {}) for sheet in batch.sheets}
    is_open = batch.state in (State.READY, State.WRITTEN)
    for row in page:
        own = row.pk == failed
        row.shown = shown_row(
            row, columns.get(row.sheet, {}), is_open, typed if own else None, errors if own else ()
        )
    context = {
        "batch": batch,
        "page": page,
        "outcome": outcome,
        "tabs": [(v, label, counts.get(v, 0)) for v, label in ImportRow.Outcome.choices],
        "counts": counts,
        "to_write": batch.rows.filter(batches.WRITES).count() if is_open else 0,
        "waiting": batch.rows.filter(batches.WAITS).count() if is_open else 0,
        "is_open": is_open,
        "stations": _choices(request, batch),
        "job": _job(request, batch),
    }
    return render(request, "veterans/import_batch.html", context, status=status)


def _choices(request, batch):
    """Only a file of several sheets, still unconfirmed, asks where each belongs."""
    if batch.state != State.READY or not batch.file or len(batch.sheets) < 2:
        return []
    return batches.stations_of(request.user, batch)


def _job(request, batch):
    """What the page tells of the work in the background while it is not done."""
    if batch.job is None or batch.job.state == "done":
        return None
    return job_views.shown(request.user, batch.job)


def _first_shown(counts):
    order = ("ask", "rejected", "updated", "created", "unchanged", "skipped")
    return next((outcome for outcome in order if counts.get(outcome)), "created")


@require_POST
@_as_seen
def import_sheets(request, batch):
    """Which sheets to read, and whose they are."""
    if batch.state != State.READY or not batch.file:
        messages.error(request, "这次导入已经确认，不能再改工作表。")
        return redirect("import_batch", batch.code)
    stations = {s.region.code: s for s in batches.stations_of(request.user, batch)}
    choices = {}
    for number, sheet in enumerate(batch.sheets):
        if sheet["usable"]:
            choices[number] = stations.get(request.POST.get(f"sheet-{number}", ""))
    if not any(choices.values()):
        messages.error(request, "请至少为一张工作表选择服务站。")
        return redirect("import_batch", batch.code)
    try:
        batches.read(batch, choices=choices)
    except batches.StaleImport as stale:
        messages.error(request, str(stale))
    return redirect("import_batch", batch.code)


@require_POST
@_as_seen
def import_row(request, batch, pk):
    row = get_object_or_404(batch.rows.select_related("station__region", "batch"), pk=pk)
    decision = request.POST.get("decision", "")
    takes_phone = decision == "phone"
    decision = "accept" if takes_phone else decision
    if decision not in ImportRow.Decision.values or batch.state not in (State.READY, State.WRITTEN):
        raise Http404
    typed = {
        key.removeprefix("value-"): text[:300]
        for key, text in request.POST.items()
        if key.startswith("value-") and (text.strip() or decision == "accept")
    }
    kept = {name: text for name, text in typed.items() if text.strip()}
    if takes_phone:
        kept["phone"] = FROM_NOTE
    try:
        errors = batches.decide(row, decision, by=request.user, typed=kept)
    except batches.StaleImport as stale:
        messages.error(request, str(stale))
        return redirect("import_batch", batch.code)
    if errors:
        return _preview(request, batch, failed=pk, typed=kept, errors=errors, status=400)
    messages.success(request, f"第{row.number}行 {row.name}：{row.decision_word}。")
    return redirect("import_batch", batch.code)


@require_POST
@_as_seen
def import_decide_all(request, batch):
    decision = request.POST.get("decision", "")
    if decision not in ("accept", "skip") or batch.state not in (State.READY, State.WRITTEN):
        raise Http404
    try:
        count = batches.decide_waiting(batch, decision, by=request.user)
    except batches.StaleImport as stale:
        messages.error(request, str(stale))
    else:
        word = "导入" if decision == "accept" else "不导入"
        messages.success(request, f"{count}行已选择“{word}”。")
    return redirect("import_batch", batch.code)


@require_POST
@_as_seen
def import_confirm(request, batch):
    count = batch.rows.filter(batches.WRITES).count()
    if batch.state not in (State.READY, State.WRITTEN) or not count:
        messages.error(request, "没有可以导入的行。待确认的行请先决定。")
    elif count > WRITE_AT_ONCE:
        job = jobs.enqueue(
            "roster-import-write",
            title=f"导入花名册：{batch.file_name}",
            by=request.user,
            parameters={"batch": batch.code},
        )
        RosterImport.objects.filter(pk=batch.pk).update(job=job)
        messages.success(request, "正在后台导入，完成后会通知您。")
    else:
        try:
            counts = writing.write(batch, by=request.user)
        except batches.StaleImport as stale:
            messages.error(request, str(stale))
        else:
            messages.success(request, writing.sentence(counts))
    return redirect("import_batch", batch.code)


@require_POST
@_as_seen
def import_undo(request, batch):
    try:
        undone = undoing.undo(batch, by=request.user)
    except (undoing.CannotUndo, batches.StaleImport) as reason:
        messages.error(request, str(reason))
    else:
        people = f"，{undone.people}人恢复到导入之前。" if undone.people else "。"
        requests = f"撤回转入申请{undone.requests}份。" if undone.requests else ""
        messages.success(request, f"已撤销本次导入{people}{requests}")
    return redirect("import_batch", batch.code)


@require_POST
@_as_seen
def import_discard(request, batch):
    try:
        batches.discard(batch, by=request.user)
    except batches.StaleImport as stale:
        messages.error(request, str(stale))
        return redirect("import_batch", batch.code)
    messages.success(request, "已放弃，文件和读到的内容都已删除，花名册没有改动。")
    return redirect("veterans_import")


@require_POST
def import_bad_rows(request, code):
    """The waiting and refused rows, in the user's own columns, with 错误原因."""
    batch = _batch(request, code)
    path = bad_rows.write_bad_rows(batch)
    audit.record("import.bad_rows", by=request.user, obj=batch, station=batch.station)
    stem = batch.file_name.rpartition(".")[0] or batch.file_name
    opened = path.open("rb")
    path.unlink()
    return FileResponse(opened, as_attachment=True, filename=f"{stem}-问题行.xlsx")
