"""/manage/audit/: the audit log and who read or exported personal data."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.audit_values import changes_of
from accounts.audit_words import action_label, codes_for, kind_label, kinds
from accounts.models import AccessLog, AuditEntry, User
from accounts.permissions import can_read_audit, require

PAGE = 50
VEIL = "（内容仅服务站、县（区）和市局可见）"


class AuditFilter(forms.Form):
    person = forms.CharField(label="用户", max_length=60, required=False)
    action = forms.CharField(label="操作", max_length=40, required=False)
    kind = forms.ChoiceField(label="对象类型", required=False)
    outcome = forms.ChoiceField(
        label="结果", choices=[("", "全部"), *AuditEntry.Outcome.choices], required=False
    )
    since = forms.DateField(
        label="自",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label="至",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *kinds()]
        for field in self.fields.values():
            select = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if select else "form-control"

    def narrow(self, entries):
        if not self.is_valid():
            return entries.none()
        data = self.cleaned_data
        if data["person"]:
            entries = entries.filter(actor_name__contains=data["person"])
        if data["action"]:
            entries = entries.filter(_action_query(data["action"]))
        if data["kind"]:
            entries = entries.filter(kind=data["kind"])
        if data["outcome"]:
            entries = entries.filter(outcome=data["outcome"])
        return within(entries, data["since"], data["until"])


def _action_query(text):
    """By the word on the page or by the code in the log."""
    return Q(action__in=codes_for(text)) | Q(action__startswith=text)


def within(rows, since, until):
    # The ends of the calendar have no day before or after them, and need no condition.
    if since and since.year > 1:
        rows = rows.filter(at__gte=_midnight(since))
    if until and until.year < 9999:
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
    return rows


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


@require_safe
def manage_audit(request):
    require(can_read_audit(request.user))
    form = AuditFilter(request.GET)
    entries = form.narrow(AuditEntry.objects.visible_to(request.user))
    page = Paginator(entries.select_related("region", "station"), PAGE).get_page(
        request.GET.get("page")
    )
    rows = [
        (
            entry,
            action_label(entry.action),
            kind_label(entry.kind),
            VEIL if entry.is_veiled_from(request.user) else entry.label,
        )
        for entry in page
    ]
    return render(request, "accounts/audit.html", {"form": form, "page": page, "rows": rows})


@require_safe
def audit_entry(request, pk):
    require(can_read_audit(request.user))
    visible = AuditEntry.objects.visible_to(request.user).select_related("region", "station")
    entry = get_object_or_404(visible, pk=pk)
    veiled = entry.is_veiled_from(request.user)
    return render(
        request,
        "accounts/audit_entry.html",
        {
            "entry": entry,
            "action": action_label(entry.action),
            "kind": kind_label(entry.kind),
            "label": VEIL if veiled else entry.label,
            "changes": [] if veiled else changes_of(entry),
        },
    )


@require_safe
def audit_access(request):
    require(can_read_audit(request.user))
    rows = AccessLog.objects.visible_to(request.user).select_related("user", "region")
    person = request.GET.get("person", "").strip()[:60]
    if person:
        found = User.objects.filter(Q(full_name__contains=person) | Q(username__contains=person))
        rows = rows.filter(user__in=found)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/audit_access.html", {"page": page, "person": person})
