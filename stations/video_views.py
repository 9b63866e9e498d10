"""Videos of a record that come in pieces (static/js/videos.js): begin, piece, finish, give up.

Who may begin is who may put files to the record; a begun file is its sender's alone, and
whether the record is still theirs to write is asked again at the end."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import can_edit_records, require
from records import incoming, preparing
from records.files import NoSpaceLeft, RefusedFile
from records.incoming import OutOfStep
from records.models import IncomingFile
from records.registry import kind_of
from records.workflow import AlreadySaved
from stations.file_views import KNOWN, described, owner_of
from stations.photos.link_views import editable_link
from stations.photos.seen_before import note_on
from stations.section_views import get_kind, get_record, get_station, record_url

ONLY_KEEPERS = "只有服务站和县（区）工作人员可以上传。"
NO_RECORD = "这条记录已被删除，或者不再由您填写，视频没有保存。"
NOT_WHOLE = "上传的数据不完整，请重新上传。"


@require_POST
def video_begin(request, code, section, kind, key):
    """Says where to send the pieces and where to go on."""
    station = get_station(request, code)
    section, kind = get_kind(request, section, kind)
    record = get_record(request, station, kind, key)
    require(can_edit_records(request.user), ONLY_KEEPERS)
    purpose = request.POST.get("purpose") or (kind.purposes[0] if kind.purposes else "")
    if purpose not in kind.purposes:
        raise Http404
    try:
        begun = incoming.begin(
            record,
            by=request.user,
            name=request.POST.get("name", ""),
            size=_number(request.POST.get("size")) or 0,
            modified=request.POST.get("modified", ""),
            purpose=purpose,
        )
    except RefusedFile as refused:
        return _refused(refused)
    except AlreadySaved as before:
        return _stored(before.record, KNOWN)
    return JsonResponse(
        {
            "received": begun.received,
            "piece": incoming.PIECE,
            "to": reverse("video_piece", args=[begun.code]),
            "finish": reverse("video_finish", args=[begun.code]),
        }
    )


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _mine(request, code):
    return get_object_or_404(IncomingFile.objects.filter(user=request.user), code=code)


@require_POST
def video_piece(request, incoming_code):
    """The body is the piece itself, `?offset=` where it belongs."""
    one = _mine(request, incoming_code)
    offset = _number(request.GET.get("offset"))
    length = _number(request.META.get("CONTENT_LENGTH")) or 0
    if offset is None:
        return JsonResponse({"errors": [NOT_WHOLE]}, status=400)
    try:
        received = incoming.append(one, offset=offset, source=request, length=length)
    except OutOfStep as out:
        return JsonResponse({"received": out.received}, status=409)
    except RefusedFile as refused:
        return _refused(refused)
    except IncomingFile.DoesNotExist:
        raise Http404 from None
    return JsonResponse({"received": received})


@require_POST
def video_finish(request, incoming_code):
    one = _mine(request, incoming_code)
    found = _place(request, one)
    if found is None:
        incoming.discard(one)
        return JsonResponse({"stored": [], "errors": [NO_RECORD]}, status=400)
    _, kind, station, record = found
    try:
        attachment = incoming.finish(one, by=request.user, **owner_of(kind, station, record))
    except OutOfStep as out:
        return JsonResponse({"received": out.received}, status=409)
    except RefusedFile as refused:
        return _refused(refused)
    except AlreadySaved as before:
        return _stored(before.record, KNOWN)
    except IncomingFile.DoesNotExist:
        raise Http404 from None
    return _stored(attachment, note_on(attachment, request.user))


@require_POST
def video_discard(request, incoming_code):
    one = _mine(request, incoming_code)
    found = _place(request, one)
    incoming.discard(one)
    messages.success(request, f"已放弃上传“{one.name}”。")
    return redirect(record_url(*found) if found else "desk")


@require_POST
def video_prepare(request, link_id):
    """Once more, after it failed."""
    one, record, place = editable_link(request, link_id)
    if one.attachment.preparation != one.attachment.Preparation.FAILED:
        messages.info(request, "这段视频不需要重新处理。")
    else:
        preparing.try_again(one.attachment, by=request.user)
        messages.success(request, "已重新提交处理，请稍后刷新查看。")
    station = getattr(record, "station", None) or record.region.station
    return redirect(record_url(*place, station, record))


def _place(request, one):
    """(section, kind, station, record) while this person may still write there."""
    record = one.record
    place = kind_of(type(record)) if record is not None else None
    if place is None or request.user.role not in place[0].roles:
        return None
    if not type(record).objects.editable_by(request.user).filter(pk=record.pk).exists():
        return None
    station = getattr(record, "station", None) or record.region.station
    return (*place, station, record)


def _stored(attachment, note):
    return JsonResponse({"stored": [described(attachment, note)], "errors": []})


def _refused(refused):
    """507: not the file's fault, it can be sent again later."""
    status = 507 if isinstance(refused, NoSpaceLeft) else 400
    return JsonResponse({"stored": [], "errors": [str(refused)]}, status=status)
