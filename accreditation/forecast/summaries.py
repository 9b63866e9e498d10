"""阶段总结: at the end of each stage every county-level unit, and the city, hands in one
document. A later file replaces the earlier one; both stay in the audit log."""

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.file_names import NamedFileField
from accounts.permissions import is_city, is_county, require
from accreditation.models import Programme, ProgrammeStage, StageSummary
from accreditation.programmes import choose_programme
from accreditation.programmes.target_views import may_read
from records.files import RefusedFile, store_upload
from stations.models import Region

WHO_READS = "阶段总结由县（区）、功能区和市局填报、查看。"
WHO_WRITES = "阶段总结由县（区）、功能区和市局各自上传。"


class SummaryForm(forms.Form):
    upload = NamedFileField(
        label="总结文件",
        help_text="严禁上传涉密内容。重新上传即替换。",
        error_messages={"required": "请选择总结文件。", "empty": "上传的文件是空的，请重新选择。"},
    )
    note = forms.CharField(label="说明", required=False, max_length=300)

    def __init__(self, *args, kind, **kwargs):
        """A page has one for each `kind` of stage: the ids of its fields differ."""
        super().__init__(*args, auto_id=f"id_{kind}_%s", **kwargs)


@require_safe
def summary_list(request):
    require(may_read(request.user), WHO_READS)
    return _page(request)


def _page(request, *, kind="", form=None, status=200):
    user = request.user
    programmes = list(Programme.objects.all())
    asked = request.POST.get("programme") or request.GET.get("programme")
    programme = choose_programme(programmes, asked)
    stages = list(programme.stages.all()) if programme else []
    units = list(Region.objects.visible_to(user).county_level().filter(is_active=True))
    if user.region.level == Region.Level.CITY:
        units.insert(0, user.region)
    handed_in = {
        (row.region_id, row.kind): row
        for row in StageSummary.objects.visible_to(user)
        .filter(programme=programme)
        .select_related("file", "updated_by")
    }
    may_write = is_county(user) or is_city(user)
    return render(
        request,
        "accreditation/forecast/summaries.html",
        {
            "programmes": programmes,
            "programme": programme,
            "today": timezone.localdate(),
            "stages": [
                {
                    "stage": stage,
                    "rows": [(unit, handed_in.get((unit.pk, stage.kind))) for unit in units],
                    "form": (form if stage.kind == kind else SummaryForm(kind=stage.kind))
                    if may_write
                    else None,
                }
                for stage in stages
            ],
        },
        status=status,
    )


@require_POST
def summary_save(request, kind):
    user = request.user
    require(is_county(user) or is_city(user), WHO_WRITES)
    programme = choose_programme(list(Programme.objects.all()), request.POST.get("programme"))
    if programme is None or not programme.stages.filter(kind=kind).exists():
        raise Http404
    form = SummaryForm(request.POST, request.FILES, kind=kind)
    if not form.is_valid():
        return _page(request, kind=kind, form=form, status=422)
    try:
        # Outside the transaction: a file takes its time, and SQLite has one writer.
        file = store_upload(form.cleaned_data["upload"], region=user.region, by=user)
    except RefusedFile as refused:
        form.add_error("upload", str(refused))
        return _page(request, kind=kind, form=form, status=422)
    save_summary(programme, kind=kind, file=file, note=form.cleaned_data["note"], actor=user)
    messages.success(request, f"“{ProgrammeStage.Kind(kind).label}”的总结已保存。")
    return redirect(f"{reverse('stage_summaries')}?programme={programme.pk}")


def save_summary(programme, *, kind, file, note, actor, at=None) -> None:
    at = at or timezone.now()
    values = {"file": file, "note": note, "updated_by": actor, "updated_at": at}
    where = {"programme": programme, "kind": kind, "region": actor.region}
    try:
        _write(where, values, actor, at)
    except IntegrityError:  # stage_summary_once: a colleague was first, then it is replaced
        _write(where, values, actor, at)


def _write(where, values, actor, at) -> None:
    with transaction.atomic():
        before = StageSummary.objects.filter(**where).select_related("file").first()
        row, _ = StageSummary.objects.update_or_create(
            **where, defaults=values, create_defaults=values | {"created_by": actor}
        )
        audit.record(
            "stage_summary.save",
            by=actor,
            obj=row,
            label=f"{row.programme} {row.get_kind_display()} 总结",
            region=actor.region,
            at=at,
            before={"总结文件": str(before.file)} if before else None,
            after={"总结文件": str(row.file)},
        )
