"""What a file is called when somebody saves it: 站名_活动_日期_序号.jpg."""

import re

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from records.models import Attachment, AttachmentLink

# What some system does not take in a name, and what would end up as a folder.
UNFIT = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')
LONGEST_PART = 40


def download_name(attachment: Attachment, link: AttachmentLink | None) -> str:
    """As its record says; a file without a record keeps the name that it came with."""
    if link is None or attachment.kind != Attachment.Kind.PHOTO:
        return attachment.served_name
    record = link.record
    if record is None:
        return attachment.served_name
    day = attachment.captured_on or timezone.localdate(attachment.uploaded_at)
    owner = attachment.station or attachment.region
    number = _place_in_row(link) + 1
    parts = (getattr(owner, "name", ""), str(record), f"{day:%Y-%m-%d}", f"{number:02d}")
    return "_".join(filter(None, map(_fit, parts))) + ".jpg"


def _fit(part: str) -> str:
    return UNFIT.sub(" ", part).strip()[:LONGEST_PART].strip().replace(" ", "-")


def _place_in_row(link: AttachmentLink) -> int:
    """Among the photos of the record for the same purpose, as the gallery shows them."""
    rows = AttachmentLink.objects.filter(
        content_type=ContentType.objects.get_for_id(link.content_type_id),
        object_id=link.object_id,
        attachment__kind=Attachment.Kind.PHOTO,
    )
    return list(rows.order_by("order", "pk").values_list("pk", flat=True)).index(link.pk)
