"""Who uses the system, and the log of what they did.

`AuditEntry` is the one history of the product: every state change, every edit of a
record with the values before and after, log-ins, denials, unmasking, imports and
exports. Triggers refuse to change or delete an entry; `AuditSeal` chains digests.
"""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The accounts that `user` administers: all for an administrator, for a county
        those of the stations below it, for everybody else only their own."""
        if user.role == User.Role.ADMIN:
            return self
        if user.role == User.Role.COUNTY and user.region_id:
            return self.filter(
                models.Q(pk=user.pk)
                | models.Q(role=User.Role.STATION, region__path__startswith=user.region.path)
            )
        return self.filter(pk=user.pk)

    def editable_by(self, user):
        """Whose accounts `user` may change: an administrator all, a county those of stations."""
        if user.role == User.Role.ADMIN:
            return self
        if user.role == User.Role.COUNTY:
            return self.visible_to(user).filter(role=User.Role.STATION)
        return self.none()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    class Role(models.TextChoices):
        ADMIN = "admin", "系统管理员"
        CITY = "city", "市局评审人员"
        COUNTY = "county", "县（区）、功能区工作人员"
        STATION = "station", "服务站工作人员"
        VIEWER = "viewer", "查阅人员"

    class Digest(models.TextChoices):
        NONE = "none", "不发送"
        DAILY = "daily", "每天一封"
        WEEKLY = "weekly", "每周一封"

    username = models.CharField(
        "用户名",
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+$", "用户名只能用字母、数字和 . @ + - _。")],
        error_messages={"unique": "这个用户名已经有人使用，请换一个。"},
    )
    full_name = models.CharField("姓名", max_length=60)
    role = models.CharField("角色", max_length=10, choices=Role)
    region = models.ForeignKey(
        "stations.Region", models.PROTECT, verbose_name="所属单位", null=True, related_name="users"
    )
    phone = models.CharField("联系电话", max_length=20, blank=True)
    # Both only where the server has mail (docs/deploy.md), by the person alone.
    email = models.EmailField("电子邮箱", max_length=120, blank=True)
    digest = models.CharField("通知摘要", max_length=6, choices=Digest, default=Digest.NONE)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须修改密码", default=True)
    is_demo = models.BooleanField("演示账号", default=False)
    created_at = models.DateTimeField("创建时间", default=timezone.now)
    # Raised to end all sessions of a person at once, whatever the password does.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ["username"]

    def __str__(self):
        return self.full_name or self.username

    @property
    def role_label(self):
        if self.role == self.Role.STATION and self.region_id and self.region.level == "town":
            return "乡镇（街道）服务站工作人员"
        return self.get_role_display()

    def _get_session_auth_hash(self, secret=None):
        return salted_hmac(
            "accounts.User.session",
            f"{self.password}:{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class LoginTries(models.Model):
    """Evaluated log-ins of one name, existing or not, since the last good one
    (accounts/tries.py). Names are kept as digests: people type passwords there too."""

    name_digest = models.CharField(max_length=64, unique=True)
    count = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now, db_index=True)


class LogQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The city and the administrators read the logs; what a person came to a station
        with is not even counted above the county."""
        if user.role not in (User.Role.ADMIN, User.Role.CITY):
            return self.none()
        if self.model is not AuditEntry:
            return self
        return self.exclude(kind__in=AuditEntry.RESTRICTED_KINDS)


class AccessLog(models.Model):
    """Who read unmasked personal data or carried it out, of whom, why, when, from where."""

    class Kind(models.TextChoices):
        UNMASK = "unmask", "查看完整信息"
        EXPORT = "export", "导出"

    kind = models.CharField("方式", max_length=10, choices=Kind)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="用户", related_name="+")
    region = models.ForeignKey("stations.Region", models.PROTECT, null=True, related_name="+")
    subject = models.CharField("对象", max_length=200)
    subject_code = models.CharField("对象编号", max_length=40, blank=True)
    row_count = models.PositiveIntegerField("人数", default=1)
    purpose = models.CharField("用途", max_length=200)
    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    address = models.GenericIPAddressField("来源地址", null=True)

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "个人信息查阅记录"
        ordering = ["-at", "-pk"]


class AuditEntry(models.Model):
    # Rows that nobody above the county sees, and those whose content an administrator
    # does not see (talks, former units).
    RESTRICTED_KINDS = ("activities.reception", "activities.servicerecord")
    VEILED_KINDS = ("activities.activity", "veterans.veteran", "veterans.transfer")

    class Outcome(models.TextChoices):
        OK = "ok", "成功"
        DENIED = "denied", "无权限"
        FAILED = "failed", "未成功"

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, verbose_name="用户", related_name="+"
    )
    actor_name = models.CharField("姓名", max_length=130, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True)
    action = models.CharField("操作", max_length=40, db_index=True)
    kind = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=40, blank=True)
    label = models.CharField("对象", max_length=200, blank=True)
    station = models.ForeignKey("stations.Station", models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey("stations.Region", models.PROTECT, null=True, related_name="+")
    before = models.JSONField("修改前", null=True)
    after = models.JSONField("修改后", null=True)
    reason = models.CharField("理由", max_length=500, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.OK)

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作日志"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["kind", "object_id"], name="audit_object")]

    @classmethod
    def veils(cls, record):
        """Whether what belongs to this record (a file's name) stays out of the log."""
        return record._meta.label_lower in cls.RESTRICTED_KINDS + cls.VEILED_KINDS

    def is_veiled_from(self, user):
        return user.role == User.Role.ADMIN and self.kind in self.VEILED_KINDS


class AuditSeal(models.Model):
    """Digest over a run of audit entries and the seal before it (accounts/seals.py)."""

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["last_id"]
