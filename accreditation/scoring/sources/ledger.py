"""Facts from the ledger (C6, and the activities of every item)."""

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from accreditation.scoring.context import Context, kind_of
from accreditation.scoring.sources.resources import REFORM
from accreditation.scoring.sources.source import Counters, Source
from accreditation.scoring.sql import DaysBetween
from activities.models import Activity, Participation, Publicity
from records.models import Attachment, AttachmentLink
from stations.models import Track
from volunteers.models import Team


def links_of_activities() -> QuerySet[Any]:
    return AttachmentLink.objects.filter(content_type=kind_of(Activity))


def with_evidence(c: Context) -> Q:
    kinds, purposes = Attachment.Kind, AttachmentLink.Purpose
    links = links_of_activities().filter(
        Q(attachment__kind__in=[kinds.PHOTO, kinds.AUDIO, kinds.VIDEO])
        | Q(purpose__in=[purposes.SIGN_IN, purposes.RECEIPT])
    )
    # Most news are of no activity: SQLite takes the index on that column for useless.
    news = Publicity.objects.filter(c.near("activity__station"), activity__isnull=False)
    of_news = c.has(news.exclude(url=""), "activity_id", is_by_row=False)
    return _has(c, links, "object_id") | of_news


def with_people(c: Context, **conditions: Any) -> Q:
    return _has(c, Participation.objects.filter(**conditions), "activity_id")


def held_at(c: Context, **conditions: Any) -> Q:
    through = Activity.resources.through.objects.filter(**conditions)
    return c.has(through, "activity_id", is_by_row=c.is_scoped)


def _has(c: Context, rows: QuerySet[Any], key: str) -> Q:
    return c.has(rows, key, is_by_row=c.is_by_row)


def between(field: str, window: tuple[dt.date, dt.date]) -> Q:
    return Q(**{f"{field}__gte": window[0], f"{field}__lte": window[1]})


def tagged(name: str) -> Q:
    return Q(tags__contains=f",{name},")


def _ledger_rows(c: Context) -> QuerySet[Any]:
    first = min(c.months[0][0], c.year_ago + dt.timedelta(days=1))
    return Activity.objects.filter(happened_on__gte=first, happened_on__lte=c.on).annotate(
        late_by=DaysBetween(Coalesce("ends_on", "happened_on"), F("recorded_at"))
    )


def _ledger_counters(c: Context) -> Counters:
    year, kind = c.year("happened_on"), Activity.Kind
    filled = ~Q(place="") & ~Q(organiser="") & ~Q(content="") & ~Q(outcome="")
    scans = links_of_activities().filter(purpose=AttachmentLink.Purpose.PAPER_LEDGER)
    backfilled = Q(is_late_entry=True) & _has(c, scans, "object_id")
    found = {
        "all": year,
        "talk": year & Q(kind=kind.TALK),
        "volunteering": year & Q(kind=kind.VOLUNTEERING),
        "study": year & Q(kind=kind.STUDY),
        "recreation": year & Q(kind=kind.RECREATION),
        "visit": year & Q(kind=kind.VISIT),
        "complete": year & filled & (Q(other_headcount__gt=0) | with_people(c)),
        "evidence": year & with_evidence(c),
        "prompt_of": year & ~backfilled,
        "prompt": year & ~backfilled & Q(late_by__lte=c.p("ledger_prompt", "days")),
        "red": year & tagged("red"),
        "green": year & tagged("green"),
        "environment": year & tagged("environment"),
        "training": year & tagged("training"),
        "heritage_service": year
        & Q(kind=kind.VOLUNTEERING, team__kinds__contains=f",{Team.Kind.HOMETOWN},")
        & tagged("heritage"),
        "heritage_talk": year
        & tagged("heritage")
        & with_people(c, role=Participation.Role.SPEAKER),
        "commemoration": year & Q(kind=kind.COMMEMORATION),
        "martyrs_day": year & Q(kind=kind.COMMEMORATION, key_date__code="martyrs_day"),
        "at_reform": year & held_at(c, resource__kind__in=REFORM),
        "at_historical": year & held_at(c, resource__theme=Track.HISTORICAL),
    }
    for n, window in enumerate(c.months):
        found[f"month_{n}"] = between("happened_on", window)
    return found


LEDGER = Source("ledger", _ledger_rows, _ledger_counters, is_whole=True)
