"""Files of a record: upload (many at once), look at, describe, take off."""

import datetime as dt

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.models import AuditEntry
from accounts.permissions import can_edit_records, can_see_records, require
from records.files import RefusedFile, unlink
from records.lookalikes import near
from records.models import Attachment, AttachmentLink
from records.pictures import camera_time
from records.ranges import ranged
from records.registry import kind_of
from records.scanning import Scanner, positions, replaced
from records.videos import store_file
from records.words import REPLACE, WordsField, is_verified
from records.workflow import AlreadySaved
from stations.section_views import get_kind, get_record, get_station, may_edit, record_url

MAX_FILES_AT_ONCE = 40
KNOWN = "刚才已经收到，没有重复保存。"
PDF = "application/pdf"


@require_POST
def record_files(request, code, section, kind, key):
    """Take in one or many files for a record. A refused file never loses the others.

    Answers JSON to static/js/upload.js (one file per request, own progress bar each) and
    a redirect with messages to a browser without script."""
    station = get_station(request, code)
    section, kind = get_kind(request, section, kind)
    record = get_record(request, station, kind, key)
    require(may_edit(request.user, station), "只有服务站和县（区）工作人员可以上传。")
    purpose = request.POST.get("purpose") or (kind.purposes[0] if kind.purposes else "")
    if purpose not in kind.purposes:
        raise Http404
    uploads = request.FILES.getlist("files")
    errors, stored = [], []
    if not uploads:
        errors.append("没有选择文件，请选择后再上传。")
    if len(uploads) > MAX_FILES_AT_ONCE:
        errors.append(f"一次最多上传{MAX_FILES_AT_ONCE}个文件，请分几次上传。")
        uploads = []
    caption = _clean_caption(request)
    owner = owner_of(kind, station, record)
    owner["place"] = {"record": record, "purpose": purpose, "caption": caption}
    owner["by"] = request.user
    if len(uploads) == 1:
        owner |= _sent_along(request)
    for upload in uploads:
        attachment, answer = _store(upload, owner)
        if attachment is None:
            errors.append(answer)
        else:
            stored.append((attachment, answer or seen_before(attachment, request.user)))
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(
            {"stored": [described(*one) for one in stored], "errors": errors},
            status=400 if errors and not stored else 200,
        )
    for error in errors:
        messages.error(request, error)
    for attachment, note in stored:
        if note:
            messages.warning(request, f"“{attachment}”{note}")
    if stored:
        messages.success(request, f"已上传{len(stored)}个文件。")
    return redirect(record_url(section, kind, station, record))


def owner_of(kind, station, record):
    """Whose file it is. File names say as much as the record: 张三谈话.jpg."""
    owner = {"station": station} if kind.owner != "region" else {"region": station.region}
    return owner | {"is_veiled": AuditEntry.veils(record)}


def _store(upload, owner):
    """(file, what to say of it), or (None, the sentence of the refusal)."""
    try:
        return store_file(upload, **owner), ""
    except AlreadySaved as before:
        if isinstance(before.record, Attachment):
            return before.record, KNOWN
        return None, "这个文件刚才已经传过，请刷新页面核对。"
    except RefusedFile as refused:
        return None, str(refused)


def _sent_along(request):
    """What static/js/upload.js says of its one file: when it was taken (a picture that the
    browser made smaller has lost that) and the number by which a repeated request is known."""
    return {
        "taken_at": camera_time(request.POST.get("taken_at", "")),
        "token": request.POST.get("upload_id", "")[:32],
    }


def _clean_caption(request):
    """A caption cannot wait for an answer while files come in: units are written 某部, and
    the writer is told how to put back what may be public."""
    caption = request.POST.get("caption", "")[:200]
    found = Scanner().scan(caption)
    if found:
        words = "、".join(dict.fromkeys(one.word for one in found))
        messages.warning(
            request, f"说明中有“{words}”，已改为规范写法；确已核实可以公开的，请在说明处改回。"
        )
    return replaced(caption, found)


def _ask_about_words(request, one, record, place, caption, found):
    """The same question as in a form (records/words.py), on a page of its own."""
    field = WordsField({"caption": "说明"}, {"caption": found}, {"caption": caption})
    context = {
        "link": one,
        "caption": caption,
        "question": field.widget.render(WordsField.NAME, None),
        "back": _record_address(record, place),
    }
    return render(request, "stations/caption_words.html", context)


def seen_before(attachment, user) -> str:
    """The sentence for whoever uploads what is already there: they see it first and may say
    why (a joint event, another angle). Nothing is refused for it."""
    same = Attachment.objects.filter(sha256=attachment.sha256).exclude(pk=attachment.pk)
    alike = [one.pk for one in near([attachment.perceptual_hash]) if one.pk != attachment.pk]
    like = Attachment.objects.filter(pk__in=alike)
    for rows, words in ((same, "是同一个文件"), (like, "很相似")):
        if known := rows.visible_to(user).first():
            return f"与此前上传的“{known}”{words}。"
        if rows.exists():
            return f"与另一个服务站的照片（文件）{words}。"
    return ""


def described(attachment, note):
    return {
        "name": attachment.original_name,
        "code": attachment.code,
        "kind": attachment.kind,
        "note": note,
    }


