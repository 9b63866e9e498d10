"""Saved views of the roster: a name for a set of filters and columns, shared by a link."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from records.models import new_code


class SavedViewQuerySet(models.QuerySet):
    def of(self, user):
        return self.filter(user=user)

    def visible_to(self, user):
        """The owner's, and whoever stands in the same line of regions: the filters can hold a
        name that somebody typed. What the view shows is the reader's own scope anyway."""
        if not user.region_id or user.role == "viewer":
            return self.none()
        below = models.Q(user__region__path__startswith=user.region.path)
        above = models.Q(user__region__code__in=user.region.ancestor_codes)
        return self.filter(below | above | models.Q(user=user))


class SavedView(models.Model):
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roster_views")
    # Of one station, or of everything that whoever opens it sees.
    station = models.ForeignKey("stations.Station", models.CASCADE, null=True, related_name="+")
    name = models.CharField("视图名称", max_length=40)
    query = models.CharField(max_length=1500, blank=True)
    created_at = models.DateTimeField("保存时间", default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "花名册视图"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="view_name_once",
                violation_error_message="您已有同名的视图，请换一个名称。",
            )
        ]

    def __str__(self):
        return self.name
