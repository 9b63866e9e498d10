"""/sign-in/: the photo of a signed sheet finds its activity."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import can_edit_records, can_see_records, require
from activities.entry import sign_in
from activities.entry.quick_views import ONLY_KEEPERS
from activities.models import PlanItem
from stations.uploads import take_in

# Reading a code takes a moment; a request should not take a minute.
MOST_SHEETS = 12
WRONG_CODE = "没有找到这个编号的签到表，请对照表上的编号再输入一次。"


def _item(request, code):
    require(can_see_records(request.user), ONLY_KEEPERS)
    number = sign_in.item_number(code)
    if number is None:
        raise Http404
    items = PlanItem.objects.visible_to(request.user).select_related("station__region", "key_date")
    item = get_object_or_404(items, pk=number)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    return item


@require_safe
def sign_in_code(request):
    """Where no phone can scan: the code typed at 记一笔."""
    require(can_see_records(request.user))
    code = request.GET.get("code", "")
    if sign_in.item_number(code) is not None:
        return redirect("sign_in", code.strip().lower().replace("－", "-"))
    messages.error(request, WRONG_CODE)
    return redirect("sign_in_photos" if can_edit_records(request.user) else "desk")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_photos(request):
    """Photos of any sheets at once: each goes where its code says."""
    require(can_edit_records(request.user), ONLY_KEEPERS)
    uploads = request.FILES.getlist("photos")
    problem, filed = "", []
    if request.method == "POST":
        problem = _refused(uploads)
        filed = [] if problem else [sign_in.file_photo(one, actor=request.user) for one in uploads]
    activities = {one.activity.pk: one.activity for one in filed if one.activity}
    if len(activities) == 1 and not any(one.problem for one in filed):
        (activity,) = activities.values()
        messages.success(request, f"{len(filed)}张签到表已存入活动“{activity}”。")
        return redirect(
            "record", activity.station.region.code, "activities", "activity", activity.pk
        )
    context = {"problem": problem, "filed": filed, "most": MOST_SHEETS}
    status = 400 if problem else 200
    return render(request, "activities/sign_in_photos.html", context, status=status)


def _refused(uploads):
    if not uploads:
        return "请先拍照或选择签到表照片。"
    return f"一次最多上传{MOST_SHEETS}张，请分几次上传。" if len(uploads) > MOST_SHEETS else ""


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_sheet(request, code):
    item = _item(request, code)
    problem = ""
    if request.method == "POST":
        uploads = request.FILES.getlist("photos")
        problem = "" if uploads else "请先拍照或选择签到表照片。"
        if uploads:
            return _file(request, item, uploads)
    context = {
        "item": item,
        "station": item.station,
        "activity": item.activities.order_by("happened_on", "pk").first(),
        "problem": problem,
    }
    status = 400 if problem else 200
    return render(request, "activities/sign_in.html", context, status=status)


def _file(request, item, uploads):
    code = item.station.region.code
    try:
        activity, is_new = sign_in.activity_for(item, actor=request.user)
    except sign_in.NotReady:
        messages.error(request, "计划事项的文字需要核对：请先在这里记下活动，再上传签到表。")
        return redirect(f"{reverse('quick_activity', args=[code])}?plan_item={item.pk}")
    stored, errors = take_in(uploads, activity, by=request.user, purpose="sign_in")
    for error in errors:
        messages.error(request, error)
    if is_new:
        messages.success(request, f"已按计划记入活动“{activity}”，请核对时间、地点和人员。")
    if stored:
        messages.success(request, f"签到表已存入活动“{activity}”。")
    return redirect(reverse("record", args=[code, "activities", "activity", activity.pk]))
