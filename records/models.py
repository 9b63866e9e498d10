"""What every record shares: the base class, files, content checks, jobs."""

import secrets

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.permissions import is_admin
from records.by_row import ByRow
from records.fingerprints import BANDS, Band
from records.form_models import Draft, Submission  # noqa: F401 belong to this app
from records.incoming_models import IncomingFile  # noqa: F401
from records.notice_models import Announcement, Digest, Feedback, Notice  # noqa: F401

# 32 letters divide 256: each byte is one of them, all equally likely.
_LETTERS = b"abcdefghijkmnpqrstuvwxyz23456789" * 8


def new_code() -> str:
    """An unguessable code for addresses (80 bits, without look-alikes)."""
    return secrets.token_bytes(16).translate(_LETTERS).decode()


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to a station are seen by whoever sees that station.

    `station_path` names the way to the station for children (an Honour belongs to a
    veteran). A subquery, not a join: no duplicates, no DISTINCT.
    """

    # How the station of a row is asked for where few() or row_by_row() was said.
    looked_up: type[Exists] | None = None

    def few(self):
        """To be said before the scope where few rows are asked for, those of a station or a
        person: `Story.objects.few().visible_to(reader).filter(station=station)`. The same rows,
        but the station of each is looked up. Otherwise a database lists all the stations of
        the reader first, which for the city takes longer than all the rest."""
        return self._looked_up(Exists)

    def row_by_row(self):
        """The same for a number of rows of all that a reader sees, where they are far fewer than
        the people: PostgreSQL, too, looks the station of each up, so that one plan serves every
        reader (records/kept.py)."""
        return self._looked_up(ByRow)

    def _looked_up(self, how):
        rows = self._chain()
        rows.looked_up = how
        return rows

    def _clone(self):
        clone = super()._clone()
        clone.looked_up = self.looked_up
        return clone

    def visible_to(self, user):
        return self._scoped(user, "visible_to")

    def editable_by(self, user):
        return self._scoped(user, "editable_by")

    def _scoped(self, user, scope):
        path = getattr(self.model, "station_path", "station")
        Station = self.model._meta.apps.get_model("stations", "Station")
        stations = getattr(Station.objects, scope)(user)
        if self.looked_up:
            return self.filter(self.looked_up(stations.filter(pk=OuterRef(path))))
        return self.filter(**{f"{path}__in": stations})


class Stamped(models.Model):
    """Who made and last changed a row, and the number that detects lost updates."""

    created_at = models.DateTimeField("创建时间", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField("修改时间", default=timezone.now, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class Record(Stamped):
    """A record of a station."""

    station = models.ForeignKey(
        "stations.Station",
        models.PROTECT,
        verbose_name="服务站",
        related_name="%(class)ss",
        editable=False,
    )
    attachment_links = GenericRelation("records.AttachmentLink", "object_id", "content_type")

    class Meta:
        abstract = True


class AttachmentQuerySet(models.QuerySet):
    def unfinished(self):
        """Photos that the worker has still to decode (records/finishing.py)."""
        return self.filter(kind="photo", finished_at=None, thumbnail="")

    def visible_to(self, user):
        Station = self.model._meta.apps.get_model("stations", "Station")
        own = Q(station__in=Station.objects.visible_to(user))
        if user.region_id:
            own |= Q(station=None, region__path__startswith=user.region.path)
        return self.filter(own)


class Attachment(models.Model):
    """One uploaded file. The stored copy is the cleaned one: oriented, without position."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "照片"
        VIDEO = "video", "视频"
        AUDIO = "audio", "音频"
        DOCUMENT = "document", "文件"

    class Preparation(models.TextChoices):
        READY = "", "可以打开"
        WAITING = "waiting", "正在处理"
        FAILED = "failed", "没有处理成功"

    class Origin(models.TextChoices):
        """What the phone was asked for; nobody checks it and nothing depends on it."""

        CAMERA = "camera", "现场拍摄"
        ALBUM = "album", "相册选取"

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, null=True, related_name="attachments"
    )
    region = models.ForeignKey("stations.Region", models.PROTECT, null=True, related_name="+")
    kind = models.CharField("类型", max_length=10, choices=Kind)
    file = models.FileField("文件", max_length=200)
    thumbnail = models.CharField(max_length=200, blank=True)
    original_name = models.CharField("原文件名", max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField(max_length=64, db_index=True)
    perceptual_hash = models.CharField(max_length=16, blank=True, db_index=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    duration = models.PositiveIntegerField("时长（秒）", null=True)
    # A video as it came is not shown: what is served is what the worker made of it.
    preparation = models.CharField(
        "处理情况", max_length=8, choices=Preparation, default=Preparation.READY, blank=True
    )
    taken_at = models.DateTimeField("照片自带时间（仅供参考）", null=True)
    captured_on = models.DateField("拍摄日期", null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now)
    origin = models.CharField("来源", max_length=6, choices=Origin, blank=True)
    # When the worker had decoded it, or found that it cannot be decoded.
    finished_at = models.DateTimeField(null=True, editable=False)
    # When the worker looked for pictures like this one (accreditation/doubts).
    compared_at = models.DateTimeField(null=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["uploaded_at", "pk"]
        indexes = [
            *(
                models.Index(Band("perceptual_hash", band), name=f"attachment_band_{band}")
                for band in range(BANDS)
            ),
            models.Index(
                fields=["id"], condition=Q(compared_at=None), name="attachment_to_compare"
            ),
            models.Index(
                fields=["id"], condition=Q(preparation="waiting"), name="attachment_to_prepare"
            ),
            models.Index(
                fields=["id"],
                condition=Q(kind="photo", finished_at=None, thumbnail=""),
                name="attachment_to_finish",
            ),
        ]

    def __str__(self):
        return self.original_name

    @property
    def served_name(self):
        """The name under which it is saved: what was converted has the ending of what it is."""
        ending = {"video/mp4": ".mp4", "image/jpeg": ".jpg"}.get(self.content_type, "")
        stem, dot, extension = self.original_name.rpartition(".")
        if not ending or f".{extension.lower()}" in (ending, ".jpeg"):
            return self.original_name
        return f"{stem if dot else self.original_name}{ending}"

    @property
    def is_unfinished(self):
        return self.kind == "photo" and self.finished_at is None and not self.thumbnail

    @property
    def is_broken(self):
        return self.kind == "photo" and self.finished_at is not None and not self.thumbnail


class AttachmentLink(models.Model):
    """A file serves a record for a purpose; one photo can serve two records."""

    class Purpose(models.TextChoices):
        GENERAL = "general", "一般"
        PORTRAIT = "portrait", "本人照片"
        SERVICE_LIFE = "service_life", "军旅生涯照片"
        FOUNDING = "founding", "成立材料"
        CHARTER = "charter", "章程"
        AGREEMENT = "agreement", "协议"
        SIGNED_SCAN = "signed_scan", "签字扫描件"
        SIGN_IN = "sign_in", "签到表"
        RECEIPT = "receipt", "收据"
        CONSENT = "consent", "同意书"
        OPINION = "opinion", "审核意见"
        PAPER_LEDGER = "paper_ledger", "纸质台账"

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="links")
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    purpose = models.CharField("用途", max_length=14, choices=Purpose, default=Purpose.GENERAL)
    caption = models.CharField("说明", max_length=200, blank=True)
    order = models.PositiveIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "附件关联"
        ordering = ["order", "pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "purpose"], name="link_record")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["attachment", "content_type", "object_id", "purpose"],
                name="link_once",
                violation_error_message="这个文件已经附在这条记录上。",
            )
        ]


class ContentCheck(models.Model):
    """政治关、史实关: section four (six) of the policy. Counts only while the text is the
    one that was checked (`content_hash`); experts have no account, so the checker is a
    name and a unit, and whoever enters it is a county or city user."""

    class Aspect(models.TextChoices):
        POLITICAL = "political", "政治关"
        HISTORICAL = "historical", "史实关"

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    aspect = models.CharField("审核内容", max_length=10, choices=Aspect)
    content_hash = models.CharField(max_length=64)
    passed = models.BooleanField("结论", choices=[(True, "已通过"), (False, "未通过")])
    checker_name = models.CharField("审核人", max_length=60)
    checker_unit = models.CharField("审核人单位", max_length=120)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.CharField("审核意见", max_length=500, blank=True)
    checked_at = models.DateTimeField("审核时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "内容审核"
        ordering = ["-checked_at", "-pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "aspect"], name="check_record")
        ]


class CountyConfirmation(Stamped):
    """A figure that only the county knows, where the rubric asks for "as many as exist"."""

    class Kind(models.TextChoices):
        RED_RESOURCE_COUNT = "red_resource_count", "革命先烈、革命历史事件数量"
        MARTYR_STORY_COUNT = "martyr_story_count", "可编写的先烈故事数量"
        HISTORICAL_RESOURCE_COUNT = "historical_resource_count", "历史文化资源数量"
        NO_WAR_VETERANS = "no_war_veterans", "本地没有参战退役军人"

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="confirmations")
    kind = models.CharField("确认事项", max_length=30, choices=Kind)
    number = models.PositiveIntegerField("数量", default=0)
    by = models.CharField("确认人", max_length=60)
    on = models.DateField("确认日期")

    class Meta:
        verbose_name = verbose_name_plural = "县（区）确认"
        constraints = [
            models.UniqueConstraint(
                fields=["station", "kind"],
                name="confirmation_once",
                violation_error_message="这个事项已经确认过，请修改原有确认。",
            )
        ]


class HistoricalUnit(models.Model):
    """历史部队名称: armed forces of history that free text may name (records/scanning.py)."""

    name = models.CharField("历史部队名称", max_length=30, unique=True)
    sort_order = models.PositiveIntegerField("排序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "历史部队名称"
        ordering = ["sort_order", "pk"]

    def __str__(self):
        return self.name


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_admin(user) else self.filter(created_by=user)


class Job(models.Model):
    """Long work. This table is the truth; the broker is only the bell."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未成功"
        INTERRUPTED = "interrupted", "已中断，可重新执行"
        CANCELLED = "cancelled", "已取消"

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    kind = models.CharField("任务", max_length=40)
    title = models.CharField("名称", max_length=120)
    parameters = models.JSONField(default=dict)
    state = models.CharField(
        "状态", max_length=12, choices=State, default=State.QUEUED, db_index=True
    )
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=500, blank=True)
    result = models.FileField("结果文件", max_length=200, blank=True)
    result_name = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField("提交时间", default=timezone.now)
    started_at = models.DateTimeField("开始时间", null=True)
    heartbeat_at = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField("完成时间", null=True)
    # After this the result can no longer be fetched; the timer removes the file.
    expires_at = models.DateTimeField("结果保留至", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.title

    @property
    def percent(self):
        return min(100, self.done * 100 // self.total) if self.total else 0
