"""What people are told (通知、通知公告) and what they tell back (意见建议)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Announcement(models.Model):
    """通知公告 from the city or a county downwards; each recipient gets a Notice of it, whose
    read mark is the only thing that is counted."""

    title = models.CharField("标题", max_length=100)
    body = models.TextField("内容", max_length=5000)
    region = models.ForeignKey("stations.Region", models.PROTECT, related_name="+")
    audience = models.CharField("发送范围", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField("发布时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "通知公告"
        ordering = ["-published_at", "-pk"]

    def __str__(self):
        return self.title


class Notice(models.Model):
    class Kind(models.TextChoices):
        RETURNED = "returned", "退回"
        DUE = "due", "到期"
        ASSIGNED = "assigned", "交办"
        DECIDED = "decided", "办理结果"
        OBJECTION = "objection", "异议"
        REMINDER = "reminder", "催办"
        ANNOUNCEMENT = "announcement", "通知公告"
        OTHER = "other", "其他"

    kind = models.CharField("类型", max_length=12, choices=Kind, default=Kind.OTHER)
    announcement = models.ForeignKey(
        Announcement, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    # What must be told once only says what it is ("due:17:2026-12-01:10").
    key = models.CharField(max_length=100, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True)
    region = models.ForeignKey("stations.Region", models.CASCADE, null=True, blank=True)
    text = models.CharField("内容", max_length=300)
    link = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="notice_once")
        ]


class Digest(models.Model):
    """A mail of unread notices to one person, at most one per day or week (`period`, as
    2026-11-27 or 2026-W48). Written before the mail is handed over, so that a worker that
    dies in between sends nothing twice; without `sent_at` nothing is known to have arrived."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="收件人", related_name="digests"
    )
    period = models.CharField("期间", max_length=10)
    # All that was unread then; what is not among them is new.
    notices = models.JSONField("通知", default=list)
    made_at = models.DateTimeField("汇总时间")
    sent_at = models.DateTimeField("发送时间", null=True)
    error = models.CharField("未发送原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知摘要"
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "period"], name="digest_once")]


class Feedback(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="用户")
    page = models.CharField("页面", max_length=300, blank=True)
    text = models.TextField("意见建议", max_length=2000)
    answer = models.TextField("答复", max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField("提出时间", default=timezone.now)
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "意见建议"
        ordering = ["-created_at", "-pk"]
