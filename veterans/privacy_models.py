"""Consents of people, and requests to carry unmasked numbers out of more than one station."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.permissions import is_station
from records.models import Stamped, new_code


class Consent(Stamped):
    """What a person, or the family of one who cannot say it, agreed to (PIPL articles 13,
    25 and 26: what goes beyond the statutory duty needs consent). Withdrawn, never deleted."""

    class Kind(models.TextChoices):
        STORY = "story", "典型故事"
        DISPLAY = "display", "照片、事迹展示"
        FILM = "film", "视频拍摄"
        PUBLIC = "public", "网络公开"

    veteran = models.ForeignKey(
        "veterans.Veteran", models.CASCADE, related_name="consents", verbose_name="人员"
    )
    kind = models.CharField("同意事项", max_length=10, choices=Kind)
    given_on = models.DateField("同意日期")
    given_by = models.CharField("签字人（本人留空，亲属写姓名、关系）", max_length=60, blank=True)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    attachment_links = GenericRelation("records.AttachmentLink", "object_id", "content_type")

    station_path = "veteran__station"

    class Meta:
        verbose_name = verbose_name_plural = "个人同意事项"
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["veteran", "kind"],
                condition=Q(withdrawn_on=None),
                name="consent_once",
                violation_error_message="这个事项的同意已经登记，请修改原有记录。",
            )
        ]

    def __str__(self):
        return self.get_kind_display()

    @property
    def station(self):
        return self.veteran.station


class ExportRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those one may decide."""
        return self.filter(Q(asked_by=user) | self._decidable(user))

    def decidable_by(self, user):
        return self.filter(self._decidable(user))

    @staticmethod
    def _decidable(user):
        """A second person of the same unit or of one above it, never oneself; of a station
        only its own colleagues, of the county and the city those who work there."""
        if not user.region_id or user.role not in ("station", "county", "city"):
            return Q(pk=None)
        codes = Q(region__path__startswith=user.region.path)
        if is_station(user):
            codes = Q(region=user.region_id)
        return codes & ~Q(asked_by=user)


class ExportRequest(models.Model):
    """An unmasked export of more than one station waits for a second person."""

    class State(models.TextChoices):
        WAITING = "waiting", "待批准"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"
        CANCELLED = "cancelled", "已撤回"

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    region = models.ForeignKey("stations.Region", models.PROTECT, related_name="+")
    filters = models.CharField(max_length=1000, blank=True)
    purpose = models.CharField("用途", max_length=200)
    person_count = models.PositiveIntegerField("人数")
    station_count = models.PositiveIntegerField("服务站数")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申请人", related_name="+"
    )
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="批准人", related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True)
    answer = models.CharField("答复意见", max_length=200, blank=True)
    job = models.ForeignKey("records.Job", models.SET_NULL, null=True, related_name="+")

    objects = ExportRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "完整信息导出申请"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by=None)
                | ~Q(answered_by=F("asked_by"))
                | Q(state="cancelled"),
                name="export_second_person",
            )
        ]

    def __str__(self):
        return f"导出花名册完整信息（{self.person_count}人）"


class StoryBand(models.Model):
    """One band of a story's signature: stories that share a band may be near-copies
    (veterans/near_copies.py). Rows are looked up by (band, value), never compared in pairs."""

    story = models.ForeignKey("veterans.Story", models.CASCADE, related_name="bands")
    band = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "故事文本特征"
        indexes = [models.Index(fields=["band", "value"], name="story_band_value")]
        constraints = [models.UniqueConstraint(fields=["story", "band"], name="story_band_once")]
