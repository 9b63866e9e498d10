"""转接: a person moves from one station to another when both agree."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from veterans.models import Veteran


class TransferQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees one of the two stations sees the request."""
        Station = self.model._meta.apps.get_model("stations", "Station")
        stations = Station.objects.visible_to(user)
        return self.filter(Q(from_station__in=stations) | Q(to_station__in=stations))

    def open(self):
        return self.filter(answered_at=None)


class Transfer(models.Model):
    """A move from one station to another: asked for by one, answered by the other. Until
    then the person stays where it is. Answered without `accepted`: taken back."""

    class Direction(models.TextChoices):
        IN = "in", "申请转入"
        OUT = "out", "申请转出"

    veteran = models.ForeignKey(Veteran, models.CASCADE, related_name="transfers")
    from_station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="transfers_out"
    )
    to_station = models.ForeignKey("stations.Station", models.PROTECT, related_name="transfers_in")
    # Which of the two asked; the other answers.
    direction = models.CharField("申请方式", max_length=3, choices=Direction, default=Direction.IN)
    # All that the receiving station may know of the person until it has it.
    asked_name = models.CharField("姓名", max_length=60, blank=True, default="")
    reason = models.CharField("申请理由", max_length=200, blank=True, default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    answered_at = models.DateTimeField("答复时间", null=True)
    accepted = models.BooleanField("是否接收", null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer_reason = models.CharField("答复说明", max_length=200, blank=True, default="")

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转接申请"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["veteran", "to_station"],
                condition=Q(answered_at=None),
                name="transfer_open_once",
                violation_error_message="这个人转入该站的申请已经提交，正等待答复。",
            )
        ]

    def __str__(self):
        return self.asked_name or str(self.veteran)

    @property
    def asking(self):
        return self.to_station if self.direction == self.Direction.IN else self.from_station

    @property
    def answering(self):
        return self.from_station if self.direction == self.Direction.IN else self.to_station
