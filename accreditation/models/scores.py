"""The last computed score of every station and track, for lists and sums.

A scorecard is always computed live; what stands here is for pages over the whole city
and is refreshed by a timer (accreditation/scoring/stored.py), only where it changed.
"""

from django.db import models
from django.db.models import Q

from records.models import ScopedQuerySet
from stations.models import Track


class StationScore(models.Model):
    station = models.ForeignKey("stations.Station", models.CASCADE, related_name="scores")
    track = models.CharField(max_length=10, choices=Track)
    # Hundredths of a point; the maxima leave out what is 待评.
    computed = models.PositiveIntegerField()
    computed_max = models.PositiveIntegerField()
    common = models.PositiveIntegerField()
    common_max = models.PositiveIntegerField()
    own = models.PositiveIntegerField()
    own_max = models.PositiveIntegerField()
    musts_missing = models.PositiveSmallIntegerField()
    lines_missing = models.PositiveSmallIntegerField()
    is_ready = models.BooleanField()
    # "C1.1=200 R2.3=50": the requirements that could earn more today, in the rubric's order,
    # with the hundredths still to be had.
    gaps = models.TextField(default="", blank=True)
    scored_on = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "track"], name="station_score_once")
        ]
        # Few are ready: who counts them begins here, and not with all stations.
        indexes = [
            models.Index(
                fields=["station", "track"], condition=Q(is_ready=True), name="score_ready"
            )
        ]


class ScorePoint(models.Model):
    """What a station's computed score was from a day on: one row per day on which it changed."""

    station = models.ForeignKey("stations.Station", models.CASCADE, related_name="score_points")
    track = models.CharField(max_length=10, choices=Track)
    on = models.DateField()
    # Hundredths of a point.
    computed = models.PositiveIntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["station", "track", "on"], name="score_point_once")
        ]
