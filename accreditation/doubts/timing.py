"""Too fast: a score that rises in the week before an application, a review that takes no time."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from accreditation.doubts.found import Finding, side
from accreditation.models import Application, ScorePoint, Verdict

# So many points (hundredths) within so many days before submission.
RISE = 2500
BEFORE = dt.timedelta(days=7)
# Of so many applications in a year nearly everything 符合, each in two minutes.
FEWEST_REVIEWED = 5
NEARLY_ALL = 0.95
HASTE = dt.timedelta(minutes=2)
FEWEST_LINES = 10
YEAR = dt.timedelta(days=366)


def sudden_rise(on: dt.date) -> Iterator[Finding]:
    """The computed score rose by 25 points in the week before the station applied.
    A station whose score was not known a week before says nothing."""
    running = Application.objects.exclude(submitted_at=None).exclude(state__in=Application.ENDED)
    fields = ("pk", "station_id", "station__region__code", "track", "submitted_at__date")
    applied = list(running.order_by("pk").values_list(*fields))
    course: dict[tuple[int, str], list[tuple[dt.date, int]]] = defaultdict(list)
    points = ScorePoint.objects.filter(station__in={row[1] for row in applied}).order_by("on")
    for station, track, day, computed in points.values_list("station", "track", "on", "computed"):
        course[station, track].append((day, computed))
    for pk, station, code, track, day in applied:
        before = _last_until(course[station, track], day - BEFORE)
        after = _last_until(course[station, track], day)
        if before is not None and after is not None and after - before >= RISE:
            yield Finding(
                "sudden_rise",
                station,
                (pk,),
                side("申报时系统核算得分", station=code, text=_points(after), day=day),
                side("申报前7天系统核算得分", station=code, text=_points(before), day=day - BEFORE),
            )


def _last_until(course: list[tuple[dt.date, int]], day: dt.date) -> int | None:
    return next((computed for on, computed in reversed(course) if on <= day), None)


def _points(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}分"


def review_pattern(on: dt.date) -> Iterator[Finding]:
    """A reviewer finds nearly everything 符合, and each application in no time. One doubt
    per reviewer and year, at the station of the last application."""
    rows = (
        Verdict.objects.filter(given_at__date__range=(on - YEAR, on))
        .order_by("reviewer_id", "given_at", "pk")
        .values_list("reviewer_id", "reviewer__full_name", "application_id", "given_at", "result")
    )
    given: dict[tuple[int, str], dict[int, list[tuple[dt.datetime, str]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for reviewer, name, application, at, result in rows.iterator(chunk_size=10_000):
        given[reviewer, name][application].append((at, result))
    hasty = {
        who: reviewed
        for who, by_application in given.items()
        if (reviewed := _hasty(by_application))
    }
    last = Application.objects.select_related("station__region").in_bulk(
        {max(reviewed) for reviewed in hasty.values()}
    )
    for (reviewer, name), reviewed in hasty.items():
        application = last[max(reviewed)]
        met = sum(result == "met" for lines in reviewed.values() for _, result in lines)
        total = sum(map(len, reviewed.values()))
        stays = median(lines[-1][0] - lines[0][0] for lines in reviewed.values())
        code = application.station.region.code
        yield Finding(
            "review_pattern",
            application.station_id,
            (reviewer, on.year),
            side(f"{name} · 评审{len(reviewed)}件", station=code,
                 text=f"{total}条意见中{met}条为符合"),
            side("每件用时（从第一条到最后一条意见）", station=code,
                 text=f"中位数{int(stays.total_seconds())}秒"),
        )  # fmt: skip


def _hasty(
    by_application: dict[int, list[tuple[dt.datetime, str]]],
) -> dict[int, list[tuple[dt.datetime, str]]]:
    """The applications of one reviewer where that can be said, if it is so; else none. A
    handful of verdicts after a return is no review of an application."""
    reviewed = {pk: rows for pk, rows in by_application.items() if len(rows) >= FEWEST_LINES}
    if len(reviewed) < FEWEST_REVIEWED:
        return {}
    results = [result for rows in reviewed.values() for _, result in rows]
    share = results.count("met") / len(results)
    stays = median(rows[-1][0] - rows[0][0] for rows in reviewed.values())
    return reviewed if share > NEARLY_ALL and stays < HASTE else {}
