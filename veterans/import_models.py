"""What an import leaves behind: the batch, its rows, the decisions, and what an undo needs."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from records.fields import EncryptedTextField
from records.models import Job, ScopedQuerySet, new_code


class RosterImport(models.Model):
    """One file on its way into the roster. The file itself is kept, encrypted, only until
    the import is confirmed or given up; the rows stay."""

    class State(models.TextChoices):
        READING = "reading", "正在读取"
        REFUSED = "refused", "不能读取"
        READY = "ready", "待确认"
        WRITTEN = "written", "已导入"
        UNDONE = "undone", "已撤销"
        DISCARDED = "discarded", "已放弃"

    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, verbose_name="服务站", related_name="roster_imports"
    )
    file_name = models.CharField("文件名", max_length=150)
    file = models.FileField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=10, choices=State, default=State.READING)
    message = models.CharField("说明", max_length=500, blank=True)
    sheets = models.JSONField("工作表", default=list)
    job = models.ForeignKey("records.Job", models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField("上传时间", default=timezone.now)
    read_at = models.DateTimeField("读取时间", null=True)
    written_at = models.DateTimeField("导入时间", null=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()
    # Its content is one token: records/rotation.py writes it anew under a new key.
    sealed_file = "file"

    class Meta:
        verbose_name = verbose_name_plural = "花名册导入"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.file_name}（{self.station}）"

    @property
    def word(self) -> str:
        """The state as people see it: a confirmed batch is under way until the worker is through."""
        under_way = self.job and self.job.state in (Job.State.QUEUED, Job.State.RUNNING)
        if under_way and self.state in (self.State.READY, self.State.WRITTEN):
            return "正在导入"
        return self.get_state_display()


class ImportRow(models.Model):
    """A row of the file. `cells` and `values` hold ID numbers and phones, so they are
    stored encrypted; `before` is what an undo puts back."""

    class Outcome(models.TextChoices):
        CREATED = "created", "新增"
        UPDATED = "updated", "更新"
        UNCHANGED = "unchanged", "无变化"
        ASK = "ask", "待确认"
        REJECTED = "rejected", "不能导入"
        SKIPPED = "skipped", "已跳过"

    class Decision(models.TextChoices):
        NONE = "", "未决定"
        ACCEPT = "accept", "导入"
        NEW = "new", "作为另一人导入"
        SKIP = "skip", "不导入"

    batch = models.ForeignKey(RosterImport, models.CASCADE, related_name="rows")
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, related_name="+")
    sheet = models.CharField("工作表", max_length=60)
    number = models.PositiveIntegerField("行")
    name = models.CharField("姓名", max_length=60, blank=True)
    cells = EncryptedTextField(default="")
    values = EncryptedTextField(default="")
    changes = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    action = models.CharField(max_length=10, blank=True)
    decision = models.CharField("决定", max_length=6, choices=Decision, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField("决定时间", null=True)
    person = models.ForeignKey(
        "veterans.Veteran", models.SET_NULL, null=True, related_name="import_rows"
    )
    # The code that a new person will have: after writing, the row need not be told.
    person_code = models.CharField(max_length=16, default=new_code, db_index=True)
    person_version = models.PositiveIntegerField(null=True)
    before = EncryptedTextField(default="")
    written_version = models.PositiveIntegerField(null=True)
    written_at = models.DateTimeField("写入时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入的行"
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "outcome"], name="import_rows_outcome")]

    @property
    def decision_word(self) -> str:
        is_asked_for = self.action == "transfer" and self.decision == self.Decision.ACCEPT
        return "申请转入" if is_asked_for else self.get_decision_display()

    @property
    def shows_outcome(self) -> bool:
        """What waited for a decision and was written waits no more."""
        return self.written_at is None or self.outcome != self.Outcome.ASK
