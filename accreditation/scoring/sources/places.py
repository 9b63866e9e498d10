"""Places, regulations and duties (C1, C4)."""

from django.db.models import Q

from accreditation.scoring.context import Context
from accreditation.scoring.sources.files import with_files, with_photo
from accreditation.scoring.sources.source import Counters, Source
from stations.models import (
    Duty,
    Facility,
    Regulation,
)


def _facility_counters(c: Context) -> Counters:
    kind, photo = Facility.Kind, with_photo(c, Facility)
    reading, bulletin = Q(kind=kind.READING_AREA), Q(kind=kind.BULLETIN_BOARD)
    changed = Q(changed_on__gt=c.months_ago("bulletin_board"), changed_on__lte=c.on)
    return {
        "talk_photo": Q(kind=kind.TALK_ROOM) & photo,
        "recreation": Q(kind=kind.RECREATION_ROOM),
        "recreation_photo": Q(kind=kind.RECREATION_ROOM) & photo,
        "reading": reading,
        "reading_photo": reading & photo,
        "reading_books": reading & Q(book_count__isnull=False),
        "wall_photo": Q(kind=kind.HONOUR_WALL) & photo,
        "board_photo": Q(kind=kind.HONOUR_BOARD) & photo,
        "bulletin_photo": bulletin & photo,
        "bulletin_changed": bulletin & changed,
        "cabinet_photo": Q(kind=kind.MEMORABILIA_CABINET) & photo,
    }


FACILITIES = Source("facilities", lambda c: Facility.objects.all(), _facility_counters)

REGULATION_KINDS = [k for k in Regulation.Kind if k != Regulation.Kind.OTHER]


def _regulation_counters(c: Context) -> Counters:
    text = ~Q(body="") | with_files(c, Regulation)
    found = {}
    for kind in REGULATION_KINDS:
        since = c.months_ago(f"regulation_{kind}")
        fresh = Q(adopted_on__gt=since, adopted_on__lte=c.on) | Q(
            reviewed_on__gt=since, reviewed_on__lte=c.on
        )
        found[kind.value] = Q(kind=kind) & text & fresh
    return found


REGULATIONS = Source("regulations", lambda c: Regulation.objects.all(), _regulation_counters)


def _duty_counters(c: Context) -> Counters:
    full = ~Q(holder="") & ~Q(body="")
    return {
        "organisation": full & Q(kind=Duty.Kind.ORGANISATION),
        "person": full & Q(kind=Duty.Kind.PERSON),
    }


DUTIES = Source("duties", lambda c: Duty.objects.all(), _duty_counters)
