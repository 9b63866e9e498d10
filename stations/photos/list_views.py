"""All photos of a station: found by day, kind and what is missing, described many at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import can_edit_records, require
from records.files import RefusedFile, store_upload
from records.models import Attachment
from records.scanning import Scanner, replaced
from records.workflow import AlreadySaved
from stations.file_views import described, sent_along
from stations.photos.filters import PhotoFilters, with_day, years_of
from stations.photos.link_views import CAPTION_LENGTH, save_caption
from stations.photos.places import readable_photos, uses_of
from stations.photos.seen_before import note_on
from stations.section_views import get_station

PAGE_SIZE = 48
MOST_AT_ONCE = 60
ONLY_KEEPERS = "只有服务站和县（区）工作人员可以整理照片。"


@require_safe
def photos(request, code):
    station = get_station(request, code)
    keeps = can_edit_records(request.user)
    own = with_day(readable_photos(request.user, station, keeps=keeps))
    form = PhotoFilters(
        request.GET or None, user=request.user, station=station, keeps=keeps, years=years_of(own)
    )
    form.is_valid()
    page = Paginator(form.apply(own), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "station": station,
        "form": form,
        "page": page,
        "tiles": tiles(page.object_list, request.user, station),
        "can_edit": keeps,
        "is_filtered": any(form.chosen(name) for name in form.fields),
        "most": MOST_AT_ONCE,
    }
    return render(request, "stations/photos/list.html", context)


def tiles(page, user, station):
    """[(photo, its places)]"""
    rows = list(page)
    uses = uses_of(rows, user, station)
    return [(photo, uses.get(photo.pk, [])) for photo in rows]


def chosen_photos(request, station, params):
    """Those that the form ticked, of this station and readable, the earliest first."""
    codes = params.getlist("photo")[:MOST_AT_ONCE]
    own = readable_photos(request.user, station, keeps=can_edit_records(request.user))
    return list(with_day(own).filter(code__in=codes).reverse())


@require_POST
def photos_upload(request, code):
    """One photo that has no record yet: 记一笔 sends them while the entry is still typed, and
    the entry then names them. Until then only who keeps the records sees it. JSON."""
    station = get_station(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    uploads = request.FILES.getlist("files")
    if len(uploads) != 1:
        return JsonResponse({"stored": [], "errors": ["请一次上传一张照片。"]}, status=400)
    try:
        # What it will belong to may be a talk: its name stays out of the log.
        row = store_upload(
            uploads[0], station=station, by=request.user, is_veiled=True, **sent_along(request)
        )
    except AlreadySaved as before:
        if not isinstance(before.record, Attachment):
            return JsonResponse({"stored": [], "errors": ["这张照片刚才已经传过。"]}, status=400)
        row = before.record
    except RefusedFile as refused:
        return JsonResponse({"stored": [], "errors": [str(refused)]}, status=400)
    note = note_on(row, request.user)
    return JsonResponse({"stored": [described(row, note)], "errors": []})


@require_http_methods(["GET", "HEAD", "POST"])
def photos_captions(request, code):
    """Describe several photos on one page. A photo that serves two records is described for
    each of them."""
    station = get_station(request, code)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    rows = chosen_photos(request, station, request.POST or request.GET)
    chosen = [(photo, uses) for photo, uses in tiles(rows, request.user, station) if uses]
    back = reverse("photos", args=[code])
    if not chosen:
        messages.error(request, "没有选中可以写说明的照片；还没有附到记录上的，请先附到记录。")
        return redirect(back)
    if request.method == "POST":
        saved, words = _save_captions(request, [use for _, uses in chosen for use in uses])
        if words:
            text = f"说明中有“{'、'.join(words)}”，已改为规范写法；可以公开的，请打开照片改回。"
            messages.warning(request, text)
        messages.success(request, f"已保存{saved}处说明。")
        return redirect(back)
    context = {"station": station, "chosen": chosen, "length": CAPTION_LENGTH, "back": back}
    return render(request, "stations/photos/captions.html", context)


def _save_captions(request, uses):
    """(how many changed, words that were replaced); a field left as it was changes nothing."""
    saved, words = 0, {}
    scanner = Scanner()
    for use in uses:
        caption = request.POST.get(f"caption_{use.link.pk}", use.link.caption).strip()
        caption = caption[:CAPTION_LENGTH]
        found = scanner.scan_new(caption, use.link.caption)
        words |= dict.fromkeys(one.word for one in found)
        caption = replaced(caption, found)
        if caption != use.link.caption:
            save_caption(use.link, use.record, caption, by=request.user)
            saved += 1
    return saved, list(words)
