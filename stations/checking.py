"""政治关、史实关: a text counts when two people who did not write it have passed it."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from accounts import audit
from records.models import ContentCheck


class CheckRefused(Exception):
    """The check would break the rule of two; the text is a sentence for the user."""


def _bare(name: str) -> str:
    """王　强 and 王强 are one person."""
    return "".join(name.split())


def enter_check(record, *, by, aspect, passed, checker_name, checker_unit, note="", at=None):
    """Record one check of the text as it is now. The two checkers are different people and
    neither of them wrote it or edited it last; a second check of the same text replaces the
    first."""
    authors = {_bare(user.full_name) for user in (record.created_by, record.updated_by) if user}
    if _bare(checker_name) in authors:
        raise CheckRefused("作者不能审核自己写的内容，请由其他人审核。")
    same_text = ContentCheck.objects.filter(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        content_hash=record.content_hash,
    )
    others = same_text.exclude(aspect=aspect).values_list("checker_name", flat=True)
    if _bare(checker_name) in map(_bare, others):
        raise CheckRefused("政治关和史实关须由两个不同的人审核。")
    with transaction.atomic():
        same_text.filter(aspect=aspect).delete()
        check = ContentCheck.objects.create(
            record=record,
            aspect=aspect,
            content_hash=record.content_hash,
            passed=passed,
            checker_name=checker_name,
            checker_unit=checker_unit,
            note=note,
            entered_by=by,
            checked_at=at or timezone.now(),
        )
        audit.record(
            "content.check",
            by=by,
            obj=record,
            reason=note,
            after={"审核内容": check.get_aspect_display(), "通过": passed, "审核人": checker_name},
        )
    return check
