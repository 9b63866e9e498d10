"""Beside the score and unscored (不计分): 三高 as shares, the six main tasks with the records
that serve each, 三级带动. Nothing here is ever demanded."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.permissions import is_admin
from accreditation.scorecard import markup
from accreditation.scoring.cards import Scorecard
from activities.models import Activity, Participation, ServiceRecord
from records.kept import kept
from records.registry import get_section
from stations.models import Facility, Grid, Partner, ResourceUse
from veterans.models import Exhibit, Story
from volunteers.models import Team

# Section two of the policy: 基础建设水平高、服务发展质量高、群众满意度高.
HIGHS = (
    ("基础建设水平", ("C1", "C4", "C5", "C6")),
    ("服务发展质量", ("C3", "C7.2", "C7.4")),
    ("群众满意度", ("C7.3",)),
)


@dataclass(frozen=True)
class High:
    label: str
    points: int
    max_points: int

    @property
    def percent(self) -> int | None:
        """Only the share: it tells nobody above the county how many petitions there were."""
        return round(100 * self.points / self.max_points) if self.max_points else None


@dataclass(frozen=True)
class Tally:
    """How many records of one kind, and the list they stand in."""

    label: str
    number: int
    url: str


@dataclass(frozen=True)
class Task:
    clause: str
    label: str
    counts: list[Tally]

    @property
    def links(self) -> SafeString:
        return markup.tallies(self.counts)


def three_highs(card: Scorecard) -> list[High]:
    """What is 待评 stays out of the share."""
    found = []
    for label, codes in HIGHS:
        lines = [
            line
            for code, line in card.lines.items()
            if line.points is not None and (code in codes or code.split(".")[0] in codes)
        ]
        points = sum(line.points or 0 for line in lines)
        found.append(High(label, points, sum(line.max_points for line in lines)))
    return found


@dataclass(frozen=True)
class Source:
    """Rows of a section; `shown` is the list's own filter, the same condition."""

    key: str
    label: str
    section: str
    rows: type
    shown: tuple[tuple[str, str], ...] = ()


def _activity(key: str, kind: Activity.Kind) -> Source:
    return Source(key, kind.label, "activities", Activity, (("kind", kind.value),))


SOURCES = {
    source.key: source
    for source in (
        Source("environment", "政治文化环境", "exhibits", Exhibit, (("place", "environment"),)),
        Source("uses", "资源共建共享", "resources", ResourceUse),
        _activity("themes", Activity.Kind.THEME_EDUCATION),
        _activity("studies", Activity.Kind.STUDY),
        Source("stories", "典型故事", "stories", Story),
        _activity("visits", Activity.Kind.VISIT),
        Source("grids", "网格", "grids", Grid),
        Source("services", "服务记录", "services", ServiceRecord),
        Source("teams", "志愿服务队", "volunteers", Team),
        _activity("volunteering", Activity.Kind.VOLUNTEERING),
        Source("facilities", "活动场所", "facilities", Facility),
        _activity("talks", Activity.Kind.TALK),
        Source("exhibits", "陈列展示", "exhibits", Exhibit),
        Source("activities", "活动", "activities", Activity),
        Source("partners", "共建单位", "partners", Partner),
    )
}
# Section four of the policy, in its words and order.
TASKS = (
    ("四（一）", "政治文化环境建设主题突出", ("environment", "uses")),
    ("四（二）", "主题学习教育开展有力高效", ("themes", "studies", "stories")),
    ("四（三）", "日常服务保障管理工作有效", ("visits", "grids")),
    ("四（四）", "思想政治教育引领作用明显", ("teams", "volunteering")),
    ("四（五）", "“退役军人之家”建设有声有色", ("facilities", "services", "talks")),
    ("四（六）", "陈列内容规范展示手段多样", ("exhibits",)),
)


def read_counts(user, station) -> dict[str, int]:
    return dict(kept(_counts, user, station=station.pk))


def _counts(reader, station) -> QuerySet:
    """Every source and the people who took part, within what the reader may see; one query."""
    parts = [
        _counted(
            source.rows.objects.few()
            .visible_to(reader)
            .filter(station=station, **dict(source.shown)),
            source.key,
            "pk",
        )
        for source in _open_to(reader)
    ]
    activities = Activity.objects.few().visible_to(reader).filter(station=station)
    took_part = Participation.objects.filter(activity__in=activities)
    parts.append(_counted(took_part, "people", "veteran"))
    return parts[0].union(*parts[1:], all=True)


def _counted(rows: QuerySet, key: str, what: str) -> QuerySet:
    grouped = rows.order_by().annotate(tally=Value(key)).values("tally")
    return grouped.annotate(n=Count(what, distinct=True)).values_list("tally", "n")


def _open_to(user) -> Iterable[Source]:
    """A section that a role may not open shows it no number either."""
    for source in SOURCES.values():
        is_talk = source.key == "talks"
        if user.role in get_section(source.section).roles and not (is_talk and is_admin(user)):
            yield source


def six_tasks(user, station, counts: dict[str, int]) -> list[Task]:
    is_open = {source.key for source in _open_to(user)}
    return [
        Task(
            clause,
            label,
            [count_of(key, station, counts) for key in keys if key in is_open],
        )
        for clause, label, keys in TASKS
    ]


def count_of(key: str, station, counts: dict[str, int]) -> Tally:
    source = SOURCES[key]
    url = reverse("section", args=[station.region.code, source.section])
    if source.shown:
        url += f"?{urlencode(source.shown)}"
    return Tally(source.label, counts.get(key, 0), url)


def beside(user, station, card: Scorecard) -> dict:
    counts = read_counts(user, station)
    return {
        "highs": three_highs(card),
        "tasks": six_tasks(user, station, counts),
        # 三级带动: the institution, the veterans, society.
        "influence": [
            ("服务机构", count_of("activities", station, counts)),
            (
                "退役军人",
                Tally(
                    "参加过活动的退役军人",
                    counts.get("people", 0),
                    reverse("section", args=[station.region.code, "activities"]),
                ),
            ),
            ("社会力量", count_of("partners", station, counts)),
        ],
    }
