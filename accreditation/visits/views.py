"""The sheet of a visit: drawn, filled in on a phone line by line, printed."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import is_city, oversees_stations, require
from accreditation import workflow
from accreditation.applications.forms import VisitForm
from accreditation.applications.page import get_application
from accreditation.models import VisitLine
from accreditation.visits.forms import LineForm, ProblemsForm
from accreditation.visits.page import read_sheet, sheet_of
from accreditation.visits.prints import TITLE, visit_document
from accreditation.workflow.table import State
from records.models import AttachmentLink
from records.printing import BUTTONS, FORMATS, as_response, file_name
from stations.uploads import take_in, take_in_sent

PAGE = "accreditation/visits/sheet.html"
READERS = "实地核验单由市局填写，核验登记后所属县（区）可以查看。"


def _application(request, number):
    found = get_application(request, number)
    require(oversees_stations(request.user), READERS)
    return found


@require_safe
def visit_sheet(request, number):
    return _page(request, _application(request, number))


def _page(request, application, *, typed=None, problems_form=None, status=200):
    """`typed` is (key of the line, form) of what was not saved."""
    user = request.user
    sheet = sheet_of(user, application)
    is_visiting = is_city(user) and application.state == State.SITE_VISIT
    is_open = bool(is_visiting and sheet and sheet.visit_id is None)
    page = read_sheet(user, application, sheet) if sheet else None
    return render(
        request,
        PAGE,
        {
            "application": application,
            "station": application.station,
            "page": page,
            "sheet": sheet,
            "is_open": is_open,
            "may_draw": is_visiting and not is_open,
            "choices": VisitLine.Result.choices,
            "typed_key": typed[0] if typed else None,
            "typed": typed[1] if typed else None,
            "problems_form": problems_form or ProblemsForm(),
            "may_list": is_city(user) and application.is_open and page is not None and page.short,
            "visit_form": _visit_form(application, user, page) if is_open else None,
            "formats": BUTTONS,
        },
        status=status,
    )


def _visit_form(application, user, page):
    """The same form as on the application's page, with what the sheet says so far."""
    lines = [f"{one.line.label}：{one.line.finding}" for one in page.short]
    text = f"核验单{len(page.all)}项，已填{page.done}项。"
    text += "存在问题：" + "；".join(lines) if lines else "现场与申报材料一致。"
    initial = {"finding": text[:5000], "conclusion": "problems" if lines else "passed"}
    return VisitForm(application=application, user=user, initial=initial)


def _address(number, anchor=""):
    return reverse("visit_sheet", kwargs={"number": number}) + anchor


@require_POST
def visit_draw(request, number):
    application = _application(request, number)
    try:
        workflow.draw_sheet(application, by=request.user)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, application, status=409)
    return redirect(_address(number))


def _sheet(request, application):
    sheet = sheet_of(request.user, application)
    if sheet is None:
        raise Http404
    return sheet


@require_POST
def visit_line(request, number, pk):
    """Finding and photos of one line. A refused photo never loses the words."""
    application = _application(request, number)
    rows = VisitLine.objects.visible_to(request.user).filter(sheet__application=application)
    line = get_object_or_404(rows.select_related("sheet"), pk=pk)
    line.sheet.application = application
    form = LineForm(request.POST)
    try:
        if not form.is_valid():
            raise workflow.Refused(
                "".join(text for texts in form.errors.values() for text in texts)
            )
        workflow.record_line(line, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        if _wants_json(request):
            return JsonResponse({"sentence": str(refusal)}, status=409)
        messages.error(request, f"{line.label}：{refusal}")
        return _page(request, application, typed=(line.pk, form), status=409)
    _, errors = take_in(request.FILES.getlist("photos"), line, by=request.user)
    if _wants_json(request):
        return _line_as_json(request, application, line, errors)
    for error in errors:
        messages.error(request, error)
    if not errors:
        messages.success(request, f"已保存：{line.label}")
    return redirect(_address(number, f"#line-{line.pk}"))


def _wants_json(request):
    return request.headers.get("Accept") == "application/json"


def _line_as_json(request, application, line, errors):
    """For static/js/visits.js: the line as it stands now, photos that were refused, and how
    far the sheet is."""
    page = read_sheet(request.user, application, line.sheet)
    one = next(shown for shown in page.all if shown.line.pk == line.pk)
    context = {
        "application": application,
        "station": application.station,
        "one": one,
        "is_open": True,
        "choices": VisitLine.Result.choices,
    }
    return JsonResponse(
        {
            "line": render_to_string("accreditation/visits/_line.html", context, request),
            "done": page.done,
            "errors": errors,
        }
    )


@require_POST
def visit_scan(request, number):
    """The signed sheet as a photo or scan; it may come after the visit was entered."""
    application = _application(request, number)
    require(is_city(request.user), READERS)
    sheet = _sheet(request, application)
    if not request.FILES.getlist("files"):
        messages.error(request, "没有选择文件，请选择签字的核验单照片或扫描件。")
        return _page(request, application, status=422)
    take_in_sent(
        request, request.FILES.getlist("files"), sheet, purpose=AttachmentLink.Purpose.SIGNED_SCAN
    )
    return redirect(_address(number, "#signed"))


@require_POST
def visit_problems(request, number):
    application = _application(request, number)
    require(is_city(request.user), READERS)
    sheet = _sheet(request, application)
    form = ProblemsForm(request.POST)
    if not form.is_valid():
        return _page(request, application, problems_form=form, status=422)
    keys = [key for key in request.POST.getlist("line") if key.isdecimal()]
    lines = sheet.lines.filter(pk__in=keys, result__in=("partly", "not_met"))
    try:
        done = workflow.list_problems(sheet, lines, by=request.user, **form.cleaned_data)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, application, problems_form=form, status=409)
    messages.success(request, f"已列入问题清单{done}项。")
    return redirect("application", number=number)


@require_safe
def visit_print(request, number, form):
    application = _application(request, number)
    if form not in FORMATS:
        raise Http404
    page = read_sheet(request.user, application, _sheet(request, application))
    name = file_name(application.station.name, TITLE, extension=form)
    return as_response(visit_document(application, page, by=request.user), form, name=name)
