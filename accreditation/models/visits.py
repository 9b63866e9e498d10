"""The sheet that is taken along to a site visit: what to look at, and what was found."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q

from accounts.permissions import is_city, is_county
from accreditation.models.applications import Application, SiteVisit
from activities.models import Activity
from records.models import ScopedQuerySet, Stamped, new_code


class VisitQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """The city's until the visit is entered: nobody knows beforehand what was drawn.
        Then the county's too; the station reads what the visit found on its application."""
        rows = super().visible_to(user)
        if is_city(user):
            return rows
        if is_county(user):
            return rows.exclude(**{f"{self.model.sheet_path}visit": None})
        return self.none()


class VisitSheet(Stamped):
    """实地核验单: drawn once per visit; the seed makes the drawing repeatable."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="visit_sheets")
    seed = models.CharField("抽取序号", max_length=16, default=new_code, editable=False)
    attachment_links = GenericRelation("records.AttachmentLink", "object_id", "content_type")
    visit = models.OneToOneField(
        SiteVisit, models.PROTECT, null=True, blank=True, related_name="sheet"
    )

    station_path = "application__station"
    sheet_path = ""
    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "实地核验单"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(visit=None), name="visit_sheet_one_open"
            )
        ]

    def __str__(self):
        return f"{self.application.number} 实地核验单"

    @property
    def station(self):
        return self.application.station


class VisitLine(models.Model):
    """One thing to look at: a requirement, or an entry of the ledger that was drawn."""

    class Result(models.TextChoices):
        MET = "met", "符合"
        PARTLY = "partly", "部分符合"
        NOT_MET = "not_met", "不符合"

    sheet = models.ForeignKey(VisitSheet, models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField()
    requirement = models.CharField("评价要点", max_length=6, blank=True)
    # What was drawn keeps its words when the station deletes the entry.
    activity = models.ForeignKey(Activity, models.SET_NULL, null=True, blank=True, related_name="+")
    label = models.CharField("核验内容", max_length=300)
    result = models.CharField("结果", max_length=8, choices=Result, blank=True)
    finding = models.CharField("现场情况", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    attachment_links = GenericRelation("records.AttachmentLink", "object_id", "content_type")

    station_path = "sheet__application__station"
    sheet_path = "sheet__"
    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "实地核验内容"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "order"], name="visit_line_order"),
        ]

    def __str__(self):
        return self.label

    @property
    def station(self):
        return self.sheet.application.station
