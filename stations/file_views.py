"""Files of a record: taken in (many at once) and handed out."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AuditEntry
from accounts.permissions import can_edit_records, can_see_records, require
from records.files import RefusedFile
from records.models import Attachment
from records.pictures import camera_time, read_small
from records.ranges import ranged
from records.scanning import Scanner, replaced
from records.videos import store_file
from records.workflow import AlreadySaved
from stations.photos.names import download_name
from stations.photos.seen_before import note_on
from stations.section_views import get_kind, get_record, get_station, record_url

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
    require(can_edit_records(request.user), "只有服务站和县（区）工作人员可以上传。")
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
        owner |= sent_along(request)
    for upload in uploads:
        attachment, answer = _store(upload, owner)
        if attachment is None:
            errors.append(answer)
        else:
            stored.append((attachment, answer or note_on(attachment, request.user)))
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


def sent_along(request):
    """What static/js/upload.js says of its one file: when it was taken (a picture that the
    browser made smaller has lost that) and the number by which a repeated request is known."""
    return {
        "taken_at": camera_time(request.POST.get("taken_at", "")),
        "token": request.POST.get("upload_id", "")[:32],
        "origin": origin_of(request.POST.get("origin", "")),
    }


def origin_of(text):
    return text if text in Attachment.Origin.values else ""


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
    """`?save=` and the number of its link: a download named after the record."""
    attachment = _visible_attachment(request, file_code)
    if attachment.preparation:  # as it came, with all that the camera wrote into it
        raise Http404
    wanted = request.GET.get("save", "")
    name = ""
    if wanted.isascii() and wanted.isdigit():
        link = attachment.links.select_related("content_type").filter(pk=int(wanted)).first()
        readable = link is not None and _record_visible(link, request.user)
        name = download_name(attachment, link if readable else None)
    return file_response(request, attachment.file.name, attachment, save_as=name)


@require_safe
def file_state(request, file_code):
    """How far the worker is with a video (`state` is empty once it plays), for the page that
    shows it as waiting (static/js/waiting.js)."""
    attachment = _visible_attachment(request, file_code)
    poster = reverse("file_thumbnail", args=[file_code]) if attachment.thumbnail else ""
    return JsonResponse(
        {
            "state": attachment.preparation,
            "source": reverse("file", args=[file_code]),
            "poster": poster,
        }
    )


@require_safe
def file_thumbnail(request, file_code):
    attachment = _visible_attachment(request, file_code)
    if attachment.thumbnail:
        return file_response(request, attachment.thumbnail, attachment)
    if attachment.kind != Attachment.Kind.PHOTO:
        raise Http404
    return _small_for_now(attachment)


def _small_for_now(attachment):
    """The worker has not come to it yet: nobody should see a broken picture for that."""
    try:
        with attachment.file.storage.open(attachment.file.name) as file:
            content = read_small(file.read(), attachment.original_name)
    except (FileNotFoundError, RefusedFile):
        return redirect(static("img/no-picture.svg"))
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=60"
    return response


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def file_page(request, file_code):
    """A PDF inside a page of ours: the only address that may stand in a frame."""
    attachment = _visible_attachment(request, file_code)
    if attachment.content_type != PDF:
        raise Http404
    return file_response(request, attachment.file.name, attachment)


def file_response(request, path, attachment, *, save_as=""):
    """Pictures, PDF, sound and video open in the page; everything else is a download. The
    content type is the one we determined, never the one that was sent."""
    storage = attachment.file.storage
    try:
        stream = storage.open(path)
    except FileNotFoundError:
        # The worker may just have put another file in its place.
        attachment.refresh_from_db(fields=["file"])
        if attachment.file.name == path or not storage.exists(attachment.file.name):
            raise Http404 from None
        path = attachment.file.name
        stream = storage.open(path)
    shown = ("photo", "audio", "video")
    inline = attachment.kind in shown or attachment.content_type == PDF
    is_small = path == attachment.thumbnail
    response = FileResponse(
        stream,
        as_attachment=bool(save_as) or not inline,
        filename=save_as or attachment.served_name,
        content_type="image/jpeg" if is_small else attachment.content_type,
    )
    response = ranged(request, response, stream, storage.size(path))
    response["Cache-Control"] = "private, max-age=3600"
    return response
