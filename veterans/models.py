"""The roster of a station with its honours, editions and enterprises (附件1 二)."""

import re

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace, StrIndex, Substr

from records.dates import Precision, format_partial
from records.fields import EncryptedTextField, TagsField, hash_version
from records.models import Record, ScopedQuerySet, Stamped, new_code
from veterans.phones import several_numbers


class War(models.TextChoices):
    RESISTANCE = "resistance", "抗日战争"
    LIBERATION = "liberation", "解放战争"
    KOREA = "korea", "抗美援朝"
    VIETNAM = "vietnam", "对越自卫反击战"
    OTHER = "other", "其他战争、战斗"


class CareCategory(models.TextChoices):
    """优抚类别; a person can have several."""

    DISABLED = "disabled", "残疾军人"
    DEMOBILISED = "demobilised", "在乡复员军人"
    RETURNED_ILL = "returned_ill", "带病回乡退役军人"
    COMBAT = "combat", "参战退役人员"
    TEST = "test", "参试退役人员"
    RURAL_60 = "rural_60", "年满60周岁农村籍退役士兵"
    MARTYR_FAMILY = "martyr_family", "烈士遗属"
    DUTY_FAMILY = "duty_family", "因公牺牲军人遗属"
    ILLNESS_FAMILY = "illness_family", "病故军人遗属"
    OTHER = "other", "其他"


class AnswerState(models.TextChoices):
    """Every question of the roster has one of four answers; the first two are answered."""

    ANSWERED = "answered", "已填"
    NONE = "none", "无"
    UNKNOWN = "unknown", "不详"
    BLANK = "blank", "未填"


class Strength(models.Model):
    """特点优长: one list for people and groups, extended by the city."""

    name = models.CharField("特点优长", max_length=30, unique=True)
    sort_order = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "特点优长"
        ordering = ["sort_order", "pk"]

    def __str__(self):
        return self.name


def _answer_state(label):
    return models.CharField(label, max_length=10, choices=AnswerState, default=AnswerState.BLANK)


def _precision():
    return models.CharField("精度", max_length=6, choices=Precision, default=Precision.MONTH)


def _search_key(expression, length=60):
    """A piece of the name or of its sound that a search can begin with; the database keeps
    it in step (veterans/search.py says what is found through it)."""
    text = models.CharField(max_length=length)
    return models.GeneratedField(expression=expression, output_field=text, db_persist=True)


def _without_spaces(expression):
    return Replace(expression, Value(" "), Value(""))


def _prefix_index(field):
    """For `__begins`: PostgreSQL finds a prefix only in this order of letters."""
    return models.Index(
        fields=[field], name=f"veteran_begins_{field}", opclasses=["varchar_pattern_ops"]
    )


class VeteranQuerySet(ScopedQuerySet):
    def visible_in_order(self, user):
        """As `visible_to`, for the first pages of a whole county or city: they are read
        along the index `veteran_order`. The `+ 0` keeps a planner from collecting and sorting
        all people of all those stations first."""
        Station = self.model._meta.apps.get_model("stations", "Station")
        place = models.ExpressionWrapper(F("station_id") + 0, models.BigIntegerField())
        stations = Station.objects.visible_to(user).values("pk")
        return self.alias(place=place).filter(place__in=stations)

    def unmerged(self):
        """Without the rows that became part of another. The list of these few is asked
        for by itself, so that the rest can still be counted and paged by index alone."""
        merged = self.model.objects.order_by().filter(merged_into__isnull=False)
        return self.exclude(pk__in=merged.values("pk"))

    def people(self):
        """People, as the rubric means it: living veterans on the roster."""
        return self.filter(person_kind=Veteran.PersonKind.VETERAN, status=Veteran.Status.ACTIVE)


