"""The application and everything that is said about it on its way."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accreditation.models.programmes import Programme
from accreditation.models.rubrics import Rubric
from records.models import ScopedQuerySet, Stamped
from stations.models import Track

USER = settings.AUTH_USER_MODEL


class Application(Stamped):
    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        TOWN_REVIEW = "town_review", "乡镇（街道）审核"
        COUNTY_REVIEW = "county_review", "县级初审"
        CITY_REVIEW = "city_review", "市级评审"
        SITE_VISIT = "site_visit", "实地核验"
        DECISION = "decision", "集体研究"
        PUBLIC_NOTICE = "public_notice", "公示中"
        ACCREDITED = "accredited", "已认定"
        RETURNED = "returned", "退回补正"
        WITHDRAWN = "withdrawn", "已撤回"
        NOT_RECOMMENDED = "not_recommended", "不予推荐"
        REJECTED = "rejected", "不予认定"
        LAPSED = "lapsed", "逾期终止"

    ENDED = (State.ACCREDITED, State.WITHDRAWN, State.NOT_RECOMMENDED, State.REJECTED, State.LAPSED)

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="applications")
    batch = models.ForeignKey(
        "accreditation.Batch", models.PROTECT, null=True, blank=True, related_name="applications"
    )
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="applications")
    track = models.CharField("申报类别", max_length=10, choices=Track)
    number = models.CharField("申报编号", max_length=20, unique=True)
    state = models.CharField(
        "状态", max_length=16, choices=State, default=State.DRAFT, db_index=True
    )
    returned_from = models.CharField("退回环节", max_length=16, choices=State, blank=True)
    returned_to = models.CharField(
        "退回至",
        max_length=8,
        blank=True,
        choices=[("station", "服务站"), ("town", "乡镇（街道）"), ("county", "县（区）")],
    )
    due_on = models.DateField("补正期限", null=True, blank=True)
    statement = models.TextField("创建做法与成效", max_length=5000, blank=True)
    snapshot = models.ForeignKey(
        "accreditation.Snapshot", models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField("申报时间", null=True, blank=True)
    state_since = models.DateTimeField("进入本环节时间", default=timezone.now)
    # The three who must be different people (recommender, city reviewer, city decider).
    recommended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申报"
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "station"],
                condition=~Q(
                    state__in=["accredited", "withdrawn", "not_recommended", "rejected", "lapsed"]
                ),
                name="application_one_open",
                violation_error_message="这个服务站在本方案中已有一个办理中的申报。",
            )
        ]

    def __str__(self):
        return f"{self.number} {self.station}"

    @property
    def is_open(self):
        return self.state not in self.ENDED

    @property
    def rubric(self):
        """The version of the standard that this application is judged by: from submission on
        the one in its archive, whatever the programme goes over to."""
        return self.snapshot.rubric if self.snapshot_id else self.programme.rubric


class Snapshot(models.Model):
    """申报存档: what was submitted, frozen. A verdict knows the one it was given on."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="snapshots")
    taken_at = models.DateTimeField("存档时间", default=timezone.now)
    rubric = models.ForeignKey(Rubric, models.PROTECT)
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    # What the records said and which files hung on them (workflow/evidence.py): large, read
    # only to compare two archives. `data` holds its digest.
    records = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "申报存档"
        ordering = ["pk"]


class Transition(models.Model):
    """办理过程: every step states actor, time and reason."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="transitions")
    from_state = models.CharField("原环节", max_length=16, blank=True)
    to_state = models.CharField("现环节", max_length=16)
    actor = models.ForeignKey(
        USER, models.PROTECT, null=True, verbose_name="办理人", related_name="+"
    )
    actor_title = models.CharField("办理人身份", max_length=80, blank=True)
    at = models.DateTimeField("办理时间", default=timezone.now)
    comment = models.CharField("办理意见", max_length=1000, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理过程"
        ordering = ["at", "pk"]

    @property
    def from_label(self):
        return Application.State(self.from_state).label if self.from_state else ""

    @property
    def to_label(self):
        return Application.State(self.to_state).label


class Verdict(models.Model):
    """A reviewer's word on one requirement; the latest counts. Points in hundredths."""

    class Result(models.TextChoices):
        MET = "met", "符合"
        PARTLY = "partly", "部分符合"
        NOT_MET = "not_met", "不符合"

    application = models.ForeignKey(Application, models.PROTECT, related_name="verdicts")
    requirement = models.CharField("评价要点", max_length=6)
    result = models.CharField("评审意见", max_length=8, choices=Result)
    points = models.PositiveIntegerField("得分（百分之一分）")
    comment = models.CharField("反馈意见（服务站可见）", max_length=500, blank=True)
    internal_comment = models.CharField("内部意见", max_length=500, blank=True)
    is_override = models.BooleanField("人工认定", default=False)
    reviewer = models.ForeignKey(USER, models.PROTECT, related_name="+")
    stage = models.CharField("环节", max_length=16, choices=Application.State)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True)
    given_at = models.DateTimeField("评审时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "评审意见"
        ordering = ["given_at", "pk"]
        indexes = [models.Index(fields=["application", "requirement"], name="verdict_line")]


class CannedReason(models.Model):
    """常用反馈意见: sentences that the city keeps, offered where a reviewer writes."""

    requirement = models.CharField("评价要点", max_length=6, blank=True)
    name = models.CharField("反馈意见", max_length=200)
    sort_order = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)
    used = models.PositiveIntegerField("选用次数", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "常用反馈意见"
        ordering = ["-is_active", "sort_order", "pk"]

    def __str__(self):
        return self.name


class SiteVisit(models.Model):
    """实地核验: at least two people; photos and signatures are attachments."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="visits")
    visited_on = models.DateField("核验日期")
    visitors = models.ManyToManyField(USER, verbose_name="核验人员", related_name="+")
    other_visitors = models.CharField("其他参加人员", max_length=200, blank=True)
    finding = models.TextField("核验情况", max_length=5000)
    conclusion = models.CharField(
        "结论", max_length=10, choices=[("passed", "符合"), ("problems", "存在问题")]
    )
    entered_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "实地核验记录"
        ordering = ["visited_on", "pk"]


class Problem(Stamped):
    """问题清单: a problem has an owner and a day; unfinished ones block the decision."""

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="problems")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="problems"
    )
    guidance = models.ForeignKey(
        "accreditation.Guidance", models.PROTECT, null=True, blank=True, related_name="problems"
    )
    requirement = models.CharField("评价要点", max_length=6, blank=True)
    problem = models.CharField("问题", max_length=500)
    cause = models.CharField("原因", max_length=500, blank=True)
    measure = models.CharField("整改措施", max_length=500, blank=True)
    owner = models.CharField("责任人", max_length=60)
    due_on = models.DateField("完成时限")
    closed_on = models.DateField("销号日期", null=True, blank=True)
    closing_note = models.CharField("整改情况", max_length=500, blank=True)
    # What those who mend it say when they are done; empty again when it is sent back.
    report = models.CharField("整改结果", max_length=500, blank=True)
    reported_on = models.DateField("报送日期", null=True, blank=True)
    sent_back = models.CharField("退回理由", max_length=300, blank=True)
    no_proof = models.CharField("不附材料的理由", max_length=200, blank=True)
    attachment_links = GenericRelation("records.AttachmentLink", "object_id", "content_type")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题清单"
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.problem
