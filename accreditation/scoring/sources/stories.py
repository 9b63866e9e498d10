"""Stories that passed both content checks, and where they are used (R1 to R3, H4, U4)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accreditation.scoring.context import Context, kind_of
from accreditation.scoring.sources.source import Counters, Source
from activities.models import Activity, Publicity
from records.models import ContentCheck
from stations.models import (
    Track,
)
from veterans.models import Exhibit, Story


def passed(model: Any) -> Exists:
    """Both aspects passed on the text as it stands: the latest check of each, by two
    people, neither of whom made it."""
    political, historical = ContentCheck.Aspect.POLITICAL, ContentCheck.Aspect.HISTORICAL
    checks = ContentCheck.objects.filter(content_type=kind_of(model)).order_by()
    later = checks.filter(
        object_id=OuterRef("object_id"),
        aspect=OuterRef("aspect"),
        content_hash=OuterRef("content_hash"),
    ).filter(
        Q(checked_at__gt=OuterRef("checked_at"))
        | Q(checked_at=OuterRef("checked_at"), pk__gt=OuterRef("pk"))
    )
    good = checks.filter(~Exists(later), passed=True)
    second = good.filter(
        object_id=OuterRef("object_id"),
        content_hash=OuterRef("content_hash"),
        aspect=historical,
    ).exclude(checker_name=OuterRef("checker_name"))
    first = good.filter(
        object_id=OuterRef("pk"), content_hash=OuterRef("content_hash"), aspect=political
    )
    maker = OuterRef("created_by__full_name")
    nobody = Value("")
    first = first.exclude(checker_name=Coalesce(maker, nobody))
    second = second.exclude(checker_name=Coalesce(OuterRef("maker"), nobody))
    return Exists(first.annotate(maker=Coalesce(maker, nobody)).filter(Exists(second)))


def passed_stories(c: Context) -> QuerySet[Any]:
    return Story.objects.filter(passed(Story), withdrawn_on=None)


def _named(c: Context, rows: QuerySet[Any]) -> Q:
    return c.has(rows, "story_id", is_by_row=c.is_scoped)


def _story_counters(c: Context) -> Counters:
    shown = Exhibit.stories.through.objects.filter(exhibit__withdrawn_on=None)
    told = Activity.stories.through.objects.all()
    published = Publicity.objects.filter(story__isnull=False)
    used = _named(c, shown) | _named(c, told) | _named(c, published)
    subject = Story.Subject
    rural, red = Q(theme=Track.RURAL), Q(theme=Track.RED)
    return {
        "rural": rural,
        "rural_used": rural & used,
        "martyr": red & Q(subject=subject.MARTYR) & ~Q(source=""),
        "war": red & Q(subject=subject.WAR_VETERAN),
        "party": red & Q(subject=subject.PARTY_MODEL),
        "inheritor": Q(theme=Track.HISTORICAL, subject=subject.INHERITOR),
    }


STORIES = Source("stories", passed_stories, _story_counters)


def _party_stories(c: Context) -> QuerySet[Any]:
    rows = passed_stories(c).filter(c.near("station"))
    return rows.filter(theme=Track.RED, subject=Story.Subject.PARTY_MODEL).order_by().values("pk")


def _once(c: Context) -> Counters:
    return {"all": Q(pk__isnull=False)}


STORY_USES = [
    Source(
        "told",
        lambda c: Activity.stories.through.objects.filter(
            story__in=_party_stories(c), activity__happened_on__lte=c.on
        ),
        _once,
        station="story__station_id",
    ),
    Source(
        "shown",
        lambda c: Exhibit.stories.through.objects.filter(
            story__in=_party_stories(c), exhibit__withdrawn_on=None
        ),
        _once,
        station="story__station_id",
    ),
    Source(
        "published",
        lambda c: Publicity.objects.filter(story__in=_party_stories(c), published_on__lte=c.on),
        _once,
        station="story__station_id",
    ),
]
