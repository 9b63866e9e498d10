"""县（区）工作方案 and 建设名单: what a county lays down for a programme."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.http import posted
from accounts.permissions import is_county, require
from accreditation.models import BuildList, CountyPlan, Programme
from accreditation.programmes import choose_programme
from accreditation.programmes.forms import BuildListForm, CountyPlanForm
from accreditation.programmes.target_views import may_read
from records.files import RefusedFile, store_upload
from stations.models import Region, Station, Track

WHO_WRITES = "工作方案和建设名单由县（区）、功能区填写。"
PER_PAGE = 50


class StalePlan(Exception):
    """Saved by somebody else since the form was opened."""


@require_http_methods(["GET", "HEAD", "POST"])
def county_plan(request, code):
    """A county writes its own; the city and the administrator read it."""
    user = request.user
    require(may_read(user), WHO_WRITES)
    region = get_object_or_404(
        Region.objects.visible_to(user), code=code, level=Region.Level.COUNTY
    )
    may_edit = is_county(user) and user.region_id == region.pk
    require(may_edit or request.method != "POST", WHO_WRITES)
    programme = _programme(request)
    plan = CountyPlan.objects.filter(programme=programme, region=region).first()
    plan = plan or CountyPlan(programme=programme, region=region)
    form = CountyPlanForm(posted(request), request.FILES or None, instance=plan)
    status, stored = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            _save_plan(form, by=user)
            messages.success(request, "工作方案已保存。")
            return redirect(f"{reverse('targets')}?programme={programme.pk}")
        except RefusedFile as refused:
            form.add_error("upload", str(refused))
        except StalePlan:
            status = 409
            stored = CountyPlan.objects.get(programme=programme, region=region)
            form.data = form.data.copy()
            form.data["version"] = stored.version
    return render(
        request,
        "accreditation/county_plan.html",
        {
            "form": form,
            "plan": stored or plan,
            "stored": stored,
            "programme": programme,
            "region": region,
            "may_edit": may_edit,
        },
        status=status,
    )


def _save_plan(form, *, by) -> None:
    plan = form.instance
    creating = plan.pk is None
    now = timezone.now()
    upload = form.cleaned_data["upload"]
    # Outside the transaction: a file takes its time, and SQLite has one writer.
    attachment = store_upload(upload, region=plan.region, by=by) if upload else None
    try:
        with transaction.atomic():
            before = None if creating else _readable(CountyPlan.objects.get(pk=plan.pk))
            if not creating:
                opened = form.cleaned_data.get("version") or 0
                row = CountyPlan.objects.filter(pk=plan.pk, version=opened)
                if not row.update(version=F("version") + 1):
                    raise StalePlan
                plan.version = opened + 1
            if attachment:
                plan.file = attachment
            plan.updated_at, plan.updated_by = now, by
            if creating:
                plan.created_at, plan.created_by = now, by
            plan.save()
            audit.record(
                "county_plan.create" if creating else "county_plan.change",
                by=by,
                obj=plan,
                label=f"{plan.programme} {plan.region} 工作方案",
                region=plan.region,
                before=before,
                after=_readable(plan),
            )
    except IntegrityError:  # county_plan_once: somebody else has just made it
        raise StalePlan from None


def _readable(plan) -> dict[str, str]:
    names = ("adopted_on", "leader", "contact", "file")
    return {
        str(CountyPlan._meta.get_field(name).verbose_name): str(getattr(plan, name) or "")
        for name in names
    }


@require_safe
def build_list(request):
    """Which stations are being built up, for which track, in which year."""
    require(may_read(request.user), WHO_WRITES)
    return _build_list_page(request, None)


def _build_list_page(request, form, status=200):
    user = request.user
    programmes = list(Programme.objects.all())
    programme = choose_programme(
        programmes, request.POST.get("programme") or request.GET.get("programme")
    )
    if programme is None:
        raise Http404
    may_edit = is_county(user)
    rows = (
        BuildList.objects.visible_to(user)
        .filter(programme=programme)
        .select_related("station__region")
        .order_by("-year", "station__region__rank", "pk")
    )
    year = request.GET.get("year", "")
    if year.isdigit() and len(year) == 4:
        rows = rows.filter(year=year)
    if may_edit and form is None:
        form = BuildListForm(
            user=user, programme=programme, initial={"year": timezone.localdate().year}
        )
    return render(
        request,
        "accreditation/build_list.html",
        {
            "programmes": programmes,
            "programme": programme,
            "years": range(programme.starts_on.year, programme.ends_on.year + 1),
            "year": year,
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "form": form,
            "names": _station_names(user) if may_edit else [],
        },
        status=status,
    )


def _station_names(user):
    """For the browser's own completion of the field."""
    return Station.objects.editable_by(user).active().values_list("region__code", "name")


@require_POST
def build_list_add(request):
    user = request.user
    require(is_county(user), WHO_WRITES)
    programme = _programme(request)
    form = BuildListForm(request.POST, user=user, programme=programme)
    if not form.is_valid():
        return _build_list_page(request, form)
    data = form.cleaned_data
    try:
        with transaction.atomic():
            row = BuildList.objects.create(
                programme=programme, created_by=user, updated_by=user, **data
            )
            audit.record("build_list.add", by=user, obj=row, label=_label(row), after=_facts(row))
    except IntegrityError:  # build_list_once: a second click, or a colleague
        messages.info(request, f"{data['station']}已在{data['year']}年的建设名单中。")
    else:
        messages.success(request, f"{data['station']}已列入{data['year']}年建设名单。")
    return redirect(f"{reverse('build_list')}?programme={programme.pk}")


@require_POST
def build_list_remove(request, pk):
    user = request.user
    row = get_object_or_404(BuildList.objects.visible_to(user), pk=pk)
    require(is_county(user), WHO_WRITES)
    with transaction.atomic():
        audit.record("build_list.remove", by=user, obj=row, label=_label(row), before=_facts(row))
        row.delete()
    messages.success(request, f"{row.station}已从{row.year}年建设名单中移出。")
    return redirect(f"{reverse('build_list')}?programme={row.programme_id}")


def _label(row) -> str:
    return f"{row.year}年建设名单 {row.station}"


def _facts(row) -> dict[str, str]:
    return {"建设类别": Track(row.track).label, "年度": str(row.year)}


def _programme(request) -> Programme:
    asked = request.POST.get("programme") or request.GET.get("programme")
    programme = choose_programme(list(Programme.objects.all()), asked)
    if programme is None:
        raise Http404
    return programme
