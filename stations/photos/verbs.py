"""What can be done with a photo that is already there: put it in order, move it to another
record, let it serve a second one. The file, its day, uploader and digest never change."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import AuditEntry, User
from records.models import Attachment, AttachmentLink
from records.registry import kind_of


class CannotMove(Exception):
    """The text is a sentence for the user."""


def put_before(link: AttachmentLink, other: AttachmentLink | None, *, by: User) -> None:
    """In front of another file of the same record; behind all where there is none."""
    record = link.record
    with transaction.atomic():
        rows = list(record.attachment_links.select_for_update().order_by("order", "pk"))
        before = [row.pk for row in rows]
        rest = [row for row in rows if row.pk != link.pk]
        moved = [row for row in rows if row.pk == link.pk]
        at = next((n for n, row in enumerate(rest) if other and row.pk == other.pk), len(rest))
        ordered = rest[:at] + moved + rest[at:]
        if not moved or [row.pk for row in ordered] == before:
            return
        for number, row in enumerate(ordered):
            row.order = number
        AttachmentLink.objects.bulk_update(ordered, ["order"])
        audit.record(
            "file.order",
            by=by,
            obj=record,
            before={"顺序": before.index(link.pk) + 1},
            after={"顺序": at + 1, "文件": _name(link.attachment, record)},
        )


def move(link: AttachmentLink, target, *, by: User) -> None:
    """To another record of the same station. Raises CannotMove."""
    source, photo = link.record, link.attachment
    if source == target:
        raise CannotMove("照片已经在这条记录上。")
    with transaction.atomic():
        purpose = _purpose(target, link.purpose)
        if _hangs_on(target, purpose).filter(attachment=photo).exists():
            raise CannotMove(f"“{target}”上已经有这张照片，没有重复添加；原处的可以直接移除。")
        still = AttachmentLink.objects.filter(
            pk=link.pk, content_type=link.content_type, object_id=link.object_id
        )
        moved = still.update(
            content_type=ContentType.objects.get_for_model(target),
            object_id=target.pk,
            purpose=purpose,
            order=_next_order(target),
        )
        if not moved:
            raise CannotMove("这张照片刚刚被别人移动或移除，请刷新页面核对。")
        _look_again([photo.pk])
        for record, words in (
            (source, f"移到{_called(target)}"),
            (target, f"从{_called(source)}移来"),
        ):
            after = {"文件": _name(photo, record), "去向" if record is source else "来处": words}
            audit.record("file.move", by=by, obj=record, after=after)


def use_also(photos: list[Attachment], target, *, by: User, purpose: str = "") -> int:
    """Let photos serve a further record; how many were not there yet."""
    purpose = _purpose(target, purpose)
    with transaction.atomic():
        known = set(_hangs_on(target, purpose).values_list("attachment_id", flat=True))
        new = [photo for photo in photos if photo.pk not in known]
        first = _next_order(target)
        AttachmentLink.objects.bulk_create(
            [
                AttachmentLink(attachment=photo, record=target, purpose=purpose, order=first + n)
                for n, photo in enumerate(new)
            ]
        )
        _look_again([photo.pk for photo in new])
        for photo in new:
            audit.record("file.link", by=by, obj=target, after={"文件": _name(photo, target)})
    return len(new)


def _purpose(target, wanted: str) -> str:
    place = kind_of(type(target))
    offered = place[1].purposes if place else ()
    return wanted if wanted in offered else offered[0]


def _hangs_on(target, purpose: str):
    return target.attachment_links.filter(purpose=purpose)


def _next_order(target) -> int:
    last = target.attachment_links.aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1


def _look_again(numbers: list[int]) -> None:
    """The worker compares a photo in its new place, too (accreditation/doubts)."""
    Attachment.objects.filter(pk__in=numbers).update(compared_at=None)


def _name(photo: Attachment, record) -> str:
    """The log is read by more people than the record: 张三谈话.jpg."""
    return photo.get_kind_display() if AuditEntry.veils(record) else photo.original_name


def _called(record) -> str:
    words = str(record._meta.verbose_name)
    return f"{words}（编号{record.pk}）" if AuditEntry.veils(record) else f"{words}“{record}”"
