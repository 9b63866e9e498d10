"""通知: what the system tells a person or their unit, and where it leads."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from records.models import Notice
from records.notices import notices_for

PER_PAGE = 50


@require_safe
def notices(request):
    kind, read = request.GET.get("kind", ""), request.GET.get("read", "")
    rows = notices_for(request.user)
    if kind in Notice.Kind:
        rows = rows.filter(kind=kind)
    if read in ("yes", "no"):
        rows = rows.filter(read_at__isnull=read == "no")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"rows": page, "kinds": Notice.Kind.choices, "kind": kind, "read": read}
    return render(request, "records/notices.html", context)


@require_POST
def notice_read(request, pk):
    """Marks one as read and goes where it points."""
    notice = get_object_or_404(notices_for(request.user), pk=pk)
    notices_for(request.user).filter(pk=pk, read_at=None).update(read_at=timezone.now())
    # Links are written by the system and are paths of this site; anything else is ignored.
    inside = notice.link.startswith("/") and not notice.link.startswith("//")
    return redirect(notice.link if inside else "notices")


@require_POST
def notices_read_all(request):
    count = notices_for(request.user).filter(read_at=None).update(read_at=timezone.now())
    messages.success(request, f"已将 {count} 条通知标为已读。")
    return redirect("notices")
