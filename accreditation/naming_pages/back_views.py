"""补录: one by hand, many from a file with a preview."""

import io

import xlsxwriter
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.file_names import about
from accounts.http import posted
from accounts.permissions import is_city, require
from accounts.tables import TableError
from accreditation import workflow
from accreditation.models import Programme
from accreditation.naming_pages import back_files
from accreditation.naming_pages.forms import BackEntryForm, FileForm
from records.workbooks import XLSX
from stations.models import Station

CITY_ONLY = "补录认定由市局办理。"
# Both forms of the page ask for the programme.
FILE_IDS = "id_file_%s"


@require_http_methods(["GET", "HEAD", "POST"])
def accreditation_new(request):
    require(is_city(request.user), CITY_ONLY)
    form = BackEntryForm(posted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made = _enter(request, form)
            if made:
                messages.success(request, f"已补录{made.station.name}的认定。")
                return redirect("accreditation", pk=made.pk)
    return _page(request, form, FileForm(auto_id=FILE_IDS), status=status)


def _page(request, form, file_form, *, status=200):
    return render(
        request,
        "accreditation/accreditations/back_entry.html",
        {"form": form, "file_form": file_form},
        status=status,
    )


def _enter(request, form):
    data = dict(form.cleaned_data)
    stations = Station.objects.visible_to(request.user).select_related("region")
    station = stations.filter(region__code=data.pop("code")).first()
    if station is None:
        form.add_error("code", "没有这个代码的服务站，或者不在您的管理范围内。")
        return None
    try:
        return workflow.enter_accreditation(station=station, by=request.user, **data)
    except workflow.Refused as refusal:
        form.add_error(None, str(refusal))
        return None


@require_safe
def accreditation_template(request):
    require(is_city(request.user), CITY_ONLY)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("认定名单")
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(back_files.COLUMNS) - 1, 22, text)
        sheet.write_row(0, 0, back_files.COLUMNS)
    answer = HttpResponse(buffer.getvalue(), content_type=XLSX)
    name = "filename*=UTF-8''%E8%AE%A4%E5%AE%9A%E8%A1%A5%E5%BD%95%E6%A8%A1%E6%9D%BF.xlsx"
    answer["Content-Disposition"] = f"attachment; {name}"
    return answer


@require_POST
def accreditation_import(request):
    """Only a preview: which rows would be entered, and what is wrong with the others."""
    require(is_city(request.user), CITY_ONLY)
    form = FileForm(request.POST, request.FILES, auto_id=FILE_IDS)
    if not form.is_valid():
        return _page(request, BackEntryForm(), form, status=422)
    programme = form.cleaned_data["programme"]
    try:
        lines = back_files.read(form.cleaned_data["file"])
    except TableError as error:
        form.add_error("file", about(form.cleaned_data["file"], str(error)))
        return _page(request, BackEntryForm(), form, status=422)
    back_files.check(lines, by=request.user, programme=programme)
    return _preview(request, lines, programme)


def _preview(request, lines, programme, *, status=200):
    is_good = not any(line.error for line in lines)
    token = back_files.hold(lines, by=request.user, programme=programme) if is_good else ""
    return render(
        request,
        "accreditation/accreditations/back_preview.html",
        {"lines": lines, "programme": programme, "token": token,
         "wrong": sum(1 for line in lines if line.error)},
        status=status,
    )  # fmt: skip


@require_POST
def accreditation_import_confirm(request):
    require(is_city(request.user), CITY_ONLY)
    try:
        key, lines = back_files.held(request.POST.get("token", ""), by=request.user)
    except TableError as error:
        messages.error(request, str(error))
        return redirect("accreditation_new")
    programme = get_object_or_404(Programme, pk=key)
    rows = back_files.check(lines, by=request.user, programme=programme)
    if any(line.error for line in lines):
        messages.error(request, "预览之后情况有变化，没有写入任何一行，请看下面的说明。")
        return _preview(request, lines, programme, status=409)
    try:
        made = workflow.enter_accreditations(rows, by=request.user)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _preview(request, lines, programme, status=409)
    messages.success(request, f"已补录{len(made)}个认定。")
    return redirect("accreditations")
