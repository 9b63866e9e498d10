"""Regions, stations and what a station has: the root of every scope."""

from django.db import models
from django.utils import timezone

from accounts.permissions import can_edit_records
from records.models import Record, Stamped


class Track(models.TextChoices):
    """建设类别, in the order of section three of the policy."""

    RED = "red", "红色文化"
    HISTORICAL = "historical", "历史文化底蕴"
    RURAL = "rural", "乡村振兴高质量发展"

    @property
    def short_label(self):
        return {"red": "红色", "historical": "古色", "rural": "绿色"}[self.value]


class AwardLevel(models.TextChoices):
    TOWN = "town", "乡镇（街道）级"
    COUNTY = "county", "县（区）级"
    CITY = "city", "市级"
    PROVINCE = "province", "省级"
    NATIONAL = "national", "国家级"


class RegionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The subtree that the user's region manages."""
        return self.filter(path__startswith=user.region.path) if user.region_id else self.none()

    def under(self, region):
        return self.filter(path__startswith=region.path)

    def county_level(self):
        return self.filter(level=Region.Level.COUNTY).order_by("sort_order", "code")


class Region(models.Model):
    """A unit of administration. `code` is statistical, `parent` is who manages it: a town
    coded under a district can be run by a functional zone.

    `path` holds the codes from the root down, each followed by a slash, so that a subtree
    is a prefix. A merged region hangs below the one it was merged into: its records stay
    where they were and its successor sees them. `rank` is its place in the city's own order
    of units (stations/region_order.py).
    """

    class Level(models.TextChoices):
        CITY = "city", "市"
        COUNTY = "county", "县（区）级"
        TOWN = "town", "乡镇（街道）"
        VILLAGE = "village", "村居（社区）"

    class Kind(models.TextChoices):
        STATUTORY = "statutory", "行政区划"
        FUNCTIONAL_ZONE = "functional_zone", "开发区（新区、园区）"
        OTHER = "other", "其他（农场、林场、生活区等）"

    code = models.CharField("代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    former_names = models.JSONField("曾用名", default=list, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="并入", related_name="absorbed"
    )
    level = models.CharField("层级", max_length=10, choices=Level)
    kind = models.CharField("性质", max_length=16, choices=Kind, default=Kind.STATUTORY)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="主管单位",
        related_name="children",
    )
    path = models.CharField(max_length=80, db_index=True, editable=False)
    sort_order = models.PositiveIntegerField("排序", default=0)
    rank = models.PositiveIntegerField(default=0, db_index=True, editable=False)
    is_active = models.BooleanField("启用", default=True)
    office_name = models.CharField("主管单位全称", max_length=80, blank=True)
    office_leader = models.CharField("分管领导", max_length=60, blank=True)
    office_phone = models.CharField("联系电话", max_length=30, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政区划与管理单位"
        ordering = ["level", "sort_order", "code"]

    def __str__(self):
        return self.name

    @property
    def ancestor_codes(self):
        """Codes from the root to this region."""
        return self.path.rstrip("/").split("/")

    @property
    def county_code(self):
        """Code of the county-level unit that manages this region (empty above it)."""
        codes = self.ancestor_codes
        return codes[1] if len(codes) > 1 else ""

    @property
    def office_title(self):
        """How the managing office is named; a functional zone has no veterans bureau."""
        if self.office_name:
            return self.office_name
        if self.level in (self.Level.CITY, self.Level.COUNTY) and self.kind == self.Kind.STATUTORY:
            return f"{self.name}退役军人事务局"
        return self.name


class StationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """THE root of scope: the stations in the subtree of the user's region. A reader
        sees aggregates and public facts only, hence no station's records."""
        if not user.is_authenticated or not user.region_id or user.role == "viewer":
            return self.none()
        return self.filter(region__path__startswith=user.region.path)

    def editable_by(self, user):
        """Whose records the user may change: a station its own (a town's also those of its
        villages), a county all in its subtree."""
        if not can_edit_records(user):
            return self.none()
        return self.visible_to(user)

    def in_region(self, region):
        return self.filter(region__path__startswith=region.path)

    def active(self):
        return self.filter(is_active=True)


class Station(Stamped):
    """A veterans service station, one per town or village."""

    region = models.OneToOneField(
        Region, models.PROTECT, verbose_name="区划", related_name="station"
    )
    name = models.CharField("名称", max_length=80)
    address = models.CharField("地址", max_length=120, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    manager_name = models.CharField("站长", max_length=60, blank=True)
    manager_phone = models.CharField("站长电话", max_length=30, blank=True)
    founded_on = models.DateField("建站时间", null=True, blank=True)
    floor_area = models.DecimalField(
        "场所面积（平方米）", max_digits=8, decimal_places=1, null=True, blank=True
    )
    fulltime_staff = models.PositiveIntegerField("专职人员数", null=True, blank=True)
    parttime_staff = models.PositiveIntegerField("兼职人员数", null=True, blank=True)
    population = models.PositiveIntegerField("辖区人口", null=True, blank=True)
    registered_veterans = models.PositiveIntegerField(
        "建档立卡退役军人数（县区填写）", null=True, blank=True
    )
    track = models.CharField("建设类别", max_length=10, choices=Track, blank=True)
    brand = models.CharField("品牌", max_length=60, blank=True)
    theme_statement = models.CharField("特色主题", max_length=60, blank=True)
    introduction = models.TextField("服务站简介", max_length=3000, blank=True)
    is_exemplar = models.BooleanField("同意作为样板展示", default=False)
    shows_photos = models.BooleanField("样板展示时同意带照片", default=False)
    records_begin_on = models.DateField("记录起始日期", null=True, blank=True)
    is_active = models.BooleanField("启用", default=True)

    station_path = "pk"
    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "退役军人服务站"
        ordering = ["region__rank", "region__path"]

    def __str__(self):
        return self.name

    @property
    def code(self):
        return self.region.code

    @property
    def short_name(self):
        """For columns headed 服务站: 甲一村, where the region is called 甲一村委会."""
        return self.name.removesuffix("退役军人服务站") or self.name

    @property
    def is_village(self):
        return self.region.level == Region.Level.VILLAGE

    @property
    def station(self):
        """A station is in its own scope; lets audit and scope treat it like a record."""
        return self


class Grid(Record):
    name = models.CharField("网格名称", max_length=60)
    liaison = models.CharField("联络员", max_length=60, blank=True)
    liaison_phone = models.CharField("联络员电话", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "网格"
        ordering = ["name"]

    def __str__(self):
        return self.name


class Facility(Record):
    """附件1 一: the seven places of the home of veterans."""

    class Kind(models.TextChoices):
        TALK_ROOM = "talk_room", "老兵谈心室"
        RECREATION_ROOM = "recreation_room", "文体活动室"
        READING_AREA = "reading_area", "图书阅览专区"
        HONOUR_WALL = "honour_wall", "退役军人荣誉墙"
        HONOUR_BOARD = "honour_board", "光荣榜"
        BULLETIN_BOARD = "bulletin_board", "宣传栏"
        MEMORABILIA_CABINET = "memorabilia_cabinet", "军用物品陈列柜"

    kind = models.CharField("场所类型", max_length=20, choices=Kind)
    name = models.CharField("名称", max_length=60, blank=True)
    floor_area = models.DecimalField(
        "面积（平方米）", max_digits=7, decimal_places=1, null=True, blank=True
    )
    is_shared = models.BooleanField("与村居（社区）场所共用", default=False)
    book_count = models.PositiveIntegerField("图书册数", null=True, blank=True)
    changed_on = models.DateField("最近更换日期", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "活动场所"
        ordering = ["pk"]

    def __str__(self):
        return self.name or self.get_kind_display()


class Regulation(Record):
    """附件1 四: the seven rules the policy names; 等 leaves room for others."""

    class Kind(models.TextChoices):
        STUDY = "study", "定期学习制度"
        RECREATION = "recreation", "文体活动制度"
        VISIT = "visit", "走访慰问制度"
        RECEPTION = "reception", "信访接待制度"
        REPORT = "report", "请示汇报制度"
        COORDINATION = "coordination", "协调落实制度"
        FILING = "filing", "登记归档制度"
        OTHER = "other", "其他制度"

    kind = models.CharField("制度类别", max_length=14, choices=Kind)
    title = models.CharField("名称", max_length=80)
    body = models.TextField("内容", max_length=20000, blank=True)
    adopted_on = models.DateField("制定日期")
    reviewed_on = models.DateField("最近审阅日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作制度"
        ordering = ["pk"]

    def __str__(self):
        return self.title


class Duty(Record):
    class Kind(models.TextChoices):
        ORGANISATION = "organisation", "组织职责"
        PERSON = "person", "人员职责"

    kind = models.CharField("职责类别", max_length=14, choices=Kind)
    post = models.CharField("岗位（组织）名称", max_length=60)
    holder = models.CharField("负责人", max_length=60, blank=True)
    body = models.TextField("职责内容", max_length=10000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作职责"
        ordering = ["kind", "pk"]

    def __str__(self):
        return self.post


class TextTemplate(models.Model):
    """范本 of a rule or a duty, kept by the city; a station adapts its own copy."""

    class Kind(models.TextChoices):
        STUDY = "study", "定期学习制度"
        RECREATION = "recreation", "文体活动制度"
        VISIT = "visit", "走访慰问制度"
        RECEPTION = "reception", "信访接待制度"
        REPORT = "report", "请示汇报制度"
        COORDINATION = "coordination", "协调落实制度"
        FILING = "filing", "登记归档制度"
        OTHER = "other", "其他制度"
        ORGANISATION = "organisation", "组织职责"
        PERSON = "person", "人员职责"

    kind = models.CharField("类别", max_length=14, choices=Kind)
    title = models.CharField(
        "名称", max_length=80, help_text="制度写制度名称，职责写岗位（组织）名称。"
    )
    body = models.TextField(
        "范本内容", max_length=10000, help_text="“本站”在采用时换成服务站名称；各站可再修改。"
    )
    is_active = models.BooleanField("启用", default=True)
    sort_order = models.PositiveIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "制度、职责范本"
        ordering = ["sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "title"], name="template_once")]

    def __str__(self):
        return self.title

    @property
    def is_duty(self):
        return self.kind in Duty.Kind.values


class Title(Record):
    name = models.CharField("荣誉名称", max_length=100)
    level = models.CharField("级别", max_length=10, choices=AwardLevel)
    awarded_by = models.CharField("授予单位", max_length=80, blank=True)
    awarded_on = models.DateField("授予日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "集体荣誉称号"
        ordering = ["-awarded_on"]

    def __str__(self):
        return self.name

    def is_valid(self, on=None):
        return self.valid_until is None or self.valid_until >= (on or timezone.localdate())


# Part of this app:
from stations.resource_models import Outcome, Partner, Resource, ResourceUse  # noqa: E402, F401
