"""What waits for whom. One function per role; each asks a fixed number of questions.

A `Figure` is a number at the top of the desk; what lies under it is a short list, and the
number leads to the page that shows all.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts import tries
from accounts.models import User
from accreditation.models import (
    Accreditation,
    Application,
    NotApplicable,
    PublicNotice,
    StationScore,
    Target,
)
from accreditation.scorecard.page import PREFIX, line_url
from activities.models import PlanItem
from activities.plans.items import around, read_items
from records.models import Feedback, Job
from records.notices import notices_for
from stations.models import Region, Station
from veterans import transfers
from veterans.faults import listing

LISTED = 10
State = Application.State
CITY_STATES = (State.CITY_REVIEW, State.SITE_VISIT, State.DECISION, State.PUBLIC_NOTICE)


@dataclass(frozen=True)
class Figure:
    label: str
    number: int
    url: str = ""
    # Waits for this reader; what merely informs is not marked.
    is_due: bool = False


def link(name, query="", **kwargs):
    try:
        return reverse(name, kwargs=kwargs) + query
    except NoReverseMatch:
        return ""


def _applications(user):
    return Application.objects.visible_to(user).select_related("station__region")


def unread_notices(user):
    return list(notices_for(user).filter(read_at=None)[:5])


# --- station -------------------------------------------------------------------------


def of_station(user, *, today):
    """Own drafts and returned applications; a town also what its villages sent it."""
    mine = Q(state=State.DRAFT) | Q(state=State.RETURNED, returned_to__in=("station", ""))
    waiting = mine & Q(station__region=user.region_id)
    if user.region and user.region.level == Region.Level.TOWN:
        villages = Q(state=State.TOWN_REVIEW) | Q(state=State.RETURNED, returned_to="town")
        waiting |= villages & ~Q(station__region=user.region_id)
    return {
        "station": Station.objects.visible_to(user).filter(region=user.region_id).first(),
        "applications": list(_applications(user).filter(waiting).order_by("state_since")[:LISTED]),
        "items": plan_items(user, today=today),
        "transfers": transfers.awaiting(user).count(),
        "faults": own_faults(user).count(),
        "notices": unread_notices(user),
    }


def own_faults(user):
    """Data faults of the own roster; a town's page leads on to those of its villages."""
    own = listing.open_faults(user).filter(veteran__station__region=user.region_id)
    return listing.lines(own)


def plan_items(user, *, today):
    """Planned by the own station for the days before and after, and not done yet."""
    own = PlanItem.objects.visible_to(user).filter(station__region=user.region_id)
    return read_items(around(own, today), today)[:LISTED]


# --- county --------------------------------------------------------------------------


@dataclass
class TownRow:
    name: str
    code: str
    stations: int = 0
    lacking: int = 0
    ready: int = 0
    open: int = 0
    named: int = 0


def of_county(user, *, today):
    waiting = Q(state=State.COUNTY_REVIEW) | Q(state=State.RETURNED, returned_to="county")
    applications = list(_applications(user).filter(waiting).order_by("state_since"))
    towns = town_rows(user, today=today)
    drafts = Target.objects.visible_to(user).filter(state=Target.State.DRAFT).count()
    proposals = _open_proposals(user).count()
    moves = transfers.awaiting(user).count()
    faults = listing.lines(listing.open_faults(user)).count()
    lacking = sum(town.lacking for town in towns)
    ready = sum(town.ready for town in towns)
    return {
        "figures": [
            Figure(
                "待初审、待补正的申报",
                len(applications),
                link("applications", "?state=county_review"),
                bool(applications),
            ),
            Figure("缺人口或建档人数的站", lacking, link("figures"), bool(lacking)),
            Figure("具备申报条件的站", ready, link("stations")),
            Figure("待答复的转接申请", moves, link("transfers"), bool(moves)),
            Figure("花名册数据问题", faults, link("veterans_faults"), bool(faults)),
            Figure("待市局确认的目标", drafts, link("targets")),
            Figure("待市局确认的不适用", proposals, link("not_applicables", "?state=open")),
        ],
        "applications": applications[:LISTED],
        "towns": towns,
        "notices": unread_notices(user),
    }


