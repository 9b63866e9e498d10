"""What is shown, and who on it (C1.4, C1.5, C1.7, H3.1, and the panels)."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accreditation.scoring.context import Context
from accreditation.scoring.sources.files import with_photo
from accreditation.scoring.sources.people import with_honour_or_story
from accreditation.scoring.sources.source import Counters, Source
from accreditation.scoring.sources.stories import passed
from stations.models import (
    Resource,
    Track,
)
from veterans.models import Exhibit, Story


def _shows(c: Context, rows: QuerySet[Any]) -> Q:
    return c.has(rows, "exhibit_id", is_by_row=c.is_scoped)


def _exhibit_counters(c: Context) -> Counters:
    place, photo = Exhibit.Place, with_photo(c, Exhibit)
    people, stories, resources = (
        getattr(Exhibit, name).through.objects for name in ("people", "stories", "resources")
    )
    shows_people = _shows(c, people.filter(veteran__station_id=F("exhibit__station_id")))
    martyrs = _shows(c, stories.filter(story__subject=Story.Subject.MARTYR)) | _shows(
        c, resources.filter(resource__kind=Resource.Kind.MARTYR)
    )
    historical = _shows(c, resources.filter(resource__theme=Track.HISTORICAL))
    panel = Q(place=place.WALL_PANEL)
    found = {
        "wall": Q(place=place.HONOUR_WALL) & (shows_people | martyrs),
        "cabinet": Q(place=place.MEMORABILIA_CABINET, no_forbidden_items=True),
        "historical": historical & photo & ~(panel & Q(theme=Track.HISTORICAL)),
    }
    for track in Track:
        found[f"panel_{track}"] = panel & Q(theme=track)
        found[f"panel_{track}_photo"] = panel & Q(theme=track) & photo
    return found


EXHIBITS = Source(
    "exhibits", lambda c: Exhibit.objects.filter(withdrawn_on=None), _exhibit_counters
)


def _checked_panels(c: Context) -> QuerySet[Any]:
    return Exhibit.objects.filter(
        passed(Exhibit), withdrawn_on=None, place=Exhibit.Place.WALL_PANEL
    )


CHECKED = Source(
    "checked", _checked_panels, lambda c: {track.value: Q(theme=track) for track in Track}
)


def _panel_person_counters(c: Context) -> Counters:
    """Distinct people: somebody shown on two panels counts once."""
    place = Exhibit.Place
    board = Q(exhibit__place=place.HONOUR_BOARD) & with_honour_or_story(c, "veteran_id")
    found = {"board": Count("veteran_id", distinct=True, filter=board)}
    for track in Track:
        stories = Story.objects.filter(theme=track, withdrawn_on=None, veteran__isnull=False)
        on_panel = Q(exhibit__place=place.WALL_PANEL, exhibit__theme=track)
        on_panel &= c.has(stories, "veteran_id", is_by_row=c.is_scoped, own="veteran_id")
        found[track.value] = Count("veteran_id", distinct=True, filter=on_panel)
    return found


PANEL_PEOPLE = Source(
    "shown_people",
    lambda c: Exhibit.people.through.objects.filter(
        exhibit__withdrawn_on=None,
        exhibit__place__in=[Exhibit.Place.WALL_PANEL, Exhibit.Place.HONOUR_BOARD],
    ),
    _panel_person_counters,
    station="exhibit__station_id",
)
