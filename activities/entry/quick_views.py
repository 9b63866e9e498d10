"""记一笔: an activity recorded on the spot, on a phone, from the plan or from nothing."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import posted
from accounts.permissions import can_edit_records, require
from activities.entry.forms import QuickForm, usual_places
from activities.entry.words import sentences
from activities.models import Activity, PlanItem
from activities.plans.items import around, read_items
from activities.sections import plan_of
from records.forms import is_number
from records.workflow import AlreadySaved, save_record
from stations import drafts
from stations.section_views import get_station
from stations.uploads import place_uploaded, take_in

DUE_DAYS = 15
# What was saved with 再记一笔 has no page of its own to ask on.
JUST_SAVED = "just_saved"
ONLY_KEEPERS = "只有服务站和县（区）工作人员可以填写记录。"


@require_http_methods(["GET", "HEAD", "POST"])
def quick_activity(request, code):
    station = get_station(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    data = posted(request)
    form = QuickForm(data, user=request.user, station=station, initial=_prefilled(request))
    if request.method == "POST" and form.is_valid():
        try:
            activity = save_record(form, by=request.user)
            messages.success(request, f"“{activity}”已保存。")
        except AlreadySaved as before:
            activity = _known(request, station, before.record)
            messages.info(request, "这一笔刚才已经保存，没有重复登记。")
        drafts.forget(request.user, request.get_full_path())
        if activity is None:
            return redirect("section", code=code, section="activities")
        _take_photos(request, activity)
        return redirect(_after(request, station, activity))
    return _page(request, station, form)


def _prefilled(request):
    """From a plan item, the list of visits due or the scorecard: only what the form has."""
    initial = {}
    names = "plan_item kind care_reason by_phone key_date service_field title".split()
    for name in names:
        if request.GET.get(name):
            initial[name] = request.GET[name]
    for name in ("people", "tags"):
        if request.GET.getlist(name):
            initial[name] = request.GET.getlist(name)
    return initial


def _known(request, station, record):
    """What the first of two equal requests made, if it is still there."""
    return _known_key(request, station, record.pk) if isinstance(record, Activity) else None


def _known_key(request, station, key):
    rows = Activity.objects.visible_to(request.user).filter(station=station)
    return rows.select_related("station").filter(pk=key).first() if key else None


def _take_photos(request, activity):
    number = place_uploaded(request.POST.get("uploaded", ""), activity, by=request.user)
    stored, errors = take_in(request.FILES.getlist("photos"), activity, by=request.user)
    for error in errors:
        messages.error(request, error)
    if number or stored:
        messages.success(request, f"已上传{number + len(stored)}张照片（文件）。")


def _after(request, station, activity):
    if "save_and_new" in request.POST:
        request.session[JUST_SAVED] = activity.pk
        return reverse("quick_activity", args=[station.region.code])
    key = [station.region.code, "activities", "activity", activity.pk]
    return f"{reverse('record', args=key)}?saved=1"


def _asked(request, station):
    activity = _known_key(request, station, request.session.pop(JUST_SAVED, None))
    return plan_of(activity, request.user) if activity else None


def _page(request, station, form):
    today = timezone.localdate()
    own = PlanItem.objects.visible_to(request.user).filter(station=station)
    chosen = str(form["plan_item"].value() or "")
    items = read_items(around(own, today, DUE_DAYS), today)
    context = {
        "station": station,
        "form": form,
        "items": [item for item in items if str(item.pk) != chosen],
        "item": own.filter(pk=chosen).first() if is_number(chosen) else None,
        "places": usual_places(request.user, station),
        "sentences": {name: sentences(name) for name in ("content", "outcome")},
        "today": today,
        "panel": _asked(request, station) if request.method != "POST" else None,
        "more_open": any(form[name].value() for name in ("tags", "key_date")),
    }
    return render(request, "activities/quick.html", context)
