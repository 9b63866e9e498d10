"""Guidance and pairs: what counties did at their stations in the last weeks."""

import datetime as dt

from django.utils import timezone

from accreditation import workflow
from accreditation.models import Accreditation
from accreditation.workflow.guidance import Point
from activities.models import Activity
from stations.models import Station
from stations.regions import readable_name

NOTES = (
    (
        "阵地布置整齐，花名册能当场查到人；志愿服务有记录，但照片说明写得少。",
        "宣传栏一季度一换，重点放本村退役军人的故事；每次志愿服务记清谁参加、做了什么。",
        ("宣传栏内容超过半年没有更换", "三次志愿服务没有写参加人员"),
    ),
    (
        "特色主题找得准，陈列室正在布置，展品说明还没有经过审核。",
        "先把两名老兵的口述整理成典型故事，再定版面；展品说明按要求做政治关、史实关审核。",
        ("展品说明没有审核记录",),
    ),
    ("计划排得细，落实情况记得及时。", "把好的做法写成经验材料，供邻近服务站参考。", ()),
)
DAYS_AGO = (41, 23, 9)
PAIRS = 2


def give_help(counties, *, today: dt.date) -> None:
    """`counties`: (unit, one of its people). Through the same functions as in the browser."""
    for unit, clerk in counties:
        own = Station.objects.active().in_region(unit)
        named = own.filter(accreditations__in=Accreditation.objects.valid_on(_since(today)))
        exemplars = list(named.distinct().order_by("region__path")[:PAIRS])
        others = own.exclude(pk__in=[row.pk for row in exemplars]).filter(activitys__isnull=False)
        Station.objects.filter(pk__in=[row.pk for row in exemplars]).update(
            is_exemplar=True, shows_photos=True
        )
        learners = list(others.distinct().order_by("region__path")[: len(NOTES)])
        for station, note, ago in zip(learners, NOTES, DAYS_AGO, strict=False):
            _guide(station, note, by=clerk, day=today - dt.timedelta(days=ago), today=today)
        for exemplar, station in zip(exemplars, learners, strict=False):
            _pair(exemplar, station, by=clerk, today=today)
    _across(counties, today=today)


def _guide(station, note, *, by, day, today):
    seen, text, problems = note
    due = day + dt.timedelta(days=30)
    row = workflow.give_guidance(
        station, given_on=day, advisers=by.full_name, seen=seen, text=text,
        points=[Point(problem, "站长", due) for problem in problems], by=by, at=_at(day),
    )  # fmt: skip
    # Of two points one is mended and closed, the other stays open.
    if len(problems) > 1:
        last = row.problems.last()
        workflow.close_problem(
            last, closed_on=min(day + dt.timedelta(days=12), today), by=by,
            closing_note="已补记参加人员。", no_proof="改的是台账记录，可在系统内查看",
            at=_at(min(day + dt.timedelta(days=12), today)),
        )  # fmt: skip


def _pair(exemplar, station, *, by, today):
    since = _since(today)
    workflow.pair(
        exemplar=exemplar, station=station, since=since, by=by, at=_at(since),
        note="志愿服务队建设和故事整理，每季度互访一次。",
    )  # fmt: skip
    day = today - dt.timedelta(days=20)
    Activity.objects.create(
        station=station, kind=Activity.Kind.EXCHANGE, happened_on=day,
        title=f"与{readable_name(exemplar.region.name)}服务站结对交流", place=exemplar.name,
        content="看阵地、看台账，学习志愿服务记录和典型故事整理。", other_headcount=6,
        recorded_at=_at(day), created_by=by, updated_by=by,
    )  # fmt: skip


def _across(counties, *, today):
    """One pair across two units waits for the city."""
    rows = Accreditation.objects.valid_on(_since(today)).select_related("station")
    for unit, clerk in counties:
        exemplar = rows.exclude(county=unit).first()
        station = Station.objects.active().in_region(unit).order_by("-region__path").first()
        if exemplar and station:
            day = today - dt.timedelta(days=3)
            workflow.pair(exemplar=exemplar.station, station=station, since=day, by=clerk,
                          at=_at(day), note="学习红色阵地建设。")  # fmt: skip
            return


def _since(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=75)


def _at(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(15, 30)))
