"""The roster on paper, the film, and collective honours (C2.4, C2.5, C6.5, U2.3)."""

from typing import Any

from django.db.models import F, Min, Q, QuerySet, Value

from accreditation.scoring.context import Context
from accreditation.scoring.sources.files import with_files
from accreditation.scoring.sources.source import Counters, Source
from accreditation.scoring.sql import DaysBetween
from activities.models import Film
from records.models import AttachmentLink
from stations.models import (
    AwardLevel,
    Title,
)
from veterans.models import RosterEdition


def _edition_counters(c: Context) -> Counters:
    printed = Q(printed_on__gt=c.months_ago("roster_paper"), printed_on__lte=c.on)
    signed = with_files(c, RosterEdition, purpose=AttachmentLink.Purpose.SIGNED_SCAN)
    confirmed = Q(
        confirmed_on__lte=c.on,
        moved_in__isnull=False,
        moved_out__isnull=False,
        deceased__isnull=False,
    )
    days = DaysBetween(F("confirmed_on"), Value(c.on))
    return {
        "printed": printed & signed & Q(counted_rows=F("row_count")),
        "confirmed": confirmed,
        "days": Min(days, filter=confirmed),
    }


EDITIONS = Source("editions", lambda c: RosterEdition.objects.all(), _edition_counters)


def _film_rows(c: Context) -> QuerySet[Any]:
    rows = Film.objects.filter(made_on__lte=c.on)
    if c.film_from and c.film_until:
        rows = rows.filter(made_on__gte=c.film_from, made_on__lte=c.film_until)
    return rows


FILMS = Source("films", _film_rows, lambda c: {"short": Q(duration__lte=c.p("film", "seconds"))})


def _title_counters(c: Context) -> Counters:
    valid = Q(valid_until=None) | Q(valid_until__gte=c.on)
    return {"valid": valid & Q(awarded_on__lte=c.on) & ~Q(level=AwardLevel.TOWN)}


TITLES = Source("titles", lambda c: Title.objects.all(), _title_counters)
