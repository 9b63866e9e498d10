"""One file on its record: looked at large, described, put in order, moved, taken off."""

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.permissions import can_see_records, require
from records.files import unlink
from records.models import Attachment, AttachmentLink
from records.registry import kind_of
from records.scanning import Scanner, positions, replaced
from records.words import REPLACE, WordsField, is_verified
from stations.photos.places import uses_of
from stations.photos.verbs import put_before
from stations.section_views import record_url

SHOWN = (Attachment.Kind.PHOTO, Attachment.Kind.VIDEO)
CAPTION_LENGTH = 200


def _readable_link(request, link_id):
    """(link, record, where its kind is edited or None); 404 out of scope."""
    require(can_see_records(request.user))
    one = get_object_or_404(
        AttachmentLink.objects.select_related(
            "attachment__station__region", "attachment__uploaded_by", "content_type"
        ),
        pk=link_id,
    )
    model = one.content_type.model_class()
    if not hasattr(model.objects, "visible_to"):
        raise Http404
    record = get_object_or_404(model.objects.visible_to(request.user), pk=one.object_id)
    place = kind_of(model)
    if place is not None and request.user.role not in place[0].roles:
        raise Http404
    return one, record, place


def may_change(record, place, user) -> bool:
    return (
        place is not None and type(record).objects.editable_by(user).filter(pk=record.pk).exists()
    )


def editable_link(request, link_id):
    one, record, place = _readable_link(request, link_id)
    if place is None:
        raise Http404
    allowed = may_change(record, place, request.user)
    require(allowed, "只有服务站和县（区）工作人员可以修改附件。")
    return one, record, place


def station_of(record):
    station = getattr(record, "station", None)
    if station is None and getattr(record, "region_id", None):
        station = record.region.station
    if station is None:
        owner = kind_of(type(record))[1].owner.split("__")[0]
        station = getattr(record, owner).station
    return station


def record_address(record, place):
    section, kind = place
    return record_url(section, kind, station_of(record), record)


