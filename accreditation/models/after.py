"""What comes after and beside: rechecks, doubts, guidance, pairing."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accreditation.models.applications import Application
from accreditation.models.naming import Accreditation
from accreditation.models.rubrics import display_code
from records.models import ScopedQuerySet, Stamped

USER = settings.AUTH_USER_MODEL


class Recheck(Stamped):
    """复核: started for an accreditation; passed, or rectified by a day, or revoked."""

    class Result(models.TextChoices):
        PASSED = "passed", "通过"
        RECTIFY = "rectify", "限期整改"
        REVOKED = "revoked", "撤销认定"

    accreditation = models.ForeignKey(Accreditation, models.PROTECT, related_name="rechecks")
    year = models.PositiveSmallIntegerField("年度")
    started_on = models.DateField("启动日期", default=timezone.localdate)
    reason = models.CharField("启动原因", max_length=300, blank=True)
    result = models.CharField("复核结果", max_length=10, choices=Result, blank=True)
    finding = models.TextField("复核情况", max_length=5000, blank=True)
    rectify_by = models.DateField("整改期限", null=True, blank=True)
    closed_on = models.DateField("完成日期", null=True, blank=True)
    attachment_links = GenericRelation("records.AttachmentLink", "object_id", "content_type")

    station_path = "accreditation__station"
    objects = ScopedQuerySet.as_manager()

    @property
    def station(self):
        return self.accreditation.station

    class Meta:
        verbose_name = verbose_name_plural = "复核"
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["accreditation"], condition=Q(closed_on=None), name="recheck_one_open"
            )
        ]


class Doubt(models.Model):
    """疑点: two things side by side, closed with a reason; never changes a score."""

    class State(models.TextChoices):
        OPEN = "open", "待核实"
        TRUE = "true", "属实"
        FALSE_ALARM = "false_alarm", "误报"

    kind = models.CharField("疑点", max_length=24)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="doubts")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="doubts"
    )
    requirement = models.CharField("评价要点", max_length=6, blank=True)
    left = models.JSONField(default=dict)
    right = models.JSONField(default=dict)
    key = models.CharField(max_length=64, unique=True)
    explanation = models.CharField("情况说明", max_length=500, blank=True)
    explained_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    reason = models.CharField("结案理由", max_length=300, blank=True)
    opened_at = models.DateTimeField("发现时间", default=timezone.now)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("结案时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "疑点核实"
        ordering = ["-opened_at", "-pk"]

    @property
    def requirement_shown(self):
        return display_code(self.requirement) if self.requirement else ""


class Guidance(Stamped):
    """指导记录: the county or the city at a station; its points are problems with owner and day."""

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="guidance")
    given_on = models.DateField("指导日期")
    by = models.CharField("指导人", max_length=120)
    seen = models.TextField("了解到的情况", max_length=5000, blank=True)
    text = models.TextField("指导意见", max_length=5000)
    attachment_links = GenericRelation("records.AttachmentLink", "object_id", "content_type")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指导记录"
        ordering = ["-given_on", "-pk"]

    def __str__(self):
        return f"{self.station} {self.given_on.isoformat()} 指导记录"


class PairingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees either of the two sees the pair."""
        stations = self.model._meta.apps.get_model("stations", "Station").objects.visible_to(user)
        return self.filter(Q(station__in=stations) | Q(exemplar__in=stations))


class Pairing(Stamped):
    """结对互学: a recognised station with another. Within one unit it takes effect at once, across
    two the city confirms what a county proposes."""

    exemplar = models.ForeignKey("stations.Station", models.PROTECT, related_name="pairings_given")
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="pairings")
    since = models.DateField("起始日期")
    note = models.CharField("结对内容", max_length=300, blank=True)
    confirmed_on = models.DateField("确认日期", null=True, blank=True)
    declined_reason = models.CharField("不同意的理由", max_length=300, blank=True)
    ended_on = models.DateField("结束日期", null=True, blank=True)
    ended_reason = models.CharField("结束原因", max_length=300, blank=True)
    # Exchanges whose words do not name the other station, counted by hand.
    activities = models.ManyToManyField("activities.Activity", related_name="+")

    objects = PairingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "结对互学"
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exemplar", "station"], condition=Q(ended_on=None), name="pairing_once"
            ),
            models.CheckConstraint(
                condition=~Q(exemplar=models.F("station")), name="pairing_two_stations"
            ),
        ]

    def __str__(self):
        return f"{self.exemplar} — {self.station}"
