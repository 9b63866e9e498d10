"""A large file on its way: it comes in pieces and is nothing yet to anybody but its sender."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone


class IncomingFile(models.Model):
    """What has come of it lies in INCOMING_DIR under its code; `received` bytes of that
    count. `key` says which file it is: chosen again after a lost session, it goes on."""

    code = models.CharField(max_length=16, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    purpose = models.CharField(max_length=14)
    name = models.CharField("原文件名", max_length=255)
    size = models.PositiveBigIntegerField("大小")
    received = models.PositiveBigIntegerField("已收到", default=0)
    touched_at = models.DateTimeField("最近收到", default=timezone.now, db_index=True)
    attachment = models.ForeignKey(
        "records.Attachment", models.CASCADE, null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "未传完的文件"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="incoming_once")]

    def __str__(self):
        return self.name

    @property
    def percent(self):
        return self.received * 100 // self.size if self.size else 0
