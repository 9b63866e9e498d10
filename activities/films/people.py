"""Who is, or may be, on the pictures of a film, and who of them has not agreed to films.

The system does not look at faces. Whoever the words under a picture name, and whose own
photo it is, is on it; whoever took part in the activity may be, until the maker has looked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from activities.models import Activity, Participation
from records.models import AttachmentLink
from stations.models import Station
from veterans import consents
from veterans.models import Consent, Exhibit, Honour, Story, Veteran

SAID = 8


@dataclass
class Unasked:
    """The living whose consent is missing, for one picture: for certain on it, or maybe."""

    certain: list[Veteran] = field(default_factory=list)
    maybe: list[Veteran] = field(default_factory=list)


def names(people: list[Veteran]) -> str:
    said = "、".join(person.name for person in people[:SAID])
    return f"{said}等{len(people)}人" if len(people) > SAID else said


def without_consent(station: Station, pictures: Iterable[tuple[str, str]]) -> dict[str, Unasked]:
    """By code of the photo, only those where somebody is missing. `pictures`: (code, words).
    The same few queries for one picture and for sixty."""
    words = dict(pictures)
    certain, maybe = _linked(words)
    linked = {pk for sets in (certain, maybe) for people in sets.values() for pk in people}
    named = consents.named_in(station, "\n".join(words.values())).values("pk")
    meant = Veteran.objects.filter(Q(pk__in=linked) | Q(pk__in=named))
    by_key = {person.pk: person for person in consents.missing(meant, Consent.Kind.FILM)}
    found = {}
    for code, text in words.items():
        sure = {person.pk: person for person in by_key.values() if person.name in text}
        sure |= {pk: by_key[pk] for pk in certain[code] if pk in by_key}
        rest = [by_key[pk] for pk in maybe[code] if pk in by_key and pk not in sure]
        if sure or rest:
            found[code] = Unasked(list(sure.values()), rest)
    return found


def not_asked_in(station: Station, text: str) -> list[Veteran]:
    """Living people of the roster whom a text names and who have not agreed."""
    return list(consents.missing(consents.named_in(station, text), Consent.Kind.FILM))


def _linked(codes: Iterable[str]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """(people for certain on a photo, people perhaps on it) through what it is linked to."""
    links = AttachmentLink.objects.filter(attachment__code__in=list(codes))
    of: dict[type[Model], dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for code, kind, pk in links.values_list("attachment__code", "content_type", "object_id"):
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is not None:
            of[model][pk].append(code)
    certain: dict[str, list[int]] = defaultdict(list)
    maybe: dict[str, list[int]] = defaultdict(list)
    for model, into in ((Veteran, certain), (Honour, certain), (Story, certain), (Exhibit, maybe),
                        (Activity, maybe)):  # fmt: skip
        for record, person in _people_of(model, of[model]) if of[model] else ():
            for code in of[model][record]:
                if person not in into[code]:
                    into[code].append(person)
    return certain, maybe


def _people_of(model: type[Model], records: Iterable[int]) -> Iterable[tuple[int, int]]:
    """(record, person) for records of one kind."""
    keys = list(records)
    if model is Veteran:
        return [(pk, pk) for pk in keys]
    if model is Activity:
        took_part = Participation.objects.filter(activity__in=keys).order_by("pk")
        told = Activity.stories.through.objects.filter(activity__in=keys)
        told = told.exclude(story__veteran=None).order_by("pk")
        return [
            *took_part.values_list("activity_id", "veteran_id"),
            *told.values_list("activity_id", "story__veteran_id"),
        ]
    rows: QuerySet
    if model is Exhibit:
        rows = Exhibit.people.through.objects.filter(exhibit__in=keys).order_by("pk")
        return list(rows.values_list("exhibit_id", "veteran_id"))
    rows = model._default_manager.filter(pk__in=keys).exclude(veteran=None)
    return list(rows.values_list("pk", "veteran_id"))
