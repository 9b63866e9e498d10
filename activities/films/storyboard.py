"""Which pictures could be in the film, with what words, and how long it will be."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, Sum

from activities.films.people import Unasked
from activities.models import Activity, Participation
from records.models import Attachment, AttachmentLink
from stations.models import Facility, Station
from veterans.models import Veteran
from volunteers.models import Membership

OFFERED = 60
SUGGESTED = 18
FEWEST, MOST = 6, 30
TITLE_SECONDS = 4
FIGURES_SECONDS = 6
END_SECONDS = 3
PICTURE_SECONDS = 5
SHORTEST = 60
CAPTION_LENGTH = 40
# A picture narrower than this looks poor across a wall.
WIDE_ENOUGH = 800
MONTHS_BACK = 24
FIRST_KINDS = ("volunteering", "commemoration", "theme_education", "visit", "study", "recreation")


@dataclass
class Choice:
    """A picture that may be in the film."""

    code: str
    caption: str
    source: str
    day: date | None
    width: int
    record: tuple[str, int]
    is_suggested: bool = False
    # People of the roster without consent (films/people.py), and the maker's word on them.
    unasked: Unasked | None = None
    is_absent: bool = False


def choices(station: Station, *, on: date) -> list[Choice]:
    """Pictures of rooms and of activities of the last two years, newest first. Talks and visits to a sick bed are private: of
    talks nothing is offered."""
    rooms = Facility.objects.filter(station=station)
    events = Activity.objects.filter(
        station=station, happened_on__gte=on - timedelta(days=31 * MONTHS_BACK)
    ).exclude(kind=Activity.Kind.TALK)
    return [
        *_pictures(rooms, lambda row: (str(row), row.get_kind_display(), None, "room")),
        *_pictures(
            events.order_by("-happened_on", "-pk"),
            lambda row: (_sentence(row), row.get_kind_display(), row.happened_on, row.kind),
        ),
    ][:OFFERED]


def _sentence(activity: Activity) -> str:
    """时间、地点、事由: the caption of a picture in a bound ledger, short enough for a screen."""
    when = f"{activity.happened_on:%Y年}{activity.happened_on.month}月"
    return " ".join(part for part in (when, activity.place, activity.title) if part)


def _pictures(rows, words) -> Iterable[Choice]:
    records = {row.pk: row for row in rows}
    links = (
        AttachmentLink.objects.filter(
            Q(purpose=AttachmentLink.Purpose.GENERAL),
            content_type=ContentType.objects.get_for_model(rows.model),
            object_id__in=records,
            attachment__kind=Attachment.Kind.PHOTO,
        )
        .select_related("attachment")
        .order_by("order", "pk")
    )
    by_record: dict[int, list[AttachmentLink]] = defaultdict(list)
    for link in links:
        by_record[link.object_id].append(link)
    for pk, row in records.items():
        caption, source, day, kind = words(row)
        for link in by_record[pk]:
            yield Choice(
                code=link.attachment.code,
                caption=(link.caption or caption)[:CAPTION_LENGTH],
                source=source,
                day=day,
                width=link.attachment.width or 0,
                record=(kind, pk),
            )


def suggest(found: list[Choice]) -> list[Choice]:
    """One picture of each record, the widest; the rooms first, then kinds of activity in
    turn, so that the film does not show twelve meetings. Pictures for which somebody has
    still to be asked come in only where the others are too few."""
    free = [one for one in found if one.unasked is None]
    best: dict[tuple[str, int], Choice] = {}
    for one in free if len({one.record for one in free}) >= FEWEST else found:
        known = best.get(one.record)
        if known is None or known.width < WIDE_ENOUGH < one.width:
            best[one.record] = one
    lines: dict[str, list[Choice]] = defaultdict(list)
    for one in best.values():
        lines[one.record[0]].append(one)
    order = ["room", *FIRST_KINDS, *(kind for kind in lines if kind not in FIRST_KINDS)]
    queues = [lines[kind] for kind in dict.fromkeys(order) if lines[kind]]
    chosen: list[Choice] = []
    turn = 0
    while len(chosen) < SUGGESTED and any(len(queue) > turn for queue in queues):
        chosen += [queue[turn] for queue in queues if len(queue) > turn]
        turn += 1
    return chosen[:SUGGESTED]


def figures(station: Station, *, on: date) -> list[tuple[str, str]]:
    """(figure, what it counts) for the page with numbers; nothing that names a person and
    nothing about petitions."""
    year_ago = on - timedelta(days=365)
    events = Activity.objects.filter(station=station, happened_on__range=(year_ago, on))
    events = events.exclude(kind=Activity.Kind.TALK)
    hours = (
        Participation.objects.filter(
            activity__in=events.filter(kind=Activity.Kind.VOLUNTEERING),
            role=Participation.Role.VOLUNTEER,
        ).aggregate(total=Sum("hours"))["total"]
        or 0
    )
    people = Veteran.objects.filter(
        station=station,
        person_kind=Veteran.PersonKind.VETERAN,
        status=Veteran.Status.ACTIVE,
    )
    volunteers = Membership.objects.filter(team__station=station, left_on=None)
    shown = [
        (people.count(), "在册退役军人（人）"),
        (volunteers.values("veteran").distinct().count(), "志愿服务队员（人）"),
        (events.count(), "近一年开展活动（次）"),
        (round(hours), "近一年志愿服务（小时）"),
    ]
    return [(f"{number}", label) for number, label in shown if number]


def per_picture(pictures: int, *, with_figures: bool) -> int:
    """Seconds of each picture: longer where there are few, so that it is a minute at least."""
    rest = SHORTEST - seconds(0, with_figures=with_figures)
    return max(PICTURE_SECONDS, math.ceil(rest / pictures)) if pictures else PICTURE_SECONDS


def seconds(pictures: int, *, with_figures: bool) -> int:
    """How long the film will be: one to three minutes."""
    pages = TITLE_SECONDS + with_figures * FIGURES_SECONDS + END_SECONDS
    return pages + (pictures * per_picture(pictures, with_figures=with_figures) if pictures else 0)
