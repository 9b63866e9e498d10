"""Programmes, their stages and targets: 50/30/20 and the later ones."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accreditation.models.rubrics import Rubric
from records.models import ScopedQuerySet, Stamped
from stations.models import Region, Track


class Programme(models.Model):
    name = models.CharField("名称", max_length=80, unique=True)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    rubric = models.ForeignKey(Rubric, models.PROTECT, verbose_name="标准版本")
    approval_document = models.CharField("批准依据（文号）", max_length=100, blank=True)
    is_current = models.BooleanField("当前方案", default=False)
    is_demo = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "建设方案"
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="programme_one_current"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="programme_dates",
                violation_error_message="结束日期必须晚于开始日期。",
            ),
        ]

    def __str__(self):
        return self.name


class ProgrammeStage(models.Model):
    class Kind(models.TextChoices):
        DEMONSTRATION = "demonstration", "一年做示范"
        IMPROVEMENT = "improvement", "两年抓提升"
        BRAND = "brand", "三年树品牌"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="stages")
    kind = models.CharField("阶段", max_length=14, choices=Kind)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    aim = models.CharField("目标", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "建设阶段"
        ordering = ["starts_on"]


class RegionScopedQuerySet(models.QuerySet):
    """What belongs to a region, not to a station: seen from the region and from above."""

    def visible_to(self, user):
        if not user.region_id:
            return self.none()
        return self.filter(region__path__startswith=user.region.path)


class Target(Stamped):
    """Cumulative: by `due_on` the region is to have `number` named stations of the track.
    Entered by counties, confirmed by the city; the city's own rows are 50/30/20."""

    class State(models.TextChoices):
        DRAFT = "draft", "待市局确认"
        CONFIRMED = "confirmed", "已确认"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="targets")
    region = models.ForeignKey(Region, models.PROTECT, related_name="targets")
    track = models.CharField("建设类别", max_length=10, choices=Track)
    due_on = models.DateField("完成时限")
    number = models.PositiveIntegerField("累计数")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    return_reason = models.CharField("退回理由", max_length=300, blank=True)

    objects = RegionScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "目标任务"
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "region", "track", "due_on"],
                name="target_once",
                violation_error_message="这一时限的目标已经填过，请直接修改。",
            )
        ]


class CountyPlan(Stamped):
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="county_plans")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    file = models.ForeignKey("records.Attachment", models.PROTECT, null=True, blank=True)
    adopted_on = models.DateField("印发日期", null=True, blank=True)
    leader = models.CharField("分管领导", max_length=60, blank=True)
    contact = models.CharField("联系人", max_length=60, blank=True)

    objects = RegionScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "县（区）工作方案"
        constraints = [
            models.UniqueConstraint(fields=["programme", "region"], name="county_plan_once")
        ]


class BuildList(Stamped):
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="build_lists")
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+")
    track = models.CharField("建设类别", max_length=10, choices=Track)
    year = models.PositiveSmallIntegerField("年度")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "建设名单"
        constraints = [
            models.UniqueConstraint(fields=["programme", "station", "year"], name="build_list_once")
        ]


class StageSummary(Stamped):
    """阶段总结: what a unit reports at the end of a stage. It hangs on the kind of the stage,
    because the stages of a programme are written anew whenever their dates change."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="summaries")
    kind = models.CharField("阶段", max_length=14, choices=ProgrammeStage.Kind)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    file = models.ForeignKey("records.Attachment", models.PROTECT)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = RegionScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "阶段总结"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "region"], name="stage_summary_once"
            )
        ]
