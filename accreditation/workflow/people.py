"""Who may take a step. Small predicates over (user, application); no writing.

They read application.station.region and user.region, which lists fetch along.
"""

from accounts.models import User
from accounts.permissions import can_edit_records, is_city, is_county, is_station
from accreditation.models import Application
from accreditation.workflow.errors import NotAllowed
from accreditation.workflow.table import LEVELS_BELOW, STEPS, State
from stations.models import Region, Station

CITY_STATES = (State.CITY_REVIEW, State.SITE_VISIT, State.DECISION)


def _in_scope(user: User, station: Station) -> bool:
    return bool(user.region_id and station.region.path.startswith(user.region.path))


def is_writer(user: User, application: Application) -> bool:
    """Station and county staff write; a town's staff also for its villages."""
    return can_edit_records(user) and _in_scope(user, application.station)


def is_town_above(user: User, application: Application) -> bool:
    """The town's station endorses its villages', and never its own."""
    return (
        is_station(user)
        and user.region is not None
        and user.region.level == Region.Level.TOWN
        and application.station.region_id != user.region_id
        and _in_scope(user, application.station)
    )


def is_county_above(user: User, application: Application) -> bool:
    return is_county(user) and _in_scope(user, application.station)


def is_city_above(user: User, application: Application) -> bool:
    return is_city(user) and _in_scope(user, application.station)


def is_reviewer(user: User, application: Application) -> bool:
    """One person reviews at the city: the first to begin, until somebody takes over."""
    return (
        is_city_above(user, application)
        and not is_local(user, application)
        and application.recommended_by_id != user.pk
        and application.reviewed_by_id in (None, user.pk)
    )


def is_local(user: User, application: Application) -> bool:
    """A city reviewer whose own unit lies in the county that the station belongs to (回避)."""
    return (
        is_city(user)
        and user.region is not None
        and user.region.level != Region.Level.CITY
        and _in_scope(user, application.station)
    )


def is_decider(user: User, application: Application) -> bool:
    """Neither recommender nor reviewer. One who visited may; who gave verdicts before
    somebody took the review over is asked of the database in decisions.decide."""
    return is_city_above(user, application) and user.pk not in (
        application.recommended_by_id,
        application.reviewed_by_id,
    )


def is_holder(user: User, application: Application) -> bool:
    """Whoever has the application on the desk in its present state."""
    if application.state == State.TOWN_REVIEW:
        return is_town_above(user, application)
    if application.state == State.COUNTY_REVIEW:
        return is_county_above(user, application)
    if application.state == State.DECISION:
        return is_city_above(user, application)
    return is_reviewer(user, application)


def is_returned_level(user: User, application: Application) -> bool:
    """The level that the application was returned to, or somebody above it below the city."""
    level = application.returned_to
    if level == "county":
        return is_county_above(user, application)
    if level == "town":
        return is_town_above(user, application) or is_county_above(user, application)
    return is_writer(user, application)


PEOPLE = {
    "writer": is_writer,
    "town": is_town_above,
    "county": is_county_above,
    "city": is_city_above,
    "reviewer": is_reviewer,
    "decider": is_decider,
    "holder": is_holder,
    "returned_level": is_returned_level,
}
SENTENCES = {
    "writer": "只有本站、所属乡镇（街道）和所属县（区）的工作人员可以办理这一步。",
    "town": "只有所属乡镇（街道）服务站可以审核村居的申报，不能审核本站自己的申报。",
    "county": "只有所属县（区）、功能区工作人员可以办理这一步。",
    "city": "只有市局评审人员可以办理这一步。",
    "reviewer": "只有负责本申报的市局评审人员可以办理这一步。",
    "decider": "集体研究结论须由推荐人、评审人以外的市局人员登记。",
    "holder": "这个申报现在不在您的环节，不能退回。",
    "returned_level": "这个申报退回到其他层级，请由该层级补正后提交。",
}


def may(verb: str, user: User | None, application: Application) -> bool:
    """Whether this person may take this step now, as far as role and state say."""
    step = STEPS[verb]
    if user is None or application.state not in step.sources:
        return False
    return any(PEOPLE[who](user, application) for who in step.who if who in PEOPLE)


def check_person(verb: str, user: User, application: Application) -> None:
    who = STEPS[verb].who[0]
    if not PEOPLE[who](user, application):
        raise NotAllowed(SENTENCES[who])


def passes_town(station: Station) -> bool:
    """Villages whose town has a station go through the town; others straight to the county."""
    region = station.region
    return (
        region.level == Region.Level.VILLAGE
        and region.parent_id is not None
        and Station.objects.filter(
            region_id=region.parent_id, region__level=Region.Level.TOWN, is_active=True
        ).exists()
    )


def levels_for(application: Application, *, has_town: bool) -> list[str]:
    """To whom a review may return it; the town only where there is one."""
    levels = LEVELS_BELOW.get(State(application.state), ())
    return [level for level in levels if level != "town" or has_town]
