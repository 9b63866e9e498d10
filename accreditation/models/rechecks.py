"""What a yearly recheck looks at, line by line."""

from django.conf import settings
from django.db import models

from accreditation.models.after import Recheck
from accreditation.models.applications import Verdict
from records.models import ScopedQuerySet


class RecheckLine(models.Model):
    """A requirement of last time: its points are shown, its evidence is to be renewed, and
    it has no verdict until somebody gives one."""

    recheck = models.ForeignKey(Recheck, models.CASCADE, related_name="lines")
    requirement = models.CharField("评价要点", max_length=6)
    order = models.PositiveSmallIntegerField()
    points_before = models.PositiveIntegerField("上年得分（百分之一分）", null=True)
    found_before = models.CharField("上年核查情况", max_length=300, blank=True)
    renewed_on = models.DateField("材料更新日期", null=True, blank=True)
    result = models.CharField("复核意见", max_length=8, choices=Verdict.Result, blank=True)
    points = models.PositiveIntegerField("得分（百分之一分）", null=True)
    comment = models.CharField("反馈意见", max_length=500, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    given_at = models.DateTimeField("复核时间", null=True)

    station_path = "recheck__accreditation__station"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "复核要点"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["recheck", "requirement"], name="recheck_line_once")
        ]
