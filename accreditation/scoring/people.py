"""Facts about people: living veterans on the roster. Each belongs to exactly one station,
so a town's figures are the sums of its stations'."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accreditation.scoring.context import Context, kind_of
from accreditation.scoring.source import Counters, Source
from activities.models import Activity, Participation
from records.models import Attachment, AttachmentLink
from veterans.models import AnswerState, DataFault, Enterprise, Honour, Story, Veteran
from volunteers.models import Membership, Team

ANSWERED = (AnswerState.ANSWERED, AnswerState.NONE)


def faulty(c: Context) -> QuerySet[Any]:
    rows = DataFault.objects.filter(c.near("veteran__station"), closed_at=None)
    return rows.values("veteran_id")


def with_photos(c: Context) -> QuerySet[Any]:
    """Links of people, so their number is the person's; in a scope only those of its people."""
    rows = AttachmentLink.objects.filter(
        content_type=kind_of(Veteran),
        purpose=AttachmentLink.Purpose.SERVICE_LIFE,
        attachment__kind=Attachment.Kind.PHOTO,
    )
    if c.is_scoped:
        rows = rows.filter(object_id__in=Veteran.objects.filter(c.near("station")).values("pk"))
    return rows.order_by().values("object_id").distinct()


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
    rows = memberships(c, kind).filter(c.near("team__station"))
    return rows.filter(team__station_id=F("veteran__station_id")).values("veteran_id")


def served(c: Context) -> QuerySet[Any]:
    """People who served often enough in 12 months."""
    rows = Participation.objects.filter(
        c.year("activity__happened_on"),
        c.near("veteran__station"),
        role=Participation.Role.VOLUNTEER,
        activity__kind=Activity.Kind.VOLUNTEERING,
    )
    counted = rows.order_by().values("veteran_id").annotate(times=Count("pk"))
    return counted.filter(times__gte=c.p("team_served", "times")).values("veteran_id")


def took_part(c: Context) -> QuerySet[Any]:
    rows = Participation.objects.filter(
        c.year("activity__happened_on"),
        c.near("veteran__station"),
        role__in=[
            Participation.Role.PARTICIPANT,
            Participation.Role.SPEAKER,
            Participation.Role.VOLUNTEER,
        ],
    )
    return rows.order_by().values("veteran_id").distinct()


def visits(c: Context) -> QuerySet[Any]:
    return (
        Participation.objects.filter(
            c.year("activity__happened_on"),
            c.near("veteran__station"),
            role=Participation.Role.VISITED,
            activity__kind__in=[Activity.Kind.VISIT, Activity.Kind.TALK],
            veteran__is_priority=True,
        )
        .order_by()
        .values("veteran_id")
    )


def green_workers(c: Context) -> Q:
    """Own, share or work in a family farm, cooperative or firm of a green trade."""
    kinds = Enterprise.Kind
    good = {
        "enterprise__is_green": True,
        "enterprise__kind__in": [kinds.FAMILY_FARM, kinds.COOPERATIVE, kinds.FIRM],
    }
    owners = Enterprise.owners.through.objects.filter(c.near("veteran__station"), **good)
    workers = Enterprise.workers.through.objects.filter(c.near("veteran__station"), **good)
    return Q(pk__in=owners.values("veteran_id")) | Q(pk__in=workers.values("veteran_id"))


def with_honour_or_story(c: Context, path: str = "pk") -> Q:
    honours = Honour.objects.filter(c.near("veteran__station")).order_by()
    stories = Story.objects.filter(
        c.near("veteran__station"), withdrawn_on=None, veteran__isnull=False
    ).order_by()
    return Q(**{f"{path}__in": honours.values("veteran_id")}) | Q(
        **{f"{path}__in": stories.values("veteran_id")}
    )


def _counters(c: Context) -> Counters:
    local = Q(residence=Veteran.Residence.LOCAL)
    photo = Q(photos_known_none=False)
    over = c.born_after(c.p("took_part", "age"))
    part = Q(pk__in=took_part(c))
    reached = Q(residence=Veteran.Residence.LOCAL) & Q(
        pk__in=visits(c).filter(activity__by_phone=False)
    ) | ~Q(residence=Veteran.Residence.LOCAL) & Q(pk__in=visits(c))
    green = c.parameters.get("green_people", {})
    working = Q(
        birth_date__gt=c.born_after(green.get("age_to", 59)),
        birth_date__lte=c.born_after(green.get("age_from", 16) - 1),
    )
    member, hometown = (
        Q(pk__in=own_members(c, kind)) for kind in (Team.Kind.LEI_FENG, Team.Kind.HOMETOWN)
    )
    priority = Q(is_priority=True)
    return {
        "all": Q(pk__isnull=False),
        "former_post": Q(former_post_state__in=ANSWERED),
        "current_post": Q(current_post_state__in=ANSWERED),
        "strengths": Q(strengths_state__in=ANSWERED),
        "honours": Q(honours_state__in=ANSWERED),
        "photo_of": photo,
        "photo": photo & Q(pk__in=with_photos(c)),
        "clean": ~Q(pk__in=faulty(c)),
        "team_age": _up_to(c, c.p("team_size", "age")),
        "hometown_age": _up_to(c, c.p("hometown_team_size", "age")),
        "member": member,
        "member_served": member & Q(pk__in=served(c)),
        "hometown_member": hometown,
        "part_of": local & (Q(birth_date=None) | Q(birth_date__gt=over) | part),
        "part": local & part,
        "priority": priority,
        "visited": priority & reached,
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
