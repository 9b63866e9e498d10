"""Whoever uploads what is already there is told first and may say why (a joint event, another
angle). Nothing is refused for it; reviewers read it as a doubt later."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from records.lookalikes import near
from records.models import Attachment

# The worker knows what a photo looks like a moment after its upload; who comes back the next
# day has read it.
TOLD_FOR = dt.timedelta(days=1)
SAME, LIKE = "是同一个文件", "很相似"


def fresh(attachments: Iterable[Attachment], user) -> list[Attachment]:
    since = timezone.now() - TOLD_FOR
    return [one for one in attachments if one.uploaded_by_id == user.pk and one.uploaded_at > since]


def seen_before(attachments: Iterable[Attachment], user) -> dict[int, str]:
    """Attachment -> the sentence for whoever sent it. Three queries for any number."""
    asked = list(attachments)
    if not asked:
        return {}
    found: dict[int, list[tuple[int, str]]] = {one.pk: [] for one in asked}
    by_digest = Attachment.objects.filter(sha256__in={one.sha256 for one in asked})
    for pk, digest in by_digest.order_by("pk").values_list("pk", "sha256"):
        for one in asked:
            if one.sha256 == digest and pk < one.pk:
                found[one.pk].append((pk, SAME))
    for like in near({one.perceptual_hash for one in asked}):
        for one in asked:
            if one.perceptual_hash == like.asked and like.pk < one.pk:
                found[one.pk].append((like.pk, LIKE))
    numbers = {pk for pairs in found.values() for pk, _ in pairs}
    rows = Attachment.objects.visible_to(user).filter(pk__in=numbers) if numbers else ()
    names = {row.pk: row.original_name for row in rows}
    return {
        pk: _sentence(min(pairs, key=lambda pair: (pair[1] != SAME, pair[0] not in names)), names)
        for pk, pairs in found.items()
        if pairs
    }


def note_on(attachment: Attachment, user) -> str:
    return seen_before([attachment], user).get(attachment.pk, "")


def _sentence(pair: tuple[int, str], names: dict[int, str]) -> str:
    pk, words = pair
    if pk in names:
        return f"与此前上传的“{names[pk]}”{words}。"
    return f"与另一个服务站的照片（文件）{words}。"
