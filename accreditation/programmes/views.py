"""/manage/programmes/: the programmes, their stages, and which one is current."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.http import posted
from accounts.models import AuditEntry
from accounts.permissions import is_admin, is_city, require
from accreditation.models import Programme, ProgrammeStage
from accreditation.programmes.forms import ProgrammeForm, stage_forms

WHO = "建设方案由市局评审人员和系统管理员维护。"


class StaleProgramme(Exception):
    """Saved by somebody else since the form was opened."""


def may_manage(user) -> bool:
    return is_city(user) or is_admin(user)


@require_safe
def programme_list(request):
    require(may_manage(request.user), WHO)
    programmes = Programme.objects.select_related("rubric").annotate(
        named=Count("accreditations", filter=Q(accreditations__named_on__lte=F("ends_on")))
    )
    return render(request, "accreditation/programmes.html", {"programmes": programmes})


@require_http_methods(["GET", "HEAD", "POST"])
def programme_new(request):
    return _form_page(request, Programme())


@require_http_methods(["GET", "HEAD", "POST"])
def programme_edit(request, pk):
    require(may_manage(request.user), WHO)
    return _form_page(request, get_object_or_404(Programme, pk=pk))


def _form_page(request, programme):
    require(may_manage(request.user), WHO)
    data = posted(request)
    form = ProgrammeForm(data, instance=programme)
    stages = stage_forms(data, programme.stages.all() if programme.pk else [])
    conflict, status = None, 200
    if data is not None and _all_valid(form, stages):
        try:
            _save(form, stages, by=request.user)
            messages.success(request, f"建设方案{form.instance.name}已保存。")
            return redirect("manage_programmes")
        except StaleProgramme:
            conflict, status = _both_versions(form, stages), 409
    return render(
        request,
        "accreditation/programme_form.html",
        {"form": form, "stages": stages, "programme": programme, "conflict": conflict},
        status=status,
    )


def _all_valid(form, stages) -> bool:
    fine = form.is_valid()
    for stage in stages:
        if stage.is_valid():
            stage.check_inside(form.cleaned_data.get("starts_on"), form.cleaned_data.get("ends_on"))
        fine = fine and not stage.errors
    return fine


def _save(form, stages, *, by) -> None:
    programme = form.instance
    creating = programme.pk is None
    before = None if creating else _readable(Programme.objects.get(pk=programme.pk))
    with transaction.atomic():
        if not creating:
            opened = form.cleaned_data.get("version") or 0
            row = Programme.objects.filter(pk=programme.pk, version=opened)
            if not row.update(version=F("version") + 1):
                raise StaleProgramme
            programme.version = opened + 1
        # is_current is set by its own action and must not go back to what it was.
        programme.save(update_fields=None if creating else [*form._meta.fields, "version"])
        programme.stages.all().delete()
        ProgrammeStage.objects.bulk_create(
            ProgrammeStage(programme=programme, kind=stage.kind, **stage.cleaned_data)
            for stage in stages
            if stage.cleaned_data.get("starts_on")
        )
        audit.record(
            "programme.create" if creating else "programme.change",
            by=by,
            obj=programme,
            region=by.region,
            before=before,
            after=_readable(programme),
        )


def _readable(programme) -> dict[str, str]:
    values = {
        str(Programme._meta.get_field(name).verbose_name): str(getattr(programme, name))
        for name in ProgrammeForm.Meta.fields
    }
    for stage in programme.stages.all():
        values[stage.get_kind_display()] = f"{stage.starts_on} 至 {stage.ends_on} {stage.aim}"
    return values


def _both_versions(form, stages) -> dict:
    """What is stored beside what was typed; the next save is made knowing both."""
    current = Programme.objects.get(pk=form.instance.pk)
    stored = _readable(current)
    typed = _readable_form(form, stages)
    form.data = form.data.copy()
    form.data["version"] = current.version
    last = AuditEntry.objects.filter(
        kind=current._meta.label_lower, object_id=str(current.pk)
    ).first()
    labels = [*typed, *(label for label in stored if label not in typed)]
    return {
        "who": last.actor if last else None,
        "when": last.at if last else None,
        "rows": [
            (label, stored.get(label, ""), typed.get(label, ""))
            for label in labels
            if stored.get(label, "") != typed.get(label, "")
        ],
    }


def _readable_form(form, stages) -> dict[str, str]:
    values = {
        str(Programme._meta.get_field(name).verbose_name): str(form.cleaned_data[name])
        for name in ProgrammeForm.Meta.fields
    }
    for stage in stages:
        data = stage.cleaned_data
        if data.get("starts_on"):
            values[stage.kind.label] = f"{data['starts_on']} 至 {data['ends_on']} {data['aim']}"
    return values


@require_POST
def programme_make_current(request, pk):
    """Compare and set: `was` is the current one of the page that was looked at."""
    require(may_manage(request.user), WHO)
    programme = get_object_or_404(Programme, pk=pk)
    was = request.POST.get("was", "")
    if not _make_current(programme, was=was if was.isdigit() else None, by=request.user):
        messages.warning(request, "当前方案刚被别人改过，您的操作没有执行，请看下面的现状。")
    else:
        messages.success(request, f"当前方案已设为{programme.name}。")
    return redirect("manage_programmes")


def _make_current(programme, *, was: str | None, by) -> bool:
    try:
        with transaction.atomic():
            current = Programme.objects.filter(is_current=True)
            if was is None:
                if current.exists():
                    return False
            elif not current.filter(pk=was).update(is_current=False, version=F("version") + 1):
                return False
            Programme.objects.filter(pk=programme.pk).update(
                is_current=True, version=F("version") + 1
            )
            audit.record(
                "programme.make_current",
                by=by,
                obj=programme,
                region=by.region,
                before={"当前方案": was or ""},
                after={"当前方案": str(programme.pk)},
            )
    except IntegrityError:  # programme_one_current: two at once, the other was first
        return False
    return True