def _visible_attachment(request, code):
    """In scope, and one of its records may be read: a file never says more than its record."""
    require(can_see_records(request.user))
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), code=code)
    links = list(attachment.links.select_related("content_type"))
    if links:
        readable = any(_record_visible(one, request.user) for one in links)
    else:
        # Taken off a record, which may have been a talk or a reception: only those who
        # keep the records still open it. A place's own papers never had one.
        readable = attachment.station_id is None or can_edit_records(request.user)
    if not readable:
        raise Http404
    return attachment


def _record_visible(one, user):
    model = one.content_type.model_class()
    return model.objects.visible_to(user).filter(pk=one.object_id).exists()


@require_safe
def file_content(request, file_code):
    attachment = _visible_attachment(request, file_code)
    if attachment.preparation:  # as it came, with all that the camera wrote into it
        raise Http404
    return file_response(request, attachment.file.name, attachment)


@require_safe
def file_thumbnail(request, file_code):
    attachment = _visible_attachment(request, file_code)
    if not attachment.thumbnail:
        raise Http404
    return file_response(request, attachment.thumbnail, attachment)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def file_page(request, file_code):
    """A PDF inside a page of ours: the only address that may stand in a frame."""
    attachment = _visible_attachment(request, file_code)
    if attachment.content_type != PDF:
        raise Http404
    return file_response(request, attachment.file.name, attachment)


def file_response(request, path, attachment):
    """Pictures, PDF, sound and video open in the page; everything else is a download. The
    content type is the one we determined, never the one that was sent."""
    storage = attachment.file.storage
    try:
        stream = storage.open(path)
    except FileNotFoundError:
        raise Http404 from None
    shown = ("photo", "audio", "video")
    inline = attachment.kind in shown or attachment.content_type == PDF
    is_small = path == attachment.thumbnail
    response = FileResponse(
        stream,
        as_attachment=not inline,
        filename=attachment.served_name,
        content_type="image/jpeg" if is_small else attachment.content_type,
    )
    response = ranged(request, response, stream, storage.size(path))
    response["Cache-Control"] = "private, max-age=3600"
    return response


def editable_link(request, link_id):
    one = get_object_or_404(
        AttachmentLink.objects.select_related("attachment", "content_type"), pk=link_id
    )
    model = one.content_type.model_class()
    if not hasattr(model.objects, "visible_to"):
        raise Http404
    record = get_object_or_404(model.objects.visible_to(request.user), pk=one.object_id)
    place = kind_of(model)
    if place is None or request.user.role not in place[0].roles:
        raise Http404
    allowed = model.objects.editable_by(request.user).filter(pk=record.pk).exists()
    require(allowed, "只有服务站和县（区）工作人员可以修改附件。")
    return one, record, place


def _record_address(record, place):
    section, kind = place
    station = getattr(record, "station", None) or record.region.station
    return record_url(section, kind, station, record)


def _back(request, one, record, place):
    return redirect(_record_address(record, place))


def _set_captured_on(request, attachment, record):
    """The date that counts, corrected by hand; the camera's own stays beside it as a hint.
    A wrong one is told and changes nothing; the caption is saved all the same."""
    text = request.POST.get("captured_on")
    if text is None:
        return
    try:
        day = dt.date.fromisoformat(text) if text else None
    except ValueError:
        messages.error(request, "拍摄日期没有保存：请按2026-05-04的格式填写。")
        return
    if day and not dt.date(1900, 1, 1) <= day <= timezone.localdate():
        messages.error(request, "拍摄日期没有保存：应在1900年以后、今天以前。")
        return
    if day == attachment.captured_on:
        return
    with transaction.atomic():
        audit.record(
            "file.caption",
            by=request.user,
            obj=record,
            before={"拍摄日期": str(attachment.captured_on or "")},
            after={"拍摄日期": str(day or ""), "文件": attachment.original_name},
        )
        Attachment.objects.filter(pk=attachment.pk).update(captured_on=day)


@require_POST
def link_caption(request, link_id):
    one, record, place = editable_link(request, link_id)
    caption = request.POST.get("caption", "").strip()
    if len(caption) > 200:
        messages.error(request, "说明最多200字，请缩短后再保存。")
        return _back(request, one, record, place)
    _set_captured_on(request, one.attachment, record)
    found = Scanner().scan_new(caption, one.caption)
    if found and request.POST.get("words") == REPLACE:
        caption = replaced(caption, found)
        found = Scanner().scan_new(caption, one.caption)
    verified = positions({"caption": "说明"}, {"caption": found}) if found else {}
    if found and not is_verified(request.POST, {"caption": found}):
        return _ask_about_words(request, one, record, place, caption, found)
    with transaction.atomic():
        if verified:
            audit.record("words.verified", by=request.user, obj=record, after=verified)
        audit.record(
            "file.caption",
            by=request.user,
            obj=record,
            before={"说明": one.caption},
            after={"说明": caption, "文件": one.attachment.original_name},
        )
        AttachmentLink.objects.filter(pk=one.pk).update(caption=caption, order=F("order"))
    messages.success(request, "说明已保存。")
    return _back(request, one, record, place)


@require_POST
def link_remove(request, link_id):
    one, record, place = editable_link(request, link_id)
    name = one.attachment.original_name
    unlink(one, record=record, by=request.user)
    messages.success(request, f"已移除“{name}”。")
    return _back(request, one, record, place)
