"""What stands behind a form that is being filled in: its draft, and the mark that it was
sent, so that neither a lost session nor a bad network costs or doubles an entry."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from records.fields import EncryptedTextField


class Submission(models.Model):
    """A new-record form that was saved: sent again with the same token, it finds what it
    made instead of making it twice (records/workflow.py)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token = models.CharField(max_length=32)
    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, related_name="+")
    object_id = models.BigIntegerField(null=True)
    record = GenericForeignKey("content_type", "object_id")

    class Meta:
        verbose_name = verbose_name_plural = "已提交表单"
        constraints = [models.UniqueConstraint(fields=["user", "token"], name="submitted_once")]


class Draft(models.Model):
    """What one user has typed into one form and not saved yet; nobody else reads it. The
    text is encrypted: it may hold a number or a telephone of a person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # The address of the form with its query: a form opened from a plan item has its own.
    form = models.CharField(max_length=300)
    content = EncryptedTextField()
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField("保存时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "草稿"
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="draft_once")]
