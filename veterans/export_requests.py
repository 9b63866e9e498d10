"""Unmasked numbers of more than one station leave only when a second person agrees: of the
same unit or of one above it, never whoever asked (docs/privacy.md)."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from records import jobs
from records.models import Notice
from records.notices import tell
from veterans.models import ExportRequest

State = ExportRequest.State
KEEP_FILE = timedelta(hours=24)
MOST_TOLD = 20


class StaleRequest(Exception):
    """Somebody answered it, or it was taken back, since the page was shown."""


class NotSecond(Exception):
    """The person may not decide this request."""


def ask(*, actor: User, filters: str, purpose: str, people) -> ExportRequest:
    stations = people.order_by().values("station").distinct().count()
    with transaction.atomic():
        request = ExportRequest.objects.create(
            region=actor.region,
            filters=filters,
            purpose=purpose[:200],
            person_count=people.count(),
            station_count=stations,
            asked_by=actor,
        )
        audit.record(
            "export.ask",
            by=actor,
            obj=request,
            region=actor.region,
            reason=purpose,
            after={"人数": request.person_count, "服务站数": stations},
        )
        text = f"{actor.full_name}申请导出{request.person_count}人的完整信息，请核对、答复。"
        _tell(approvers(request)[:MOST_TOLD], request, text, Notice.Kind.ASSIGNED)
    return request


def approvers(request: ExportRequest):
    """Who may decide: colleagues first, then those of the units above."""
    codes = request.region.ancestor_codes
    above = User.objects.filter(
        region__code__in=codes, role__in=(User.Role.COUNTY, User.Role.CITY), is_active=True
    )
    same = User.objects.filter(region=request.region, role=request.asked_by.role, is_active=True)
    return (
        (above | same).exclude(pk=request.asked_by_id).order_by("-region__level", "pk").distinct()
    )


def approve(request: ExportRequest, *, actor: User, note: str = "") -> None:
    """Starts the export; its file is the requester's alone and is kept for a day."""
    with transaction.atomic():
        _answer(request, State.APPROVED, "export.approve", actor=actor, note=note)
        job = jobs.enqueue(
            "roster-export",
            title="导出花名册（完整信息）",
            by=request.asked_by,
            parameters={
                "filters": request.filters,
                "unmasked": True,
                "purpose": request.purpose,
                "request": request.code,
            },
        )
        ExportRequest.objects.filter(pk=request.pk).update(job=job)
        _tell([request.asked_by], request, "导出完整信息的申请已批准，文件生成后24小时内可以下载。")


def refuse(request: ExportRequest, *, actor: User, note: str) -> None:
    with transaction.atomic():
        _answer(request, State.REFUSED, "export.refuse", actor=actor, note=note)
        _tell([request.asked_by], request, f"导出完整信息的申请未获批准：{note}")


def cancel(request: ExportRequest, *, actor: User) -> None:
    if request.asked_by_id != actor.pk:
        raise NotSecond
    with transaction.atomic():
        _set(request, State.CANCELLED, "export.cancel", actor=actor)


def _answer(request, state, action, *, actor, note):
    if not ExportRequest.objects.decidable_by(actor).filter(pk=request.pk).exists():
        raise NotSecond
    _set(request, state, action, actor=actor, answered_by=actor, answer=note[:200])


def _set(request, state, action, *, actor, **values):
    values |= {"state": state, "answered_at": timezone.now()}
    if not ExportRequest.objects.filter(pk=request.pk, state=State.WAITING).update(**values):
        raise StaleRequest
    audit.record(
        action,
        by=actor,
        obj=request,
        region=request.region,
        reason=values.get("answer", ""),
        before={"state": State.WAITING.value},
        after={"state": state.value},
    )


def released(job) -> ExportRequest | None:
    """The approval that this job runs on: for this very job, and not older than its file
    may be."""
    since = timezone.now() - KEEP_FILE
    return (
        ExportRequest.objects.select_related("answered_by__region")
        .filter(code=job.parameters.get("request", ""), job=job, asked_by=job.created_by)
        .filter(state=State.APPROVED, answered_at__gte=since)
        .first()
    )


def _tell(users, request, text, kind=Notice.Kind.DECIDED):
    link = reverse("export_request", args=[request.code])
    tell(users, text, link=link, kind=kind)