def back_from(request, record, place):
    """To the page it came from, else to the record."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return redirect(f"{record_address(record, place)}#files")


def wants_json(request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@require_safe
def link_page(request, link_id):
    """The large view with everything that is known of the picture. With script the pictures
    of a page open above it (static/js/gallery.js); this is the same without, and where
    captions are long or a reviewer sends an address."""
    one, record, place = _readable_link(request, link_id)
    row = list(
        AttachmentLink.objects.filter(
            content_type=one.content_type_id,
            object_id=one.object_id,
            attachment__kind__in=SHOWN,
        )
        .order_by("order", "pk")
        .values_list("pk", flat=True)
    )
    at = row.index(one.pk) if one.pk in row else 0
    station = one.attachment.station
    uses = uses_of([one.attachment], request.user, station) if station else {}
    context = {
        "link": one,
        "photo": one.attachment,
        "record": record,
        "label": place[1].label if place else record._meta.verbose_name,
        "back": f"{record_address(record, place)}#files" if place else "",
        "previous": row[at - 1] if at else None,
        "next": row[at + 1] if at + 1 < len(row) else None,
        "number": at + 1,
        "total": len(row),
        "others": [use for use in uses.get(one.attachment_id, ()) if use.link.pk != one.pk],
        "can_edit": may_change(record, place, request.user),
        "can_move": station is not None,
    }
    return render(request, "stations/photos/link.html", context)


def _set_captured_on(request, attachment, record) -> str:
    """The date that counts, corrected by hand; the camera's own stays beside it as a hint.
    The sentence if it was wrong; then the caption is saved all the same."""
    text = request.POST.get("captured_on")
    if text is None:
        return ""
    try:
        day = dt.date.fromisoformat(text) if text else None
    except ValueError:
        return "拍摄日期没有保存：请按2026-05-04的格式填写。"
    if day and not dt.date(1900, 1, 1) <= day <= timezone.localdate():
        return "拍摄日期没有保存：应在1900年以后、今天以前。"
    if day == attachment.captured_on:
        return ""
    with transaction.atomic():
        audit.record(
            "file.caption",
            by=request.user,
            obj=record,
            before={"拍摄日期": str(attachment.captured_on or "")},
            after={"拍摄日期": str(day or ""), "文件": attachment.original_name},
        )
        Attachment.objects.filter(pk=attachment.pk).update(captured_on=day)
    return ""


def _ask_about_words(request, one, record, place, caption, found):
    """The same question as in a form (records/words.py), on a page of its own."""
    field = WordsField({"caption": "说明"}, {"caption": found}, {"caption": caption})
    context = {
        "link": one,
        "caption": caption,
        "question": field.widget.render(WordsField.NAME, None),
        "back": record_address(record, place),
    }
    return render(request, "stations/caption_words.html", context)


@require_POST
def link_caption(request, link_id):
    """Answers a redirect, or JSON to static/js/gallery.js: {saved} or {error}; {ask} where
    words of the caption want a decision, which the form itself then brings."""
    one, record, place = editable_link(request, link_id)
    caption = request.POST.get("caption", "").strip()
    as_json = wants_json(request)
    if len(caption) > CAPTION_LENGTH:
        return _refused(request, record, place, f"说明最多{CAPTION_LENGTH}字，请缩短后再保存。")
    found = Scanner().scan_new(caption, one.caption)
    if found and request.POST.get("words") == REPLACE:
        caption = replaced(caption, found)
        found = Scanner().scan_new(caption, one.caption)
    verified = positions({"caption": "说明"}, {"caption": found}) if found else {}
    if found and not is_verified(request.POST, {"caption": found}):
        if as_json:
            return JsonResponse({"ask": True})
        _set_captured_on(request, one.attachment, record)
        return _ask_about_words(request, one, record, place, caption, found)
    wrong_day = _set_captured_on(request, one.attachment, record)
    if caption != one.caption:
        save_caption(one, record, caption, by=request.user, verified=verified)
    if as_json:
        return JsonResponse({"error": wrong_day} if wrong_day else {"saved": caption})
    if wrong_day:
        messages.error(request, wrong_day)
    messages.success(request, "说明已保存。")
    return back_from(request, record, place)


def save_caption(one, record, caption, *, by, verified=None):
    with transaction.atomic():
        if verified:
            audit.record("words.verified", by=by, obj=record, after=verified)
        audit.record(
            "file.caption",
            by=by,
            obj=record,
            before={"说明": one.caption},
            after={"说明": caption, "文件": one.attachment.original_name},
        )
        AttachmentLink.objects.filter(pk=one.pk).update(caption=caption, order=F("order"))


def _refused(request, record, place, sentence):
    if wants_json(request):
        return JsonResponse({"error": sentence})
    messages.error(request, sentence)
    return back_from(request, record, place)


@require_POST
def link_order(request, link_id):
    """`before`: the link in front of which this one is put; without one, behind all."""
    one, record, place = editable_link(request, link_id)
    wanted = request.POST.get("before", "")
    other = None
    if wanted.isascii() and wanted.isdigit():
        other = record.attachment_links.filter(pk=int(wanted)).first()
    if wanted and other is None:
        return _refused(
            request, record, place, "这张照片旁边的照片刚刚有变动，请刷新页面再调整顺序。"
        )
    one.record = record
    put_before(one, other, by=request.user)
    if wants_json(request):
        return JsonResponse({"saved": True})
    return back_from(request, record, place)


@require_POST
def link_remove(request, link_id):
    one, record, place = editable_link(request, link_id)
    name = one.attachment.original_name
    unlink(one, record=record, by=request.user)
    messages.success(request, f"已移除“{name}”。移错了可以在“本站照片”里找回。")
    return redirect(f"{record_address(record, place)}#files")
