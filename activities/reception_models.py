"""What somebody came with: petitions (信访接待) and services to a person (服务记录)."""

from django.db import models

from accounts.models import User
from records.models import Record, ScopedQuerySet
from veterans.models import Veteran


class RestrictedQuerySet(ScopedQuerySet):
    """What a person came with stays with the station and the county: nobody above sees
    rows or numbers of them."""

    def visible_to(self, user):
        if user.role not in (User.Role.STATION, User.Role.COUNTY):
            return self.none()
        return super().visible_to(user)


class Reception(Record):
    received_on = models.DateField("接待日期")
    visitor = models.CharField("来访人", max_length=60)
    matter = models.TextField("反映事项", max_length=5000)
    handler = models.CharField("接待人", max_length=60)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    passed_on_to = models.CharField("转办单位", max_length=80, blank=True)
    passed_on_on = models.DateField("转办日期", null=True, blank=True)
    outcome = models.TextField("办理情况", max_length=5000, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "信访接待"
        ordering = ["-received_on", "-pk"]

    def __str__(self):
        return f"{self.received_on} 接待记录"


class ServiceRecord(Record):
    class Kind(models.TextChoices):
        POLICY = "policy", "政策咨询"
        CONTACT = "contact", "感情联络"
        INFORMATION = "information", "信息沟通"
        EMPLOYMENT = "employment", "就业创业"
        ASSISTANCE = "assistance", "帮扶援助"
        MEDIATION = "mediation", "矛盾化解"

    kind = models.CharField("服务类别", max_length=12, choices=Kind)
    person = models.ForeignKey(
        Veteran, models.PROTECT, verbose_name="服务对象", null=True, blank=True
    )
    received_on = models.DateField("受理日期")
    matter = models.TextField("事项", max_length=5000)
    measure = models.TextField("措施", max_length=5000, blank=True)
    basis = models.CharField("政策依据", max_length=200, blank=True)
    outcome = models.TextField("结果", max_length=5000, blank=True)
    handler = models.CharField("经办人", max_length=60, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    passed_on_to = models.CharField("转办单位", max_length=80, blank=True)
    passed_on_on = models.DateField("转办日期", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务记录"
        ordering = ["-received_on", "-pk"]

    def __str__(self):
        return f"{self.received_on} {self.get_kind_display()}"