def town_rows(user, *, today):
    """One row per town with its villages: summed here from one query over the stations."""
    of_station = {"station": OuterRef("pk")}
    stations = (
        Station.objects.visible_to(user)
        .active()
        .annotate(
            has_open=Exists(
                Application.objects.filter(**of_station).exclude(state__in=Application.ENDED)
            ),
            has_name=Exists(Accreditation.objects.valid_on(today).filter(**of_station)),
            is_ready=Exists(StationScore.objects.filter(**of_station, is_ready=True)),
        )
        .values_list(
            "region__path", "registered_veterans", "population", "has_open", "has_name", "is_ready"
        )
    )
    towns = {
        region.code: TownRow(region.name, region.code)
        for region in Region.objects.visible_to(user)
        .filter(level=Region.Level.TOWN, is_active=True)
        .order_by("sort_order", "code")
    }
    for path, veterans, population, has_open, has_name, is_ready in stations:
        town = next((towns[code] for code in path.split("/") if code in towns), None)
        if town is None:
            continue
        town.stations += 1
        town.lacking += veterans is None or population is None
        town.open += has_open
        town.named += has_name
        # A station that is on its way or named already is no longer a candidate.
        town.ready += is_ready and not has_open and not has_name
    return list(towns.values())


def _open_proposals(user):
    return NotApplicable.objects.visible_to(user).filter(confirmed_on=None, declined_on=None)


# --- city ----------------------------------------------------------------------------


def of_city(user, *, today):
    counts = dict(
        Application.objects.visible_to(user)
        .filter(state__in=CITY_STATES)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    figures = [
        Figure(
            state.label,
            counts.get(state, 0),
            link("applications", f"?state={state}"),
            state != State.PUBLIC_NOTICE and bool(counts.get(state)),
        )
        for state in CITY_STATES
    ]
    targets = list(targets_by_county(user))
    proposals = list(_open_proposals(user).select_related("station__region")[:LISTED])
    for row in proposals:
        row.label = f"{PREFIX[row.requirement[0]]}{row.requirement[1:].replace('.', '-')}"
        row.url = line_url(row.station.region.code, row.requirement)
    applications = _applications(user).filter(state__in=CITY_STATES[:3])
    return {
        "figures": figures,
        "applications": list(applications.order_by("state_since")[:LISTED]),
        "targets": targets,
        "proposals": proposals,
        "public_notices": list(running_notices(user)),
        "notices": unread_notices(user),
        "today": today,
    }


def targets_by_county(user):
    """What waits for the city; what it returned waits for the county."""
    return (
        Target.objects.visible_to(user)
        .filter(state=Target.State.DRAFT, return_reason="")
        .order_by("region__sort_order", "region__code")
        .values("region__name", "region__code", "programme", "programme__name")
        .annotate(n=Count("pk"))
    )


def running_notices(user):
    """Public notices whose batch has not been named yet, the one that ends first on top."""
    return (
        PublicNotice.objects.filter(
            batch__named_on=None, batch__applications__in=Application.objects.visible_to(user)
        )
        .select_related("batch")
        .annotate(stations=Count("batch__applications"))
        .order_by("ends_on")[:LISTED]
    )


# --- administrator -------------------------------------------------------------------


def of_admin(user, *, today):
    people = User.objects.visible_to(user).filter(is_active=True)
    numbers = people.aggregate(
        active=Count("pk"), unused=Count("pk", filter=Q(must_change_password=True))
    )
    names = tries.locked(people.values_list("username", flat=True))
    locked = list(people.filter(username__in=names).select_related("region"))
    week_ago = timezone.now() - dt.timedelta(days=7)
    broken = Job.objects.visible_to(user).filter(
        state__in=(Job.State.FAILED, Job.State.INTERRUPTED), created_at__gte=week_ago
    )
    failed = list(broken.select_related("created_by")[:LISTED])
    questions = list(
        Feedback.objects.filter(answer="").select_related("user__region").order_by("created_at")
    )
    return {
        "figures": [
            Figure("启用的账号", numbers["active"], link("manage_users")),
            Figure("已锁定的账号", len(locked), link("manage_users"), bool(locked)),
            Figure("尚未首次登录的账号", numbers["unused"], link("manage_users")),
            Figure("七天内未成功的任务", len(failed), link("manage_jobs"), bool(failed)),
            Figure("待答复的意见", len(questions), link("feedback"), bool(questions)),
        ],
        "locked": locked[:LISTED],
        "failed": failed,
        "questions": questions[:LISTED],
        "notices": unread_notices(user),
    }
