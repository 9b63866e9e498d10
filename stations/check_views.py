"""政治关、史实关: a county or city user enters what the checker found."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.permissions import oversees_stations, require
from stations.checking import CheckRefused, enter_check
from stations.forms import ContentCheckForm
from stations.record_views import show_record
from stations.section_views import get_kind, get_record, get_station, record_url


@require_POST
def record_check(request, code, section, kind, key):
    station = get_station(request, code)
    section, kind = get_kind(request, section, kind)
    record = get_record(request, station, kind, key)
    require(
        kind.has_checks and oversees_stations(request.user),
        "内容审核由县（区）或市局录入。",
    )
    form = ContentCheckForm(request.POST)
    if form.is_valid():
        try:
            enter_check(record, by=request.user, **form.cleaned_data)
            messages.success(request, "审核结论已录入。")
            return redirect(record_url(section, kind, station, record) + "#checks")
        except CheckRefused as refused:
            form.add_error(None, str(refused))
    messages.error(request, "审核结论没有录入，请看“内容审核”一栏的说明，改好后再录入。")
    return show_record(request, station, section, kind, record, check_form=form)
