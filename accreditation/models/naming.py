"""Batches, public notice, objections and the accreditation itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accreditation.models.applications import Application
from accreditation.models.programmes import Programme
from records.models import ScopedQuerySet, new_code
from stations.models import Region, Track

USER = settings.AUTH_USER_MODEL


class Batch(models.Model):
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="batches")
    name = models.CharField("批次名称", max_length=60)
    submit_by = models.DateField("申报截止", null=True, blank=True)
    decided_on = models.DateField("集体研究日期", null=True, blank=True)
    minutes_number = models.CharField("会议纪要编号", max_length=60, blank=True)
    decision_document = models.CharField("决定文号", max_length=60, blank=True)
    named_on = models.DateField("认定日期", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "批次"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="batch_name_once",
                violation_error_message="本方案已有同名批次。",
            )
        ]

    def __str__(self):
        return self.name


class PublicNotice(models.Model):
    batch = models.OneToOneField(Batch, models.PROTECT, related_name="public_notice")
    starts_on = models.DateField("公示开始")
    ends_on = models.DateField("公示结束")
    contact = models.CharField("受理单位及电话", max_length=120)
    published_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "公示"


class ObjectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Its two handlers are the only readers."""
        return self.filter(Q(handler_one=user) | Q(handler_two=user))


class Objection(models.Model):
    class Channel(models.TextChoices):
        LETTER = "letter", "来信"
        VISIT = "visit", "来访"
        PHONE = "phone", "来电"
        MAIL = "mail", "电子邮件"
        OTHER = "other", "其他"

    class Result(models.TextChoices):
        UPHELD = "upheld", "属实"
        PARTLY = "partly", "部分属实"
        NOT_UPHELD = "not_upheld", "不属实"

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="objections")
    received_on = models.DateField("收到日期")
    channel = models.CharField("渠道", max_length=8, choices=Channel)
    is_named = models.BooleanField("实名", default=False)
    objector = models.CharField("提出人", max_length=80, blank=True)
    text = models.TextField("异议内容", max_length=5000)
    investigator = models.CharField("核查人", max_length=60, blank=True)
    finding = models.TextField("核查情况", max_length=5000, blank=True)
    result = models.CharField("核查结论", max_length=12, choices=Result, blank=True)
    reply = models.TextField("答复内容", max_length=2000, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    handler_one = models.ForeignKey(USER, models.PROTECT, related_name="+")
    handler_two = models.ForeignKey(USER, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(handler_one=models.F("handler_two")),
                name="objection_two_handlers",
                violation_error_message="两名办理人必须是不同的人。",
            )
        ]


class AccreditationQuerySet(ScopedQuerySet):
    def valid_on(self, day):
        """Counted on that day: named by then and not ended by then. Recheck and
        rectifying count."""
        return self.filter(named_on__lte=day).filter(Q(ended_on=None) | Q(ended_on__gt=day))


class Accreditation(models.Model):
    class State(models.TextChoices):
        ACTIVE = "active", "有效"
        RECHECK = "recheck", "复核中"
        RECTIFYING = "rectifying", "限期整改"
        ENDED = "ended", "已终止"

    class EndReason(models.TextChoices):
        REVOKED = "revoked", "撤销认定"
        MERGED = "merged", "机构撤并"

    class Source(models.TextChoices):
        APPLICATION = "application", "申报认定"
        BACK_ENTRY = "back_entry", "补录"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="accreditations")
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="accreditations"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.ACTIVE)
    application = models.OneToOneField(
        Application, models.PROTECT, null=True, blank=True, related_name="accreditation"
    )
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="accreditations")
    county = models.ForeignKey(Region, models.PROTECT, related_name="+")
    track = models.CharField("建设类别", max_length=10, choices=Track)
    number = models.CharField("认定编号", max_length=30, unique=True)
    verify_code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    document_no = models.CharField("决定文号", max_length=60, blank=True)
    source = models.CharField("来源", max_length=12, choices=Source, default=Source.APPLICATION)
    named_on = models.DateField("认定日期")
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=10, choices=EndReason, blank=True)
    revoke_reason = models.CharField("撤销原因", max_length=500, blank=True)
    end_document = models.CharField("终止文号", max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        USER, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = AccreditationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认定"
        ordering = ["-named_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "station"],
                condition=~Q(state="ended"),
                name="accreditation_one_active",
                violation_error_message="这个服务站在本方案中已有有效的认定。",
            ),
            models.CheckConstraint(
                condition=(Q(state="ended") & Q(ended_on__isnull=False) & ~Q(end_reason=""))
                | (~Q(state="ended") & Q(ended_on=None) & Q(end_reason="")),
                name="accreditation_end",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.station}"
