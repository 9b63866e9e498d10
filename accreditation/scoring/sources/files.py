"""Whether files hang on a record."""

from typing import Any

from django.db.models import Q

from accreditation.scoring.context import Context, kind_of
from records.models import Attachment, AttachmentLink


def with_files(c: Context, model: Any, **conditions: Any) -> Q:
    rows = AttachmentLink.objects.filter(content_type=kind_of(model), **conditions)
    return c.has(rows, "object_id", is_by_row=c.is_scoped)


def with_photo(c: Context, model: Any) -> Q:
    return with_files(c, model, attachment__kind=Attachment.Kind.PHOTO)
