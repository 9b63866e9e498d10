"""Figures: repeated, round, larger or smaller than they can be; and what is off the theme."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db.models import Count, Q

from accounts.models import AuditEntry
from accreditation.doubts.found import Finding, side
from accreditation.models import Application
from stations.models import Facility, Outcome, Station, Track
from veterans.models import Exhibit, Story, Veteran

# The same figure at so many stations; so many figures that are all round.
SAME_AT = 3
ROUND_FIGURES = 4
ROUND_TO = 100
# C2.1: more on the roster than this share of the official count is worth a question.
OVER = 105
# So long before an application a falling official count is worth a question.
BEFORE_APPLYING = dt.timedelta(days=90)
# mixed_theme: of at least so many things most belong to other themes.
FEWEST_THINGS = 5
OTHER_SHARE = 0.5


def repeated_figures(on: dt.date) -> Iterator[Finding]:
    """The same outcome at three stations, or areas and counts that are all round."""
    yield from _same_outcomes()
    yield from _round_facilities()


def _same_outcomes() -> Iterator[Finding]:
    fields = ("pk", "metric", "year", "value", "station_id", "station__name",
              "station__region__code", "unit")  # fmt: skip
    groups: dict[tuple, list[tuple]] = defaultdict(list)
    for row in Outcome.objects.order_by("pk").values_list(*fields):
        groups[row[1:4]].append(row)
    for (metric, year, value), rows in groups.items():
        first = rows[0]
        if len({row[4] for row in rows}) < SAME_AT:
            continue
        for pk, _, _, _, station, name, code, unit in rows[1:]:
            if station != first[4]:
                text = f"{value.normalize():f}{unit}"
                yield Finding(
                    "repeated_figures",
                    station,
                    ("outcome", pk),
                    side(f"{name} · {year}年{metric}", station=code, text=text),
                    side(f"{first[5]} · {year}年{metric}", station=first[6],
                         text=f"共{len(rows)}个服务站填报相同数值"),
                )  # fmt: skip


def _round_facilities() -> Iterator[Finding]:
    figures: dict[int, list[float]] = defaultdict(list)
    codes: dict[int, str] = {}
    fields = ("station_id", "station__region__code", "floor_area", "book_count")
    for station, code, area, books in Facility.objects.order_by("pk").values_list(*fields):
        figures[station] += [float(one) for one in (area, books) if one]
        codes[station] = code
    for station, values in figures.items():
        if len(values) >= ROUND_FIGURES and all(value % ROUND_TO == 0 for value in values):
            yield Finding(
                "repeated_figures",
                station,
                ("round", station),
                side("活动场所的面积和册数", station=codes[station],
                     text="、".join(f"{value:g}" for value in values[:8])),
                side(f"{len(values)}个数据均为{ROUND_TO}的整数倍", station=codes[station]),
                "C1.3",
            )  # fmt: skip


def over_registered(on: dt.date) -> Iterator[Finding]:
    """More people on the roster than the county counts (rubric C2.1: over 105 %)."""
    is_counted = Q(
        veterans__person_kind=Veteran.PersonKind.VETERAN,
        veterans__status=Veteran.Status.ACTIVE,
    )
    rows = (
        Station.objects.filter(registered_veterans__gt=0, region__level="village")
        .annotate(people=Count("veterans", filter=is_counted))
        .order_by("pk")
        .values_list("pk", "name", "region__code", "people", "registered_veterans")
    )
    for pk, name, code, people, registered in rows:
        if people * 100 > registered * OVER:
            yield Finding(
                "over_registered",
                pk,
                (pk, people, registered),
                side(f"{name} · 花名册", station=code, text=f"{people}人"),
                side("县（区）填报的建档人数", station=code, text=f"{registered}人"),
                "C2.1",
            )


def registered_drop(on: dt.date) -> Iterator[Finding]:
    """The official count fell in the weeks before the station applied: a smaller
    denominator makes a better share."""
    applied = dict(
        Application.objects.exclude(submitted_at=None)
        .exclude(state__in=Application.ENDED)
        .values_list("station_id", "submitted_at")
    )
    rows = AuditEntry.objects.filter(
        kind=Station._meta.label_lower, station__in=applied, after__has_key="registered_veterans"
    )
    fields = ("pk", "station_id", "station__region__code", "at", "before", "after", "actor_name")
    for pk, station, code, at, before, after, actor in rows.order_by("pk").values_list(*fields):
        old, new = (before or {}).get("registered_veterans"), after["registered_veterans"]
        if not (isinstance(old, int) and isinstance(new, int) and new < old):
            continue
        if applied[station] - BEFORE_APPLYING <= at <= applied[station]:
            yield Finding(
                "registered_drop",
                station,
                (pk,),
                side("建档人数", station=code, text=f"{old}人改为{new}人，{actor}", day=at.date()),
                side("申报", station=code, day=applied[station].date()),
                "C2.1",
            )


def mixed_theme(on: dt.date) -> Iterator[Finding]:
    """A station applies for one track and most of what it shows belongs to another: 一地一特色,
    杜绝大杂烩 (section two (one) of the policy)."""
    running = Application.objects.exclude(state__in=Application.ENDED)
    tracks = {
        station: (track, code)
        for station, track, code in running.values_list(
            "station_id", "track", "station__region__code"
        )
    }
    themes: dict[int, Counter[str]] = defaultdict(Counter)
    for model in (Story, Exhibit):
        shown = model.objects.filter(station__in=tracks, withdrawn_on=None).exclude(theme="")
        counted = shown.values_list("station_id", "theme").annotate(number=Count("pk"))
        for station, theme, number in counted.order_by("station_id", "theme"):
            themes[station][theme] += number
    for station, (track, code) in sorted(tracks.items()):
        total = themes[station].total()
        other = total - themes[station][track]
        if total >= FEWEST_THINGS and other > OTHER_SHARE * total:
            yield Finding(
                "mixed_theme",
                station,
                (station, track),
                side("故事和陈列", station=code, text=f"共{total}项，其中{other}项属于其他类别"),
                side(f"申报类别：{_label(track)}", station=code),
            )


def _label(track: str) -> str:
    return str(Track(track).label)
