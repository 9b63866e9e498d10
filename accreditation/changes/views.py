"""The page of the changes, and the files that an archive holds and no record any more."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import is_city, require
from accreditation.applications.page import get_application
from accreditation.changes.page import NOW, compare, held
from accreditation.workflow.evidence import CLOSED, stations_of
from records.models import Attachment
from stations.file_views import file_response

READERS = (User.Role.CITY, User.Role.COUNTY, User.Role.STATION)
WHO = "两次提交的变化供服务站、县（区）和市局查看。"


def _application(request, number):
    application = get_application(request, number)
    require(request.user.role in READERS, WHO)
    return application


@require_safe
def application_changes(request, number):
    application = _application(request, number)
    old, new = request.GET.get("old", ""), request.GET.get("new", "")
    found = compare(request.user, application, old=old, new=new)
    context = {
        "application": application,
        "station": application.station,
        "found": found,
        "now": NOW,
        "is_city": is_city(request.user),
    }
    return render(request, "accreditation/changes/page.html", context)


@require_safe
def archived_file(request, number, file_code):
    """A picture that was taken off its record stays to be looked at beside the new one, for
    whoever may read the application."""
    application = _application(request, number)
    files = Attachment.objects.filter(station__in=stations_of(application.station))
    attachment = get_object_or_404(files, code=file_code)
    if attachment.preparation or not held(application, attachment.sha256, closed=CLOSED):
        raise Http404
    is_small = bool(request.GET.get("small")) and attachment.thumbnail
    path = attachment.thumbnail if is_small else attachment.file.name
    return file_response(request, path, attachment)
