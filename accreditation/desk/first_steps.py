"""三步开始: what a station that is new here does first. Gone as soon as all three are done."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse

from activities.models import PlanItem
from stations.models import Station
from veterans.models import Veteran


@dataclass(frozen=True)
class Step:
    label: str
    hint: str
    action: str
    url: str
    is_done: bool


def first_steps(station: Station, *, today: dt.date) -> list[Step]:
    """The three steps with what is done of them, in one query; none where all are done."""
    own = {"station": OuterRef("pk")}
    has_people, has_plan = (
        Station.objects.filter(pk=station.pk)
        .annotate(
            has_people=Exists(Veteran.objects.filter(**own)),
            has_plan=Exists(PlanItem.objects.filter(**own, planned_on__year=today.year)),
        )
        .values_list("has_people", "has_plan")
        .get()
    )
    code = station.region.code
    steps = [
        Step(
            "选定建设类别",
            "红色文化、历史文化底蕴、乡村振兴，一站一类；还没有把握的，先看对标自评哪一类最接近。",
            "去选",
            reverse("station_edit", args=[code]),
            bool(station.track),
        ),
        Step(
            "导入花名册",
            "现有的Excel表直接上传，系统认表头、逐行预览，确认后才写入。",
            "去导入",
            reverse("veterans_import"),
            has_people,
        ),
        Step(
            f"排好{today.year}年计划",
            "按春节、学雷锋月、“七一”“八一”等节点一键生成草案，再改成自己的。",
            "去生成",
            reverse("plan_draft", args=[code]),
            has_plan,
        ),
    ]
    return [] if all(step.is_done for step in steps) else steps