class Veteran(Record):
    class PersonKind(models.TextChoices):
        VETERAN = "veteran", "退役军人"
        SURVIVOR = "survivor", "烈士、因公牺牲军人、病故军人遗属"
        MILITARY_FAMILY = "military_family", "现役军人家属"
        OTHER_CARE = "other_care", "其他优抚对象"

    class Gender(models.TextChoices):
        MALE = "male", "男"
        FEMALE = "female", "女"

    class IdCheck(models.TextChoices):
        NONE = "none", "未填"
        VALID = "valid", "校验通过"
        INVALID = "invalid", "校验未通过"
        LOST = "lost", "数据失真"

    class PoliticalStatus(models.TextChoices):
        PARTY_MEMBER = "party_member", "中共党员"
        PROBATIONARY = "probationary", "中共预备党员"
        LEAGUE_MEMBER = "league_member", "共青团员"
        OTHER_PARTY = "other_party", "民主党派（无党派）"
        MASSES = "masses", "群众"

    class InterviewStatus(models.TextChoices):
        NOT_STARTED = "not_started", "未采集"
        DONE = "done", "已采集"
        DECLINED = "declined", "本人谢绝"
        UNABLE = "unable", "无法采集"

    class Plaque(models.TextChoices):
        HUNG = "hung", "已悬挂"
        HOUSEHOLD = "household", "同户已悬挂"
        DECLINED = "declined", "按本人意愿未悬挂"
        NONE = "none", "未悬挂"

    class Residence(models.TextChoices):
        LOCAL = "local", "常住"
        AWAY = "away", "外出务工"
        ELSEWHERE = "elsewhere", "人户分离"

    class Status(models.TextChoices):
        ACTIVE = "active", "在册"
        MOVED = "moved", "已迁出"
        DECEASED = "deceased", "已去世"
        LOST = "lost", "暂未联系上"

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    person_kind = models.CharField(
        "人员类别", max_length=16, choices=PersonKind, default=PersonKind.VETERAN
    )
    name = models.CharField("姓名", max_length=60)
    pinyin = models.CharField(max_length=160, editable=False, default="")
    initials = models.CharField(max_length=60, editable=False, db_index=True, default="")
    given_name = _search_key(Substr("name", 2))
    name_end = _search_key(Substr("name", 3))
    name_rest = _search_key(Substr("name", 4))
    sound = _search_key(_without_spaces(F("pinyin")), 160)
    given_sound = _search_key(
        _without_spaces(Substr("pinyin", StrIndex("pinyin", Value(" ")) + 1)), 160
    )
    gender = models.CharField("性别", max_length=6, choices=Gender, blank=True)
    birth_date = models.DateField("出生年月", null=True, blank=True)
    birth_precision = _precision()
    id_number = EncryptedTextField("公民身份号码", blank=True, default="")
    id_hash = models.CharField(max_length=64, editable=False, default="")
    hash_version = models.PositiveSmallIntegerField(editable=False, default=hash_version)
    id_check = models.CharField(
        "身份号码校验", max_length=8, choices=IdCheck, default=IdCheck.NONE, editable=False
    )
    phone = EncryptedTextField("联系电话", blank=True, default="")
    phone_hash = models.CharField(max_length=64, editable=False, default="")
    # Of each number, where the cell holds more than one number and nothing else.
    phone_hashes = models.CharField(max_length=1300, editable=False, default="")
    political_status = models.CharField(
        "政治面貌", max_length=14, choices=PoliticalStatus, blank=True
    )
    enlisted_on = models.DateField("入伍时间", null=True, blank=True)
    enlisted_precision = _precision()
    discharged_on = models.DateField("退役时间", null=True, blank=True)
    discharged_precision = _precision()
    branch = models.CharField("军兵种", max_length=30, blank=True)
    former_unit = EncryptedTextField("原部队单位（受限）", blank=True, default="", editable=False)
    former_post = models.CharField("原部队职务", max_length=60, blank=True)
    former_post_state = _answer_state("原部队职务填写情况")
    current_post = models.CharField("现任职务", max_length=80, blank=True)
    current_post_state = _answer_state("现任职务填写情况")
    strengths = models.ManyToManyField(
        Strength, verbose_name="特点优长", blank=True, related_name="veterans"
    )
    strengths_text = models.CharField("特点优长说明", max_length=200, blank=True)
    strengths_state = _answer_state("特点优长填写情况")
    honours_state = _answer_state("荣誉奖励填写情况")
    photos_known_none = models.BooleanField("确无军旅生涯照片", default=False)
    care_categories = TagsField("优抚类别", choices=CareCategory)
    war_tags = TagsField("参战经历", choices=War)
    interview_status = models.CharField(
        "口述史料采集情况",
        max_length=12,
        choices=InterviewStatus,
        default=InterviewStatus.NOT_STARTED,
    )
    is_priority = models.BooleanField("重点走访对象", default=False)
    is_village_secretary = models.BooleanField("“兵支书”", default=False)
    plaque = models.CharField("光荣牌", max_length=10, choices=Plaque, default=Plaque.NONE)
    residence = models.CharField(
        "居住情况", max_length=10, choices=Residence, default=Residence.LOCAL
    )
    grid = models.ForeignKey(
        "stations.Grid", models.SET_NULL, verbose_name="网格", null=True, blank=True
    )
    status = models.CharField("在册状态", max_length=10, choices=Status, default=Status.ACTIVE)
    status_on = models.DateField("状态变更日期", null=True, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)
    # Two rows of one person became one: this one stays, uncounted, and leads to the other.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="并入",
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
    )

    search_fields = ("name", "pinyin", "initials")
    # Hash column -> what it finds; records/rotation.py makes them anew under a new key.
    keyed_hashes = {"id_hash": "id_number", "phone_hash": "phone", "phone_hashes": "phone"}
    keyed_parts = {"phone_hashes": several_numbers}
    objects = VeteranQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "花名册人员"
        ordering = ["pinyin", "pk"]
        indexes = [
            models.Index(fields=["station", "status", "person_kind"], name="veteran_people"),
            # The first fifty of a large scope are read from here in the order of the list.
            models.Index(fields=["pinyin", "id", "station"], name="veteran_order"),
            *[
                _prefix_index(field)
                for field in ("name", "given_name", "name_end", "name_rest", "sound", "given_sound")
            ],
            models.Index(fields=["name"], name="veteran_name"),
            # Not db_index: PostgreSQL would be given a second one for prefixes of a hash.
            models.Index(fields=["id_hash"], name="veteran_id_hash"),
            models.Index(fields=["phone_hash"], name="veteran_phone_hash"),
            # Short: most people have one number, or none. It is read through.
            models.Index(
                fields=["phone_hashes"],
                condition=Q(phone_hashes__gt=""),
                name="veteran_phone_hashes",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_hash"],
                condition=Q(id_check="valid", status="active"),
                name="veteran_id_unique",
                violation_error_message="这个公民身份号码已在花名册中，同一人只能在一个服务站在册。",
            ),
            models.CheckConstraint(
                condition=Q(discharged_on=None)
                | Q(enlisted_on=None)
                | Q(discharged_on__gte=F("enlisted_on")),
                name="veteran_service_dates",
                violation_error_message="退役时间不能早于入伍时间。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def may_have_unit(self):
        """Whether this city keeps 原部队单位 at all (veterans/unit_views.py)."""
        return settings.FORMER_UNIT

    @property
    def born(self):
        return format_partial(self.birth_date, self.birth_precision)

    @property
    def masked_id_number(self):
        """First 2 and last 3: masked on every list."""
        number = self.id_number
        return f"{number[:2]}{'*' * (len(number) - 5)}{number[-3:]}" if len(number) > 5 else ""

    @property
    def masked_phone(self):
        """3-4-4 of the first number; of a short one the last four. Whose it is stays hidden."""
        number = re.split("[；(]", self.phone, maxsplit=1)[0]
        if len(number) > 8:
            return f"{number[:3]}****{number[-4:]}"
        return f"****{number[-4:]}" if len(number) == 8 else "****" if number else ""


class Honour(Stamped):
    class Kind(models.TextChoices):
        TITLE = "title", "荣誉称号"
        MERIT_1 = "merit_1", "一等功"
        MERIT_2 = "merit_2", "二等功"
        MERIT_3 = "merit_3", "三等功"
        WAR_MERIT = "war_merit", "战功"
        HISTORIC_MERIT = "historic_merit", "历史立功（大功、特等功等）"
        COMMENDATION = "commendation", "嘉奖"
        FOUR_HAVE = "four_have", "“四有”优秀军官（士兵）、优秀士兵"
        MEDAL = "medal", "纪念章、奖章"
        CIVIL = "civil", "退役后表彰"

    veteran = models.ForeignKey(
        Veteran, models.CASCADE, related_name="honours", verbose_name="人员"
    )
    kind = models.CharField("荣誉类别", max_length=16, choices=Kind)
    awarded_on = models.DateField("授予时间", null=True, blank=True)
    awarded_precision = models.CharField(
        "精度", max_length=6, choices=Precision, default=Precision.YEAR
    )
    awarded_by = models.CharField("授予单位（不写部队番号）", max_length=80, blank=True)
    count = models.PositiveSmallIntegerField("次数", default=1)
    note = models.CharField("备注", max_length=200, blank=True)
    attachment_links = GenericRelation("records.AttachmentLink", "object_id", "content_type")

    station_path = "veteran__station"
    # When two rows of one person are merged, these tell the same honour (veterans/merging).
    same_fact = ("kind", "awarded_on", "count")

    class Meta:
        verbose_name = verbose_name_plural = "荣誉奖励"
        ordering = ["awarded_on", "pk"]

    def __str__(self):
        return self.get_kind_display()

    @property
    def station(self):
        return self.veteran.station


class RosterEdition(Record):
    """花名册版次: the roster on paper, signed, and its yearly confirmation."""

    edition = models.PositiveIntegerField("版次", editable=False)
    row_count = models.PositiveIntegerField("人数（系统）", editable=False, default=0)
    counted_rows = models.PositiveIntegerField("人数（签字件）", null=True, blank=True)
    printed_on = models.DateField("打印日期", null=True, blank=True)
    moved_in = models.PositiveIntegerField("新增（迁入、新退役）", null=True, blank=True)
    moved_out = models.PositiveIntegerField("迁出", null=True, blank=True)
    deceased = models.PositiveIntegerField("去世", null=True, blank=True)
    confirmed_by = models.CharField("核对人", max_length=60, blank=True)
    confirmed_on = models.DateField("核对日期", null=True, blank=True)
    # What was printed, kept as it was: the two files with their checksums, the people who
    # were counted, and what the system found changed since the edition before.
    pdf = models.CharField(max_length=200, blank=True, default="", editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    word = models.CharField(max_length=200, blank=True, default="", editable=False)
    word_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    content_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    people = models.JSONField(default=list, blank=True, editable=False)
    found_in = models.PositiveIntegerField("新增（系统）", null=True, editable=False)
    found_out = models.PositiveIntegerField("迁出（系统）", null=True, editable=False)
    found_deceased = models.PositiveIntegerField("去世（系统）", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "花名册版次"
        ordering = ["-edition"]
        constraints = [models.UniqueConstraint(fields=["station", "edition"], name="edition_once")]

    def __str__(self):
        return f"第{self.edition}版"


class Enterprise(Record):
    class Kind(models.TextChoices):
        FAMILY_FARM = "family_farm", "家庭农场"
        COOPERATIVE = "cooperative", "合作社"
        FIRM = "firm", "企业"
        OTHER = "other", "其他"

    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=12, choices=Kind)
    other_kind = models.CharField("其他类型说明", max_length=60, blank=True)
    trade = models.CharField("行业", max_length=60)
    is_green = models.BooleanField("绿色或特色产业", default=False)
    owners = models.ManyToManyField(
        Veteran, verbose_name="创办（合办）人", blank=True, related_name="enterprises_owned"
    )
    workers = models.ManyToManyField(
        Veteran, verbose_name="就业人员", blank=True, related_name="enterprises_working"
    )
    founded_on = models.DateField("成立时间", null=True, blank=True)
    scale = models.CharField("规模", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "退役军人创业项目"
        ordering = ["name"]

    def __str__(self):
        return self.name


from veterans.bulk_models import BulkEdit  # noqa: E402, F401 part of this app
from veterans.fault_models import DataFault, FaultCheck  # noqa: E402, F401
from veterans.import_models import ImportRow, RosterImport  # noqa: E402, F401
from veterans.privacy_models import Consent, ExportRequest, StoryBand  # noqa: E402, F401
from veterans.story_models import Checked, Exhibit, Story  # noqa: E402, F401
from veterans.transfer_models import Transfer  # noqa: E402, F401
from veterans.view_models import SavedView  # noqa: E402, F401
