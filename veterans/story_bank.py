"""The story bank 典型故事库: what is checked, agreed to and not withdrawn is shared in the
city; other stations' stories are shown without what tells the living person."""

import re
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Coalesce, Concat, Replace, Substr
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import is_city
from records.models import ContentCheck
from veterans.consents import story_agreed
from veterans.models import Story, Veteran, War

_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1\d{10})(?!\d)")


class NotToRelease(Exception):
    """The text is a sentence for the user."""


def checked(model) -> Q:
    """Both checks passed on the text as it stands, by two people."""
    kind = ContentType.objects.get_for_model(model)
    now = ContentCheck.objects.filter(
        content_type=kind, object_id=OuterRef("pk"), content_hash=OuterRef("content_hash")
    ).order_by()
    failed = now.filter(passed=False)
    aspects = ContentCheck.Aspect
    both = [Exists(now.filter(aspect=one, passed=True)) for one in aspects.values]
    return Q(both[0]) & Q(both[1]) & ~Q(Exists(failed))


def released() -> Q:
    """Stories of 对越自卫反击战 wait for the city."""
    return ~Q(war=War.VIETNAM) | (Q(released_hash=F("content_hash")) & ~Q(released_hash=""))


def bank():
    """What may be shown to others."""
    return Story.objects.filter(checked(Story), released(), story_agreed(), withdrawn_on=None)


def readable_by(user: User):
    """The bank and one's own, whatever their state."""
    own = Story.objects.visible_to(user).values("pk")
    return Story.objects.filter(Q(pk__in=bank().values("pk")) | Q(pk__in=own))


def waiting_for_city(user: User):
    rows = Story.objects.visible_to(user).filter(checked(Story), withdrawn_on=None)
    return rows.exclude(released())


@dataclass(frozen=True)
class Shown:
    """A story as a reader sees it."""

    story: Story
    is_own: bool
    name: str
    title: str
    body: str


def shown(story: Story, user: User) -> Shown:
    is_own = bool(user.region_id) and story.station.region.path.startswith(user.region.path)
    name = story.veteran.name if story.veteran_id else story.subject_name
    texts = [story.title, story.body]
    if not is_own and not _is_of_history(story):
        hidden = f"{name[:1]}某" if name else ""
        texts = [_without(text, name, hidden) for text in texts]
        name = hidden
    return Shown(story, is_own, name, *texts)


def _is_of_history(story):
    is_dead = story.veteran_id and story.veteran.status == Veteran.Status.DECEASED
    return story.subject == Story.Subject.MARTYR or bool(is_dead)


def _without(text, name, hidden):
    text = text.replace(name, hidden) if name else text
    return _NUMBERS.sub("（略）", text)


def search(rows, words: str, user: User):
    """Stories whose title or text, as this reader sees them, has the words: a name that is
    hidden must not be found either."""
    own = Q(station__region__path__startswith=user.region.path) if user.region_id else Q(pk=None)
    is_open = own | Q(subject=Story.Subject.MARTYR) | Q(veteran__status=Veteran.Status.DECEASED)
    name = Coalesce(F("veteran__name"), F("subject_name"))
    hidden = Concat(Substr(name, 1, 1), Value("某"))
    for field in ("title", "body"):
        seen = Case(
            When(is_open, then=F(field)),
            When(veteran=None, subject_name="", then=F(field)),
            default=Replace(F(field), name, hidden),
            output_field=TextField(),
        )
        rows = rows.alias(**{f"seen_{field}": seen})
    return rows.filter(Q(seen_title__icontains=words) | Q(seen_body__icontains=words))


def release(story: Story, *, actor: User, content_hash: str) -> None:
    """The city lets this text of a story of 对越自卫反击战 be published."""
    if not is_city(actor):
        raise NotToRelease("对越自卫反击战的故事由市局同意后公开。")
    if story.war != War.VIETNAM:
        raise NotToRelease("这个故事不需要市局同意。")
    with transaction.atomic():
        rows = Story.objects.filter(pk=story.pk, content_hash=content_hash, withdrawn_on=None)
        today = timezone.localdate()
        changed = rows.filter(checked(Story)).update(
            released_hash=content_hash, released_on=today, released_by=actor
        )
        if not changed:
            raise NotToRelease("故事刚刚有过修改、撤下，或两项审核尚未通过，请核对后再办理。")
        audit.record("story.release", by=actor, obj=story, after={"同意公开": str(today)})
