"""特色资源 of a place, who shares them and what came of them (附件2)."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q

from accounts.permissions import can_edit_records
from records.models import Record, ScopedQuerySet, Stamped
from stations.models import Region, Track


class ResourceQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """Resources belong to a place and are shared: a station sees those of its own
        region, of everything below and of the units above it."""
        if not user.region_id or user.role == "viewer":
            return self.none()
        return self.filter(
            Q(region__path__startswith=user.region.path)
            | Q(region__code__in=user.region.ancestor_codes)
        )

    def editable_by(self, user):
        if not can_edit_records(user) or not user.region_id:
            return self.none()
        return self.filter(region__path__startswith=user.region.path)


class Resource(Stamped):
    """特色资源: owned by a region, shared by stations through ResourceUse."""

    class Kind(models.TextChoices):
        MARTYR = "martyr", "革命先烈"
        RED_EVENT = "red_event", "革命历史事件"
        MEMORIAL_PLACE = "memorial_place", "革命纪念地"
        MEMORIAL_VENUE = "memorial_venue", "纪念场所"
        MEMORIAL_FACILITY = "memorial_facility", "纪念设施"
        RELIC_SITE = "relic_site", "遗迹遗址"
        FIGURE = "figure", "典型人物"
        HOMETOWN_HALL = "hometown_hall", "乡情馆"
        CELEBRITY_MEMORIAL = "celebrity_memorial", "名人纪念馆"
        PROTECTED_RELIC = "protected_relic", "文物保护单位"
        SCIENCE_MUSEUM = "science_museum", "自然科技馆"
        INDUSTRIAL_HERITAGE = "industrial_heritage", "工商业遗址"
        FORMER_RESIDENCE = "former_residence", "知名人物故居旧址"
        HISTORIC_EVENT = "historic_event", "本地重大历史事件"
        HISTORIC_DISTRICT = "historic_district", "历史文化街区"
        REFORM_VENUE = "reform_venue", "反映改革开放历程的馆所"
        MAJOR_PROJECT = "major_project", "重大建设工程"
        REFORM_LANDMARK = "reform_landmark", "标志性纪念地"
        INDUSTRY = "industry", "特色产业"
        OTHER = "other", "其他"

    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="所在地", related_name="resources", editable=False
    )
    name = models.CharField("名称", max_length=80)
    is_owned_by_station = models.BooleanField("由服务站管理", default=False)
    theme = models.CharField("所属类别", max_length=10, choices=Track)
    kind = models.CharField("资源类型", max_length=20, choices=Kind)
    other_kind = models.CharField("其他类型说明", max_length=60, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    description = models.TextField("简介", max_length=5000, blank=True)
    source = models.CharField("资料来源", max_length=300, blank=True)
    keeper = models.CharField("管护单位（人）", max_length=80, blank=True)
    keeper_missing_reported = models.BooleanField("管护单位缺失已上报", default=False)
    attachment_links = GenericRelation("records.AttachmentLink", "object_id", "content_type")

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "特色资源"
        ordering = ["theme", "name"]

    def __str__(self):
        return self.name


class ResourceUse(Record):
    """共建共享: a station uses a resource; the agreement is an attachment."""

    resource = models.ForeignKey(
        Resource, models.PROTECT, verbose_name="特色资源", related_name="uses"
    )
    signed_on = models.DateField("签订日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资源共建共享"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "resource"],
                name="resource_used_once",
                violation_error_message="这项资源已经登记过共建共享。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None)
                | Q(signed_on=None)
                | Q(valid_until__gte=F("signed_on")),
                name="resource_use_dates",
                violation_error_message="有效期不能早于签订日期。",
            ),
        ]

    def __str__(self):
        return str(self.resource)


class Partner(Record):
    """共建单位; never a serving unit of the armed forces."""

    class Kind(models.TextChoices):
        VENUE = "venue", "场馆"
        ENTERPRISE = "enterprise", "企业"
        SCHOOL = "school", "学校"
        SOCIAL_ORGANISATION = "social_organisation", "社会组织"
        PUBLIC_BODY = "public_body", "机关事业单位"
        MEDIA = "media", "媒体"
        OTHER = "other", "其他"

    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=20, choices=Kind)
    other_kind = models.CharField("其他类型说明", max_length=60, blank=True)
    contact = models.CharField("联系人", max_length=60, blank=True)
    since = models.DateField("共建起始日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "共建单位"
        ordering = ["name"]

    def __str__(self):
        return self.name


class Outcome(Record):
    """成效数据: the same metric of two years shows growth (绿色2-2)."""

    resource = models.ForeignKey(
        Resource, models.PROTECT, verbose_name="特色资源", null=True, blank=True
    )
    metric = models.CharField("指标", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    value = models.DecimalField("数值", max_digits=14, decimal_places=2)
    unit = models.CharField("单位", max_length=20)
    source = models.CharField("数据来源", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "成效数据"
        ordering = ["metric", "-year"]

    def __str__(self):
        return f"{self.metric}（{self.year}年）"
