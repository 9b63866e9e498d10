"""The standard as data: versions of the rubric and their requirements."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from records.models import ScopedQuerySet, Stamped


def display_code(code: str) -> str:
    """C1.1 as people write it: 共性1-1."""
    names = {"C": "共性", "R": "红色", "H": "古色", "U": "绿色"}
    return names[code[0]] + code[1:].replace(".", "-")


class Rubric(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", "拟订中"
        SCHEDULED = "scheduled", "待施行"
        IN_FORCE = "in_force", "施行中"
        RETIRED = "retired", "已停用"

    version = models.PositiveIntegerField("标准版本", unique=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    in_force_on = models.DateField("施行日期", null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField("说明", max_length=300, blank=True)
    # Goes up with every edit of the draft or its requirements: two editors, and whether a
    # trial was made of what stands there now. (`version` is the number of the standard.)
    edits = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField("修改时间", null=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    retired_on = models.DateField("停用日期", null=True, editable=False)
    # Of a version that takes effect on a later day: which programmes then go over, and why.
    goes_over = models.ManyToManyField("accreditation.Programme", editable=False, related_name="+")
    reason = models.CharField("修订理由和依据", max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "评价标准（试行）"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="draft"), name="rubric_one_draft"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="scheduled"), name="rubric_one_scheduled"
            ),
        ]

    def __str__(self):
        return f"评价标准（试行）第{self.version}版"


class Requirement(models.Model):
    """One line of the standard. Points are integers in hundredths."""

    class How(models.TextChoices):
        AUTO = "auto", "系统核算"
        CONFIRM = "confirm", "系统核算、人工确认"
        JUDGE = "judge", "人工评定"

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="requirements")
    code = models.CharField("编号", max_length=6)
    label = models.CharField("评价要点", max_length=80)
    how = models.CharField("评定方式", max_length=8, choices=How)
    must = models.BooleanField("必备项", default=False)
    measure = models.CharField("核算方法", max_length=60)
    parameters = models.JSONField("参数", default=dict)
    points = models.PositiveIntegerField("分值（百分之一分）")
    clause = models.CharField("政策条款", max_length=40)
    sentence = models.TextField("政策原文")
    order = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "评价要点"
        ordering = ["rubric", "order"]
        constraints = [models.UniqueConstraint(fields=["rubric", "code"], name="requirement_once")]

    def __str__(self):
        return f"{self.display_code} {self.label}"

    @property
    def part(self):
        """C for the common part, R H U for the tracks."""
        return self.code[0]

    @property
    def item(self):
        """C1 ... U5: the item of the annex."""
        return self.code.split(".")[0]

    @property
    def display_code(self):
        return display_code(self.code)


class RubricTrial(models.Model):
    """试算对比: all stations scored by a draft and by the version in force, on one day.
    Sums only, no station by name; the last one of a draft is the one that counts."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="trials")
    base = models.ForeignKey(Rubric, models.CASCADE, related_name="+")
    edits = models.PositiveIntegerField()  # of the draft when it was tried
    on = models.DateField("试算日期")
    made_at = models.DateTimeField("完成时间", auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "标准试算对比"
        ordering = ["-pk"]


class NotApplicable(Stamped):
    """Proposed by the county, confirmed by the city: full points for what cannot exist
    at a place, at most 3 points in C and 8 in a track."""

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="not_applicables")
    requirement = models.CharField("评价要点", max_length=6)
    reason = models.CharField("理由", max_length=300)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_on = models.DateField("确认日期", null=True, blank=True)
    declined_on = models.DateField("不予确认日期", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "不适用认定"
        ordering = ["requirement"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "requirement"],
                condition=Q(declined_on=None),
                name="not_applicable_once",
                violation_error_message="这个评价要点已经提出过不适用。",
            )
        ]
