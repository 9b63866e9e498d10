"""What a station tells: stories (典型故事) and exhibits (陈列展示), and how they are checked."""

import hashlib
import json

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models

from records.fields import TagsField
from records.models import Record
from stations.models import Resource, Track
from veterans.models import Veteran, War


class Checked(Record):
    """A text that must pass 政治关 and 史实关 (section four (six) of the policy). The
    hash of what was checked is kept beside it: an edit reopens the checks by itself."""

    content_hash = models.CharField(max_length=64, editable=False, db_index=True, default="")
    withdrawn_on = models.DateField("撤下日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤下原因", max_length=200, blank=True)
    checks = GenericRelation("records.ContentCheck", "object_id", "content_type")

    checked_fields: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def compute_content_hash(self):
        text = json.dumps([str(getattr(self, name)) for name in self.checked_fields])
        return hashlib.sha256(text.encode()).hexdigest()


class Story(Checked):
    class Subject(models.TextChoices):
        MARTYR = "martyr", "革命先烈"
        WAR_VETERAN = "war_veteran", "参战退役军人"
        PARTY_MODEL = "party_model", "共产党员先进模范人物"
        INHERITOR = "inheritor", "历史文化传承典型"
        GREEN_LEADER = "green_leader", "绿色发展带头人"
        OTHER = "other", "其他先进典型"

    class Field(models.TextChoices):
        GREEN_GROWTH = "green_growth", "绿色发展"
        ECOLOGY = "ecology", "生态环境改善"
        UPGRADING = "upgrading", "产业转型升级"
        LOCAL_STRENGTH = "local_strength", "立足资源特色促发展"

    theme = models.CharField("所属类别", max_length=10, choices=Track)
    subject = models.CharField("人物类型", max_length=14, choices=Subject)
    war = models.CharField("战争、战斗", max_length=12, choices=War, blank=True)
    field = models.CharField("领域（乡村振兴）", max_length=16, choices=Field, blank=True)
    veteran = models.ForeignKey(
        Veteran,
        models.PROTECT,
        verbose_name="花名册人员",
        null=True,
        blank=True,
        related_name="stories",
    )
    subject_name = models.CharField("人物姓名", max_length=60, blank=True)
    title = models.CharField("标题", max_length=100)
    body = models.TextField("正文", max_length=30000)
    source = models.CharField("史料（事迹）来源", max_length=300, blank=True)
    consent = models.BooleanField("本人（亲属）同意", default=False)
    # 对越自卫反击战: the city lets the text of this hash be published.
    released_hash = models.CharField(max_length=64, editable=False, default="")
    released_on = models.DateField("市局同意公开日期", null=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    checked_fields = ("theme", "subject", "war", "subject_name", "title", "body", "source")

    class Meta:
        verbose_name = verbose_name_plural = "典型故事"
        ordering = ["-created_at", "pk"]

    def __str__(self):
        return self.title


class Exhibit(Checked):
    class Place(models.TextChoices):
        WALL_PANEL = "wall_panel", "服务站墙面专门版块"
        HONOUR_WALL = "honour_wall", "退役军人荣誉墙"
        HONOUR_BOARD = "honour_board", "光荣榜"
        MEMORABILIA_CABINET = "memorabilia_cabinet", "军用物品陈列柜"
        HALL = "hall", "展厅（展室）"
        ENVIRONMENT = "environment", "政治文化环境（室内外）"

    class Form(models.TextChoices):
        OBJECT = "object", "实物"
        PHOTO = "photo", "照片"
        CHART = "chart", "图标（图表）"
        MODEL = "model", "模型"
        PAINTING = "painting", "绘画"
        SCULPTURE = "sculpture", "雕像"
        VIDEO = "video", "影像"
        SOUND = "sound", "声"
        LIGHT = "light", "光"
        ELECTRIC = "electric", "电"

    place = models.CharField("陈列位置", max_length=20, choices=Place)
    section = models.CharField("展陈部分", max_length=60, blank=True)
    order = models.PositiveIntegerField("顺序", default=0)
    forms = TagsField("展示形式", choices=Form)
    theme = models.CharField("所属类别", max_length=10, choices=Track, blank=True)
    title = models.CharField("标题", max_length=100)
    body = models.TextField("内容说明", max_length=30000, blank=True)
    donor = models.CharField("捐赠（提供）人", max_length=60, blank=True)
    period = models.CharField("年代", max_length=40, blank=True)
    people = models.ManyToManyField(
        Veteran, verbose_name="展示人物", blank=True, related_name="exhibits"
    )
    stories = models.ManyToManyField(
        Story, verbose_name="展示故事", blank=True, related_name="exhibits"
    )
    resources = models.ManyToManyField(
        Resource, verbose_name="展示的特色资源", blank=True, related_name="exhibits"
    )
    no_forbidden_items = models.BooleanField("已检查：无武器、弹药和涉密物品", default=False)
    forbidden_checked_by = models.CharField("检查人", max_length=60, blank=True)
    forbidden_checked_on = models.DateField("检查日期", null=True, blank=True)

    checked_fields = ("place", "theme", "title", "body", "period")

    class Meta:
        verbose_name = verbose_name_plural = "陈列展示"
        ordering = ["place", "section", "order", "pk"]

    def __str__(self):
        return self.title
