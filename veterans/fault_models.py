"""What cannot be right in a roster (数据问题), and when it was last looked for."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from records.models import ScopedQuerySet
from veterans.models import Veteran


class DataFault(models.Model):
    """Something in a person's row that cannot be right. A duplicate is two rows, one per
    side. `fingerprint` stands for the facts it was found by: what somebody closed with a
    reason is not opened again while they are the same (veterans/faults)."""

    class Kind(models.TextChoices):
        CHECK_DIGIT = "check_digit", "身份号码校验未通过"
        IMPOSSIBLE_DATE = "impossible_date", "日期不合理"
        DUPLICATE = "duplicate", "疑似重复人员"

    class Answer(models.TextChoices):
        """How a fault ended; `repaired` and `gone` are the system's own findings."""

        REPAIRED = "repaired", "已更正"
        GONE = "gone", "已不在册"
        NOT_SAME = "not_same", "不是同一人"
        MERGED = "merged", "已并入"
        MOVED = "moved", "已迁出"
        CORRECT = "correct", "已核对，信息无误"

    veteran = models.ForeignKey(Veteran, models.CASCADE, related_name="faults")
    other = models.ForeignKey(Veteran, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField("问题", max_length=16, choices=Kind)
    field = models.CharField("字段", max_length=40, blank=True)
    raw_text = models.CharField("原始内容", max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, default="", editable=False)
    opened_at = models.DateTimeField("发现时间", default=timezone.now)
    closed_at = models.DateTimeField("处理时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    answer = models.CharField("处理结果", max_length=10, choices=Answer, blank=True, default="")
    resolution = models.CharField("处理情况", max_length=200, blank=True)

    station_path = "veteran__station"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "数据问题"
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["veteran", "kind", "field"],
                condition=Q(closed_at=None, other=None),
                name="fault_open_once",
            ),
            models.UniqueConstraint(
                fields=["veteran", "other", "kind"],
                condition=Q(closed_at=None),
                name="fault_pair_open_once",
            ),
        ]


class FaultCheck(models.Model):
    """One completed or running check of a region's roster; without a region, of everybody.
    C2.6 is 待评 until the whole roster has been checked once."""

    region = models.ForeignKey(
        "stations.Region", models.PROTECT, verbose_name="范围", null=True, related_name="+"
    )
    started_at = models.DateTimeField("开始时间", default=timezone.now)
    finished_at = models.DateTimeField("完成时间", null=True)
    people = models.PositiveIntegerField("核查人数", default=0)
    opened = models.PositiveIntegerField("新发现", default=0)
    closed = models.PositiveIntegerField("已消除", default=0)
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "数据核查"
        ordering = ["-started_at", "-pk"]
