"""What the writer and the checker of a story or an exhibit should know: words, consents,
near-copies, what is held or withdrawn. Nothing here blocks."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from records.scanning import Scanner
from veterans import consents, story_bank
from veterans.models import Consent, Exhibit, Story, War
from veterans.near_copies import near_copies

NAMED = 5


@dataclass(frozen=True)
class Remark:
    text: str
    url: str = ""
    tone: str = "warning"


def of_story(story: Story, user: User) -> list[Remark]:
    found = [*_withdrawn(story), *_words(story, ("title", "body", "source"))]
    found += _story_consents(story)
    if story.war == War.VIETNAM and story.released_hash != story.content_hash:
        found.append(Remark("对越自卫反击战的故事须经市局同意后公开，目前只在本站保存。"))
    return found + list(_alike(story, user))


def of_exhibit(exhibit: Exhibit, user: User) -> list[Remark]:
    found = [*_withdrawn(exhibit), *_words(exhibit, ("title", "body", "donor", "period"))]
    people = consents.missing(exhibit.people.all(), Consent.Kind.DISPLAY)
    found += _without_consent(people, "照片、事迹展示")
    for story in exhibit.stories.all():
        if story.withdrawn_on:
            found.append(Remark(f"展示的故事“{story}”已于{story.withdrawn_on}撤下，请更换。"))
        elif story.war == War.VIETNAM and story.released_hash != story.content_hash:
            found.append(Remark(f"展示的故事“{story}”尚未经市局同意公开，请先不展示。"))
    return found


def _withdrawn(record):
    if record.withdrawn_on:
        reason = f"：{record.withdrawn_reason}" if record.withdrawn_reason else ""
        yield Remark(f"已于{record.withdrawn_on}撤下{reason}。撤下后不再展示、不再计入。")


def _words(record, names):
    scanner = Scanner()
    words = [one.word for name in names for one in scanner.scan(getattr(record, name))]
    if words:
        text = "、".join(dict.fromkeys(words))
        yield Remark(f"文字中有“{text}”，请核实是否可以公开。")


def _story_consents(story):
    if not Story.objects.filter(consents.story_agreed(), pk=story.pk).exists():
        yield Remark(
            "人物健在的故事须取得本人（亲属）同意：请打印同意书，签字后在人员页登记并上传。"
        )
    others = consents.named_in(story.station, story.body).exclude(pk=story.veteran_id)
    yield from _without_consent(consents.missing(others, Consent.Kind.STORY), "典型故事")


def _without_consent(people, matter):
    names = list(people.order_by("pk").values_list("name", flat=True)[: NAMED + 1])
    if names:
        more = "等" if len(names) > NAMED else ""
        yield Remark(
            f"提到的健在人员{'、'.join(names[:NAMED])}{more}尚未登记“{matter}”同意，请核对。"
        )


def _alike(story, user):
    """A station learns that there is another, not which; it reads what the story bank
    shows to everybody."""
    found = near_copies(story)[:3]
    readable = story_bank.readable_by(user).filter(pk__in=[one.story.pk for one in found])
    open_keys = set(readable.values_list("pk", flat=True)) if found else ()
    for one in found:
        alike = f"相似度{one.percent}%"
        url = reverse("story_compare", args=[story.pk, one.story.pk])
        shown = story_bank.shown(one.story, user)
        if shown.is_own:
            yield Remark(f"与{one.story.station.name}的故事“{one.story}”{alike}。", url)
        elif one.story.pk in open_keys:
            place = f"典型故事库中另一个服务站的故事“{shown.title}”"
            yield Remark(f"与{place}{alike}，请写出本站人物自己的事迹。", url)
        else:
            yield Remark(f"与另一个服务站的故事{alike}，请写出本站人物自己的事迹。")
