"""What waits for whom. One function per role; each asks a fixed number of questions, whose
statements are compiled once (records/kept.py): functions that take a `reader` build them.

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
from accreditation.desk.markup import town_lines
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
from activities.plans.items import around, in_order, with_states
from records.kept import kept, kept_number
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


def _applications(reader):
    return Application.objects.visible_to(reader).select_related("station__region")


def _unread(reader):
    return notices_for(reader).filter(read_at=None)[:5]


# --- station -------------------------------------------------------------------------


def of_station(user, *, today):
    return {
        "station": next(iter(kept(_own_station, user)), None),
        "applications": kept(_stations_queue, user),
        "items": with_states(kept(_plan_items, user, today=today), today),
        "transfers": kept_number(transfers.awaiting, user),
        "faults": kept_number(_own_faults, user),
        "notices": kept(_unread, user),
    }


def _own_station(reader):
    own = Station.objects.visible_to(reader).filter(region=reader.region_id)
    return own.select_related("region")[:1]


def _stations_queue(reader):
    """Own drafts and returned applications; a town also what its villages sent it."""
    # Whoever submits again, the station mends its own records.
    mine = Q(state__in=(State.DRAFT, State.RETURNED))
    waiting = mine & Q(station__region=reader.region_id)
    if reader.region and reader.region.level == Region.Level.TOWN:
        villages = Q(state=State.TOWN_REVIEW) | Q(state=State.RETURNED, returned_to="town")
        waiting |= villages & ~Q(station__region=reader.region_id)
    return _applications(reader).filter(waiting).order_by("state_since")[:LISTED]


def _own_faults(reader):
    """Data faults of the own roster; a town's page leads on to those of its villages."""
    own = listing.few_open_faults(reader).filter(veteran__station__region=reader.region_id)
    return listing.lines(own)


def _plan_items(reader, today):
    """Planned by the own station for the days before and after, and not done yet."""
    own = PlanItem.objects.visible_to(reader).filter(station__region=reader.region_id)
    return in_order(around(own, today))[:LISTED]


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
    applications = kept(_countys_queue, user)
    towns = town_rows(user, today=today)
    drafts = kept_number(_draft_targets, user)
    proposals = kept_number(_open_proposals, user)
    moves = kept_number(transfers.awaiting, user)
    faults = kept_number(_fault_lines, user)
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
        "town_lines": town_lines(towns),
        "notices": kept(_unread, user),
    }


def _countys_queue(reader):
    waiting = Q(state=State.COUNTY_REVIEW) | Q(state=State.RETURNED, returned_to="county")
    return _applications(reader).filter(waiting).order_by("state_since")


def _draft_targets(reader):
    return Target.objects.visible_to(reader).filter(state=Target.State.DRAFT)


def _fault_lines(reader):
    return listing.lines(listing.few_open_faults(reader))


def _towns(reader):
    towns = Region.objects.visible_to(reader).filter(level=Region.Level.TOWN, is_active=True)
    return towns.order_by("sort_order", "code").values_list("name", "code")


def _stations_of_towns(reader, today):
    of_station = {"station": OuterRef("pk")}
    return (
        Station.objects.visible_to(reader)
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


def town_rows(user, *, today):
    """One row per town with its villages: summed here from one query over the stations."""
    towns = {code: TownRow(name, code) for name, code in kept(_towns, user)}
    stations = kept(_stations_of_towns, user, today=today)
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


def _open_proposals(reader):
    return NotApplicable.objects.visible_to(reader).filter(confirmed_on=None, declined_on=None)


# --- city ----------------------------------------------------------------------------


def of_city(user, *, today):
    counts = dict(kept(_states_counted, user))
    figures = [
        Figure(
            state.label,
            counts.get(state, 0),
            link("applications", f"?state={state}"),
            state != State.PUBLIC_NOTICE and bool(counts.get(state)),
        )
        for state in CITY_STATES
    ]
    proposals = kept(_first_proposals, user)
    for row in proposals:
        row.label = f"{PREFIX[row.requirement[0]]}{row.requirement[1:].replace('.', '-')}"
        row.url = line_url(row.station.region.code, row.requirement)
    return {
        "figures": figures,
        "applications": kept(_citys_queue, user),
        "targets": kept(_targets_by_county, user),
        "proposals": proposals,
        "public_notices": kept(_running_notices, user),
        "notices": kept(_unread, user),
        "today": today,
    }


def _states_counted(reader):
    rows = Application.objects.visible_to(reader).filter(state__in=CITY_STATES)
    return rows.order_by().values_list("state").annotate(n=Count("pk"))


def _citys_queue(reader):
    rows = _applications(reader).filter(state__in=CITY_STATES[:3])
    return rows.order_by("state_since")[:LISTED]


def _first_proposals(reader):
    return _open_proposals(reader).select_related("station__region")[:LISTED]


def _targets_by_county(reader):
    """What waits for the city; what it returned waits for the county."""
    return (
        Target.objects.visible_to(reader)
        .filter(state=Target.State.DRAFT, return_reason="")
        .order_by("region__sort_order", "region__code")
        .values("region__name", "region__code", "programme", "programme__name")
        .annotate(n=Count("pk"))
    )


def _running_notices(reader):
    """Public notices whose batch has not been named yet, the one that ends first on top."""
    return (
        PublicNotice.objects.filter(
            batch__named_on=None, batch__applications__in=Application.objects.visible_to(reader)
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
        "notices": kept(_unread, user),
    }
