"""The workspace of a station: every section with its count and what the score still
misses there. It joins all apps, hence it lives up here."""

from dataclasses import dataclass

from django.db.models import Count, Value
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import can_edit_records
from accreditation.scoring import score_station
from accreditation.scoring.fix import workspace_gaps
from accreditation.workflow.guidance import may_guide
from activities.models import PlanItem
from activities.plans.items import around, in_order, with_states
from records.kept import kept
from records.registry import Section, all_sections
from stations.models import Track
from stations.section_views import get_station
from veterans.faults import listing


@dataclass
class Card:
    section: Section
    count: int
    gaps: list


def _counted(reader, station, region):
    """(section, records of its first kind), and the open data faults; one query."""
    faults = listing.lines(listing.open_faults(reader, station)).order_by()
    parts = [
        faults.annotate(slug=Value("faults"))
        .values("slug")
        .annotate(n=Count("pk"))
        .values_list("slug", "n")
    ]
    for section in sections_of(reader):
        kind = section.kinds[0]
        anchor = region if kind.owner == "region" else station
        rows = kind.model.objects.all()
        if kind.owner == "station":
            rows = rows.few()
        rows = rows.visible_to(reader).filter(**{kind.owner: anchor}).order_by()
        rows = rows.annotate(slug=Value(section.slug)).values("slug")
        parts.append(rows.annotate(n=Count("pk")).values_list("slug", "n"))
    return parts[0].union(*parts[1:], all=True)


def shown(track, station):
    """A station that has chosen sees its own kind; one that has not sees all three."""
    return not station.track or station.track == track


def _near_items(reader, station, today):
    """Planned for the ten days before and after, and not done yet."""
    own = PlanItem.objects.few().visible_to(reader).filter(station=station)
    return in_order(around(own, today))


def sections_of(reader):
    return [section for section in all_sections() if reader.role in section.roles]


@require_safe
def workspace(request, code):
    station = get_station(request, code)
    user, today = request.user, timezone.localdate()
    sections = sections_of(user)
    counts = dict(kept(_counted, user, station=station.pk, region=station.region_id))
    card = score_station(station.pk, on=today)
    gaps = workspace_gaps(card, station.track)
    cards = [
        Card(section, counts.get(section.slug, 0), gaps.get(section.slug, []))
        for section in sections
    ]
    return render(
        request,
        "accreditation/workspace.html",
        {
            "station": station,
            "cards": cards,
            "results": [(track, card.track(track)) for track in Track if shown(track, station)],
            "can_edit": can_edit_records(user),
            "can_guide": may_guide(user, station),
            "items": with_states(kept(_near_items, user, station=station.pk, today=today), today),
            "faults": counts.get("faults", 0),
        },
    )
