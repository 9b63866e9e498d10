"""What a bulk edit leaves behind: enough to say what it did and to take it back."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from records.models import new_code


class BulkEditQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever made it, a colleague of the same unit, and the units above."""
        if not user.region_id or user.role not in ("station", "county"):
            return self.none()
        return self.filter(made_by__region__path__startswith=user.region.path)


class BulkEdit(models.Model):
    """One 批量修改. `rows` are [{"person", "version", "old", "was", "now"}]: the version that
    the edit left, the value before it, and both values in words."""

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    label = models.CharField("修改内容", max_length=120)
    column = models.CharField(max_length=30)
    rows = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="修改人", related_name="+"
    )
    made_at = models.DateTimeField("修改时间", default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = BulkEditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量修改"
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return self.label
