"""Plans and the ledger of what was done (附件1 五、六、七; sections four and five)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.permissions import is_admin
from records.fields import TagsField
from records.models import Record, ScopedQuerySet
from stations.models import AwardLevel, Partner, Resource
from veterans.models import Story, Veteran
from volunteers.models import Group, ServiceField, Team


class KeyDate(models.Model):
    """重要节点: the six of the policy are required; more are added by the city. The day of
    each year is computed (activities/keydates.py)."""

    code = models.SlugField("代码", max_length=30, unique=True)
    name = models.CharField("名称", max_length=30)
    month = models.PositiveSmallIntegerField("月", null=True, blank=True)
    day = models.PositiveSmallIntegerField("日", null=True, blank=True)
    is_required = models.BooleanField("政策六个节点", default=False)
    is_active = models.BooleanField("启用", default=True)
    sort_order = models.PositiveIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "重要节点"
        ordering = ["sort_order", "pk"]

    def __str__(self):
        return self.name


class CareGroup(models.TextChoices):
    """People to whom a reason for visits applies by what the roster says of them."""

    PRIORITY = "priority", "重点走访对象"
    AGED = "aged", "80周岁以上"
    CARE = "care", "优抚对象"
    RETURNED_ILL = "returned_ill", "残疾、带病回乡"
    BEREAVED = "bereaved", "烈属、因公牺牲和病故军人遗属"


class CareReason(models.Model):
    """四尊崇、五关爱、六必访: an editable list, because the policy names the three sets
    without listing them and versions differ from place to place."""

    scheme = models.CharField("类别", max_length=20)
    name = models.CharField("事项", max_length=40)
    is_confirmed = models.BooleanField("市局已确认", default=False)
    # Whom it concerns all the time and how often: who is due a visit (activities/due.py).
    # Empty for what an occasion calls for.
    applies_to = models.CharField("走访对象", max_length=15, choices=CareGroup, blank=True)
    every_months = models.PositiveSmallIntegerField(
        "走访周期（月）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
    )
    is_active = models.BooleanField("启用", default=True)
    sort_order = models.PositiveIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "四尊崇、五关爱、六必访事项"
        ordering = ["sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["scheme", "name"], name="care_reason_once")]

    def __str__(self):
        return f"{self.scheme}·{self.name}"

    def clean(self):
        if bool(self.applies_to) != bool(self.every_months):
            missing = "every_months" if self.applies_to else "applies_to"
            raise ValidationError({missing: "走访对象和走访周期请一起填写，或者都不填。"})


class ActivityKind(models.TextChoices):
    STUDY = "study", "学习活动"
    RECREATION = "recreation", "文体活动"
    VISIT = "visit", "走访慰问"
    TALK = "talk", "谈心谈话"
    VOLUNTEERING = "volunteering", "志愿服务"
    THEME_EDUCATION = "theme_education", "主题学习教育"
    MEETING = "meeting", "会议"
    TRAINING = "training", "培训"
    EXCHANGE = "exchange", "观摩交流（互学互鉴）"
    COMMEMORATION = "commemoration", "祭扫纪念"
    OTHER = "other", "其他活动"


class Plan(Record):
    class Period(models.TextChoices):
        YEAR = "year", "年度工作计划"
        QUARTER = "quarter", "季度活动安排"
        MONTH = "month", "每月活动方案"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        APPROVED = "approved", "已审定"

    period = models.CharField("计划类型", max_length=8, choices=Period)
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("第几季度（月）", default=1)
    title = models.CharField("标题", max_length=100)
    body = models.TextField("内容", max_length=20000, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    approved_on = models.DateField("审定日期", null=True, blank=True)
    approved_by = models.CharField("审定人", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "活动计划"
        ordering = ["-year", "period", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "period", "year", "number"],
                name="plan_once",
                violation_error_message="这一时段的计划已经有了，请直接修改。",
            )
        ]

    def __str__(self):
        return self.title


class PlanItemQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        rows = super().visible_to(user)
        if not is_admin(user):
            return rows
        # As with the talks themselves; one typed by hand tells what it is in its title.
        return rows.exclude(Q(kind=ActivityKind.TALK) | Q(title__contains="谈心"))


class PlanItem(Record):
    """One set of items; the year, quarter and month plans are views of it."""

    planned_on = models.DateField("计划日期")
    title = models.CharField("事项", max_length=100)
    place = models.CharField("地点", max_length=80, blank=True)
    owner = models.CharField("责任人", max_length=60, blank=True)
    key_date = models.ForeignKey(
        KeyDate, models.PROTECT, verbose_name="重要节点", null=True, blank=True
    )
    cancelled_reason = models.CharField("取消原因", max_length=200, blank=True)
    # The kind of activity it will become: recording it then asks one thing less.
    kind = models.CharField("活动类型", max_length=16, choices=ActivityKind, blank=True)
    # What the draft of a year proposed it as; moved and renamed, it is not proposed again.
    origin = models.CharField(max_length=60, blank=True, editable=False)

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划事项"
        ordering = ["planned_on", "pk"]
        indexes = [models.Index(fields=["station", "planned_on"], name="item_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "origin"],
                condition=~Q(origin=""),
                name="item_drafted_once",
                violation_error_message="这个事项已经生成过。",
            )
        ]

    def __str__(self):
        return self.title


class ActivityQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        rows = super().visible_to(user)
        # A talk is between the two who had it and their superiors in the line of care.
        return rows.exclude(kind=Activity.Kind.TALK) if is_admin(user) else rows


class Activity(Record):
    Kind = ActivityKind

    class Tag(models.TextChoices):
        RED = "red", "弘扬红色精神"
        HERITAGE = "heritage", "传承古色文化"
        GREEN = "green", "绿色发展"
        ENVIRONMENT = "environment", "生态环境改善"
        TRAINING = "training", "队伍培训"
        THEORY = "theory", "思想政治理论武装"
        PARTY = "party", "党员教育管理"
        ROLE_MODEL = "role_model", "先进典型选树"
        VOLUNTEER_BRAND = "volunteer_brand", "志愿服务品牌打造"
        VILLAGE_SECRETARY = "village_secretary", "“兵支书”作用发挥"
        DEFENCE = "defence", "服务国防"

    kind = models.CharField("活动类型", max_length=16, choices=Kind)
    tags = TagsField("活动标签", choices=Tag)
    title = models.CharField("活动名称", max_length=100)
    happened_on = models.DateField("活动时间")
    ends_on = models.DateField("结束时间", null=True, blank=True)
    place = models.CharField("地点", max_length=80, blank=True)
    organiser = models.CharField("组织者", max_length=80, blank=True)
    content = models.TextField("活动内容", max_length=10000, blank=True)
    outcome = models.TextField("活动成效", max_length=5000, blank=True)
    plan_item = models.ForeignKey(
        PlanItem,
        models.SET_NULL,
        verbose_name="计划事项",
        null=True,
        blank=True,
        related_name="activities",
    )
    resources = models.ManyToManyField(
        Resource, verbose_name="利用的特色资源", blank=True, related_name="activities"
    )
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        verbose_name="志愿服务队",
        null=True,
        blank=True,
        related_name="activities",
    )
    group = models.ForeignKey(
        Group,
        models.SET_NULL,
        verbose_name="活动小组",
        null=True,
        blank=True,
        related_name="activities",
    )
    service_field = models.CharField("服务领域", max_length=12, choices=ServiceField, blank=True)
    key_date = models.ForeignKey(
        KeyDate, models.PROTECT, verbose_name="重要节点", null=True, blank=True
    )
    stories = models.ManyToManyField(
        Story, verbose_name="宣讲的故事", blank=True, related_name="activities"
    )
    partners = models.ManyToManyField(
        Partner, verbose_name="共建单位", blank=True, related_name="activities"
    )
    by_phone = models.BooleanField("电话联系", default=False)
    care_reason = models.ForeignKey(
        CareReason, models.PROTECT, verbose_name="四尊崇、五关爱、六必访事项", null=True, blank=True
    )
    other_headcount = models.PositiveIntegerField("其他参加人数", default=0)
    recorded_at = models.DateTimeField("记录时间", default=timezone.now, editable=False)
    is_late_entry = models.BooleanField("补录", default=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动台账"
        ordering = ["-happened_on", "-pk"]
        indexes = [models.Index(fields=["station", "happened_on", "kind"], name="activity_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("happened_on")),
                name="activity_dates",
                violation_error_message="结束时间不能早于活动时间。",
            )
        ]

    def __str__(self):
        return self.title


class Participation(models.Model):
    class Role(models.TextChoices):
        PARTICIPANT = "participant", "参加"
        SPEAKER = "speaker", "宣讲（主讲）"
        VOLUNTEER = "volunteer", "志愿服务"
        VISITED = "visited", "走访慰问对象"

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participations")
    veteran = models.ForeignKey(
        Veteran, models.PROTECT, verbose_name="人员", related_name="participations"
    )
    role = models.CharField("角色", max_length=12, choices=Role, default=Role.PARTICIPANT)
    hours = models.DecimalField(
        "服务时长（小时）", max_digits=5, decimal_places=1, null=True, blank=True
    )

    station_path = "activity__station"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参加人员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "veteran", "role"],
                name="participation_once",
                violation_error_message="同一人以同一角色只记一次。",
            )
        ]


class Publicity(Record):
    class Channel(models.TextChoices):
        RADIO = "radio", "广播"
        TV = "tv", "电视"
        NEWSPAPER = "newspaper", "报纸"
        JOURNAL = "journal", "刊物"
        APP = "app", "客户端"
        WECHAT_OFFICIAL = "wechat_official", "公众号"
        WEIBO = "weibo", "微博"
        WECHAT = "wechat", "微信"
        DOUYIN = "douyin", "抖音"
        TOUTIAO = "toutiao", "头条"
        OTHER = "other", "其他平台"

    channel = models.CharField("宣传渠道", max_length=16, choices=Channel)
    level = models.CharField("级别", max_length=10, choices=AwardLevel)
    title = models.CharField("标题", max_length=120)
    url = models.URLField("链接", max_length=300, blank=True)
    published_on = models.DateField("发布日期")
    # Known by the channel, asked of nobody and never scored.
    reach = models.PositiveIntegerField("阅读（收看）量", null=True, blank=True)
    story = models.ForeignKey(
        Story,
        models.SET_NULL,
        verbose_name="典型故事",
        null=True,
        blank=True,
        related_name="publicity",
    )
    activity = models.ForeignKey(
        Activity,
        models.SET_NULL,
        verbose_name="活动",
        null=True,
        blank=True,
        related_name="publicity",
    )

    class Meta:
        verbose_name = verbose_name_plural = "宣传报道"
        ordering = ["-published_on", "-pk"]

    def __str__(self):
        return self.title


class Film(Record):
    title = models.CharField("标题", max_length=100)
    duration = models.PositiveIntegerField(
        "时长（秒）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(7200)],
    )
    made_on = models.DateField("制作日期")

    class Meta:
        verbose_name = verbose_name_plural = "建设情况视频短片"
        ordering = ["-made_on"]

    def __str__(self):
        return self.title

    @property
    def length(self) -> str:
        """8分10秒, 1小时2分0秒; nothing where nobody knows."""
        if self.duration is None:
            return ""
        minutes, seconds = divmod(self.duration, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}小时{minutes}分{seconds}秒" if hours else f"{minutes}分{seconds}秒"

    def note_video(self, video):
        """The length that its video has, unless it was typed (records/preparing.py)."""
        Film.objects.filter(pk=self.pk, duration=None).update(duration=video.duration)


class ExperienceNote(Record):
    title = models.CharField("标题", max_length=100)
    body = models.TextField("内容", max_length=30000, blank=True)
    written_on = models.DateField("日期", default=timezone.localdate)

    class Meta:
        verbose_name = verbose_name_plural = "经验材料"
        ordering = ["-written_on"]

    def __str__(self):
        return self.title


from activities.reception_models import Reception, ServiceRecord  # noqa: E402, F401 part of this app
from activities.survey_models import PhoneCall, PhoneSample, SurveyResponse  # noqa: E402, F401
