"""通知公告 and 催办: the pages."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import posted
from accounts.models import User
from accounts.permissions import is_city, is_county, require
from accreditation.applications.page import get_application
from accreditation.inbox.announcing import AUDIENCES, publish
from accreditation.inbox.reminders import remind
from accreditation.workflow.errors import Refused
from records.models import Announcement
from stations.models import Region

PER_PAGE = 30
WHO_SENDS = "通知公告由市局和县（区）、功能区发布。"


class AnnouncementForm(forms.Form):
    title = forms.CharField(
        label="标题", max_length=90, error_messages={"required": "请填写标题。"}
    )
    body = forms.CharField(
        label="内容",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="严禁填写涉密内容。",
        error_messages={"required": "请填写内容。"},
    )
    roles = forms.MultipleChoiceField(
        label="发给",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择发给哪些人员。"},
    )
    units = forms.ModelMultipleChoiceField(
        label="单位",
        queryset=Region.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选即发给全部所辖单位。",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [
            (role.value, role.label) for role in AUDIENCES[User.Role(user.role)]
        ]
        below = Region.Level.COUNTY if is_city(user) else Region.Level.TOWN
        self.fields["units"].queryset = Region.objects.visible_to(user).filter(
            level=below, is_active=True
        )
        self.fields["units"].label_from_instance = lambda region: region.name


def _may_send(user) -> bool:
    return (is_city(user) or is_county(user)) and user.region_id is not None


def _visible(user):
    """What one was sent, and what the own unit has sent."""
    mine = Q(pk__in=Announcement.objects.filter(notices__user=user).values("pk"))
    if _may_send(user):
        mine |= Q(region=user.region_id)
    return Announcement.objects.filter(mine).select_related("region", "by")


@require_safe
def announcements(request):
    rows = _visible(request.user).annotate(
        sent=Count("notices"), read=Count("notices", filter=Q(notices__read_at__isnull=False))
    )
    rows = rows.order_by("-published_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_send": _may_send(request.user)}
    return render(request, "accreditation/inbox/announcements.html", context)


@require_safe
def announcement(request, pk):
    row = get_object_or_404(_visible(request.user), pk=pk)
    own = _may_send(request.user) and row.region_id == request.user.region_id
    # Sums only: who has not read it yet is nobody's list.
    counts = (
        row.notices.aggregate(sent=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False)))
        if own
        else None
    )
    unread = row.notices.filter(user=request.user, read_at=None).first()
    context = {"row": row, "counts": counts, "unread": unread}
    return render(request, "accreditation/inbox/announcement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def announcement_new(request):
    require(_may_send(request.user), WHO_SENDS)
    form = AnnouncementForm(posted(request), user=request.user)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data | {"units": list(form.cleaned_data["units"])}
            number = publish(**data, actor=request.user)
            if number:
                messages.success(request, f"已发布，发给{number}人。")
                return redirect("announcements")
            form.add_error("roles", "所选单位里没有这类人员的账号，请重新选择。")
        status = 422
    context = {"form": form}
    return render(request, "accreditation/inbox/announcement_form.html", context, status=status)


@require_POST
def application_remind(request, number):
    found = get_application(request, number)
    try:
        notice = remind(found, actor=request.user)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"已向{notice.region.name}发出催办。")
    return redirect("application", number=number)
