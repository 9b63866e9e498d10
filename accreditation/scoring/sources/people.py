"""Facts about people (C2, C3.2, C7.1, C7.2, H2.1, R2.1, U1.2): living veterans on the roster. Each belongs to exactly one station,
so a town's figures are the sums of its stations'."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accreditation.scoring.context import Context, kind_of
from accreditation.scoring.sources.source import Counters, Source
from activities.models import Activity, Participation
from records.models import Attachment, AttachmentLink
from veterans.models import AnswerState, DataFault, Enterprise, Honour, Story, Veteran
from volunteers.models import Membership, Team

ANSWERED = (AnswerState.ANSWERED, AnswerState.NONE)


def with_photos() -> QuerySet[Any]:
    """Links of people, so their number is the person's."""
    return AttachmentLink.objects.filter(
        content_type=kind_of(Veteran),
        purpose=AttachmentLink.Purpose.SERVICE_LIFE,
        attachment__kind=Attachment.Kind.PHOTO,
    )


def memberships(c: Context, kind: str) -> QuerySet[Any]:
    """Current memberships in active teams of a kind."""
    return Membership.objects.filter(
        Q(left_on=None) | Q(left_on__gt=c.on),
        joined_on__lte=c.on,
        team__is_active=True,
        team__kinds__contains=f",{kind},",
    ).order_by()


def own_members(c: Context, kind: str) -> QuerySet[Any]:
    """People in a team of their own station; other pairs are in pairs.py."""
    return memberships(c, kind).filter(team__station_id=F("veteran__station_id"))


def served(c: Context) -> QuerySet[Any]:
    """Members who served often enough in 12 months."""
    rows = Participation.objects.filter(
        c.year("activity__happened_on"),
        role=Participation.Role.VOLUNTEER,
        activity__kind=Activity.Kind.VOLUNTEERING,
    )
    if not c.is_scoped:
        members = memberships(c, Team.Kind.LEI_FENG).values("veteran_id")
        rows = rows.filter(veteran_id__in=members)
    counted = rows.order_by().values("veteran_id").annotate(times=Count("pk"))
    return counted.filter(times__gte=c.p("team_served", "times"))


def took_part(c: Context) -> QuerySet[Any]:
    role = Participation.Role
    return Participation.objects.filter(
        c.year("activity__happened_on"),
        role__in=[role.PARTICIPANT, role.SPEAKER, role.VOLUNTEER],
    )


def visits(c: Context) -> QuerySet[Any]:
    """Of people to be visited; a telephone call reaches only who lives elsewhere."""
    return Participation.objects.filter(
        c.year("activity__happened_on"),
        Q(activity__by_phone=False) | ~Q(veteran__residence=Veteran.Residence.LOCAL),
        role=Participation.Role.VISITED,
        activity__kind__in=[Activity.Kind.VISIT, Activity.Kind.TALK],
        veteran__is_priority=True,
    )


def green_workers(c: Context) -> Q:
    """Own, share or work in a family farm, cooperative or firm of a green trade."""
    kinds = Enterprise.Kind
    good = {
        "enterprise__is_green": True,
        "enterprise__kind__in": [kinds.FAMILY_FARM, kinds.COOPERATIVE, kinds.FIRM],
    }
    owners = Enterprise.owners.through.objects.filter(**good)
    workers = Enterprise.workers.through.objects.filter(**good)
    return _has(c, owners) | _has(c, workers)


def with_honour_or_story(c: Context, own: str = "pk") -> Q:
    stories = Story.objects.filter(withdrawn_on=None, veteran__isnull=False)
    return _has(c, Honour.objects.all(), own=own) | _has(c, stories, own=own)


def _has(c: Context, rows: QuerySet[Any], key: str = "veteran_id", own: str = "pk") -> Q:
    return c.has(rows, key, is_by_row=c.is_scoped, own=own)


def is_own_member(c: Context, kind: str) -> Q:
    """The members of the stations' teams are read once: PostgreSQL would go through all teams
    for each person, as the person's station and the team's are to be the same."""
    rows = own_members(c, kind).filter(c.near("team__station"))
    return c.has(rows, "veteran_id", is_by_row=False)


def _counters(c: Context) -> Counters:
    local = Q(residence=Veteran.Residence.LOCAL)
    photo = Q(photos_known_none=False)
    over = c.born_after(c.p("took_part", "age"))
    part = _has(c, took_part(c))
    green = c.parameters.get("green_people", {})
    working = Q(
        birth_date__gt=c.born_after(green.get("age_to", 59)),
        birth_date__lte=c.born_after(green.get("age_from", 16) - 1),
    )
    member, hometown = (is_own_member(c, kind) for kind in (Team.Kind.LEI_FENG, Team.Kind.HOMETOWN))
    priority = Q(is_priority=True)
    return {
        "all": Q(pk__isnull=False),
        "former_post": Q(former_post_state__in=ANSWERED),
        "current_post": Q(current_post_state__in=ANSWERED),
        "strengths": Q(strengths_state__in=ANSWERED),
        "honours": Q(honours_state__in=ANSWERED),
        "photo_of": photo,
        "photo": photo & _has(c, with_photos(), "object_id"),
        "clean": ~_has(c, DataFault.objects.filter(closed_at=None)),
        "team_age": _up_to(c, c.p("team_size", "age")),
        "hometown_age": _up_to(c, c.p("hometown_team_size", "age")),
        "member": member,
        "member_served": member & _has(c, served(c)),
        "hometown_member": hometown,
        "part_of": local & (Q(birth_date=None) | Q(birth_date__gt=over) | part),
        "part": local & part,
        "priority": priority,
        "visited": priority & _has(c, visits(c)),
        "working_age": working,
        "green": green_workers(c),
        "honoured": with_honour_or_story(c),
    }


def _up_to(c: Context, age: int) -> Q:
    return Q(birth_date=None) | Q(birth_date__gt=c.born_after(age))


PEOPLE = Source("people", lambda c: Veteran.objects.people(), _counters, is_whole=True)


def _war_counters(c: Context) -> Counters:
    asked = Veteran.InterviewStatus
    return {
        "all": Q(pk__isnull=False),
        "asked": ~Q(interview_status=asked.NOT_STARTED),
        "willing": ~Q(interview_status=asked.DECLINED),
    }


def _war_rows(c: Context) -> QuerySet[Any]:
    """People with a war tag, living or dead."""
    return Veteran.objects.filter(
        person_kind=Veteran.PersonKind.VETERAN,
        status__in=[Veteran.Status.ACTIVE, Veteran.Status.DECEASED],
    ).exclude(war_tags="")


WAR = Source("war", _war_rows, _war_counters, is_whole=True)
