"""附件1 三: groups proposed from the strengths of the roster, made in one step."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts import audit
from stations.models import Station
from veterans.models import Veteran
from volunteers.fields import suggested
from volunteers.models import Group, Membership

SMALLEST = 2


@dataclass
class Proposal:
    """A group that could be; `people` are those who have the strength and no group yet."""

    strength: object
    field: str
    name: str
    people: list
    chosen: list = field(default_factory=list)
    is_chosen: bool = True
    other_field: str = ""
    error: str = ""

    @property
    def key(self):
        return f"s{self.strength.pk}"


def propose(team, user) -> list[Proposal]:
    """One group per strength that nobody's group has; the largest first. Somebody with
    several strengths is proposed for each and joins the first that is made."""
    placed = set(
        Membership.objects.filter(team=team, left_on=None)
        .exclude(group=None)
        .values_list("veteran_id", flat=True)
    )
    covered = set(team.groups.exclude(strength=None).values_list("strength_id", flat=True))
    people = (
        Veteran.objects.visible_to(user)
        .people()
        .filter(station=team.station_id, residence=Veteran.Residence.LOCAL)
        .exclude(pk__in=placed)
        .prefetch_related("strengths")
        .order_by("pinyin", "pk")
    )
    able = defaultdict(list)
    for person in people:
        for strength in person.strengths.all():
            if strength.is_active and strength.pk not in covered:
                able[strength].append(person)
    found = [
        Proposal(strength, *suggested(strength.name), people=who, chosen=list(who))
        for strength, who in able.items()
        if len(who) >= SMALLEST
    ]
    return sorted(found, key=lambda row: (-len(row.people), row.strength.sort_order))


def create(team, proposals, *, actor) -> tuple[int, int]:
    """Groups and memberships in one transaction; how many of each. Members without a group
    are placed, the others join today; nobody gets into two groups."""
    today = timezone.localdate()
    stamp = {"created_by": actor, "updated_by": actor}
    with transaction.atomic():
        Station.objects.select_for_update(of=("self",)).get(pk=team.station_id)
        current = {
            row.veteran_id: row for row in Membership.objects.filter(team=team, left_on=None)
        }
        covered = set(team.groups.exclude(strength=None).values_list("strength_id", flat=True))
        groups = joined = 0
        for proposal in proposals:
            free = [p for p in proposal.chosen if not _is_placed(current.get(p.pk))]
            if not free or proposal.strength.pk in covered:
                continue
            group = Group.objects.create(
                team=team,
                name=proposal.name,
                field=proposal.field,
                other_field=proposal.other_field,
                strength=proposal.strength,
                leader=free[0],
                **stamp,
            )
            groups += 1
            for person in free:
                row = current.setdefault(
                    person.pk,
                    Membership(team=team, veteran=person, joined_on=today, **stamp),
                )
                row.group = group
                row.save()
                joined += 1
        if groups:
            audit.record(
                "volunteers.groups",
                by=actor,
                obj=team,
                after={"小组": groups, "队员": joined},
            )
    return groups, joined


def _is_placed(membership):
    return membership is not None and membership.group_id is not None
