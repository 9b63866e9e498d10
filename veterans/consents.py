"""Whose consent a story or an exhibit needs: of the living (docs/privacy.md). It warns at
saving and at the check, and keeps a story out of the bank; it never stops the writing."""

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.fields import TextField
from django.db.models.functions import Length

from veterans.models import Consent, Veteran

SHORTEST_NAME = 2


def given(kind: str, person: str = "pk") -> Exists:
    """A consent that was not taken back, for rows whose `person` is a veteran."""
    return Exists(
        Consent.objects.filter(veteran=OuterRef(person), kind=kind, withdrawn_on=None).order_by()
    )


def taken_back(kind: str, person: str = "pk") -> Exists:
    return Exists(
        Consent.objects.filter(veteran=OuterRef(person), kind=kind)
        .exclude(withdrawn_on=None)
        .order_by()
    )


def missing(people, kind: str):
    """The living among these people who have not agreed; deaths are not asked."""
    return people.exclude(status=Veteran.Status.DECEASED).filter(~given(kind))


def named_in(station, text: str):
    """Living people of the station's roster whose name stands in a text."""
    people = Veteran.objects.filter(station=station).exclude(status=Veteran.Status.DECEASED)
    named = people.annotate(text=Value(text, output_field=TextField()), letters=Length("name"))
    return named.filter(text__contains=F("name"), letters__gte=SHORTEST_NAME)


def story_agreed() -> Q:
    """Stories whose person agreed, died, or is a martyr. What was taken back counts more
    than the box that was ticked before."""
    agreed = Q(consent=True) & ~taken_back("story", "veteran")
    return (
        agreed
        | Q(subject="martyr")
        | Q(veteran__status=Veteran.Status.DECEASED)
        | given("story", "veteran")
    )
