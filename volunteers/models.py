"""附件1 三: volunteer teams, their groups and members out of the roster."""

from django.db import models
from django.db.models import F, Q

from records.fields import TagsField
from records.models import Record, ScopedQuerySet, Stamped
from veterans.models import Strength, Veteran


class ServiceField(models.TextChoices):
    """The eight fields of section four (four), heritage of Annex 2, and 等."""

    EPIDEMIC = "epidemic", "疫情防控"
    FLOOD = "flood", "抗洪救灾"
    EMERGENCY = "emergency", "应急救援"
    HARDSHIP = "hardship", "帮扶解困"
    EMPLOYMENT = "employment", "就业创业"
    RURAL = "rural", "乡村振兴"
    GOVERNANCE = "governance", "基层治理"
    ENVIRONMENT = "environment", "环境保护"
    HERITAGE = "heritage", "古色文化传承"
    OTHER = "other", "其他"


class Team(Record):
    class Kind(models.TextChoices):
        LEI_FENG = "lei_feng", "学雷锋志愿服务队"
        HOMETOWN = "hometown", "乡情退役军人志愿服务队"

    kinds = TagsField("队伍类型", choices=Kind, blank=False)
    name = models.CharField("队伍名称", max_length=80)
    brand = models.CharField("志愿服务品牌", max_length=60, blank=True)
    leader = models.ForeignKey(
        Veteran, models.PROTECT, verbose_name="队长", null=True, blank=True, related_name="+"
    )
    founded_on = models.DateField("成立日期", null=True, blank=True)
    is_active = models.BooleanField("正常运行", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "志愿服务队"
        ordering = ["pk"]

    def __str__(self):
        return self.name


class TeamChild(Stamped):
    station_path = "team__station"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def station(self):
        return self.team.station


class Group(TeamChild):
    team = models.ForeignKey(Team, models.CASCADE, verbose_name="志愿服务队", related_name="groups")
    name = models.CharField("小组名称", max_length=60)
    field = models.CharField("服务领域", max_length=12, choices=ServiceField)
    other_field = models.CharField("其他领域说明", max_length=60, blank=True)
    strength = models.ForeignKey(
        Strength, models.PROTECT, verbose_name="对应特点优长", null=True, blank=True
    )
    leader = models.ForeignKey(
        Veteran, models.PROTECT, verbose_name="组长", null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "活动小组"
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Membership(TeamChild):
    team = models.ForeignKey(
        Team, models.CASCADE, verbose_name="志愿服务队", related_name="memberships"
    )
    group = models.ForeignKey(
        Group,
        models.SET_NULL,
        verbose_name="活动小组",
        null=True,
        blank=True,
        related_name="memberships",
    )
    veteran = models.ForeignKey(
        Veteran, models.PROTECT, verbose_name="队员", related_name="memberships"
    )
    joined_on = models.DateField("入队日期")
    left_on = models.DateField("离队日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "队员"
        ordering = ["team", "joined_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "veteran"],
                condition=Q(left_on=None),
                name="member_once",
                violation_error_message="这名队员已在队中。",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="member_dates",
                violation_error_message="离队日期不能早于入队日期。",
            ),
        ]

    def __str__(self):
        return str(self.veteran)
