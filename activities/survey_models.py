"""Satisfaction (满意度调查): the answers, and whom the county asks by telephone."""

from django.db import models
from django.utils import timezone

from accounts.permissions import is_county
from records.models import ScopedQuerySet, Stamped
from veterans.models import Veteran


class PhoneSampleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A telephone sample is the county's own work."""
        if not is_county(user) or not user.region_id:
            return self.none()
        return self.filter(region__path__startswith=user.region.path)

    editable_by = visible_to


class SurveyResponse(models.Model):
    """Anonymous: no name, no account, no address is kept. Answers run from 1 to 5,
    satisfied from 4."""

    class Source(models.TextChoices):
        QR = "qr", "扫码"
        PAPER = "paper", "纸质"
        PHONE = "phone", "电话"

    class Respondent(models.TextChoices):
        VETERAN = "veteran", "退役军人"
        FAMILY = "family", "家属"
        RESIDENT = "resident", "群众"

    class Answer(models.IntegerChoices):
        FIVE = 5, "很满意"
        FOUR = 4, "满意"
        THREE = 3, "一般"
        TWO = 2, "不满意"
        ONE = 1, "很不满意"

    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="surveyresponses", editable=False
    )
    source = models.CharField("来源", max_length=6, choices=Source)
    respondent = models.CharField("填写人", max_length=10, choices=Respondent)
    honour = models.PositiveSmallIntegerField("荣誉感", choices=Answer)
    belonging = models.PositiveSmallIntegerField("归宿感", choices=Answer)
    gain = models.PositiveSmallIntegerField("获得感", choices=Answer)
    overall = models.PositiveSmallIntegerField("总体满意", choices=Answer)
    given_on = models.DateField("填写日期", default=timezone.localdate)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "满意度调查答卷"
        ordering = ["-given_on", "-pk"]

    def __str__(self):
        return f"{self.given_on} {self.get_source_display()}答卷"


class PhoneSample(Stamped):
    """People drawn by the system whom the county asks by telephone. Their answers are kept
    as `SurveyResponse`: nothing ties an answer to the person who gave it."""

    region = models.ForeignKey(
        "stations.Region", models.PROTECT, verbose_name="抽样范围", related_name="+"
    )
    drawn_on = models.DateField("抽样日期", default=timezone.localdate)
    pool = models.PositiveIntegerField("可抽样人数")

    objects = PhoneSampleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "电话抽样"
        ordering = ["-drawn_on", "-pk"]

    def __str__(self):
        return f"{self.region} {self.drawn_on} 电话抽样"


class PhoneCall(models.Model):
    """One person of a sample. No time is kept, or it would tell which answer was theirs."""

    class State(models.TextChoices):
        WAITING = "waiting", "待联系"
        ANSWERED = "answered", "已回答"
        NO_ANSWER = "no_answer", "未接通"
        DECLINED = "declined", "不愿回答"

    sample = models.ForeignKey(PhoneSample, models.CASCADE, related_name="calls")
    veteran = models.ForeignKey(Veteran, models.CASCADE, related_name="+")
    order = models.PositiveIntegerField("序号")
    state = models.CharField("情况", max_length=10, choices=State, default=State.WAITING)

    class Meta:
        verbose_name = verbose_name_plural = "抽样人员"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["sample", "veteran"], name="called_once")]
