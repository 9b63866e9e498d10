"""阶段总结 of the finished programme: what each unit handed in at the end of each stage, through
the same functions as in the browser. Two units still owe the last one."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from accreditation.forecast.summaries import save_summary
from accreditation.models import Accreditation
from config.demo.world import World
from records.files import store_upload
from records.printing import blocks as b
from records.printing.word import docx
from stations.models import Region, Station, Track

WORDS = ("第一阶段", "第二阶段", "第三阶段")
DONE = (
    "完成摸底排查，确定建设名单；活动场所、荣誉墙和宣传栏按要求设置，花名册逐人核对。",
    "活动计划按年、季、月落实，志愿服务队按特长编组；典型故事和展品说明经过政治关、史实关审核。",
    "特色主题基本成形，陈列与活动相衔接；经验做法整理成材料，供邻近服务站参考。",
)
NEXT = (
    "台账记录不够及时，个别服务站照片说明写得少；下一阶段逐站指导。",
    "部分服务站年轻力量不足；下一阶段继续动员返乡退役军人参加志愿服务。",
    "日常更新要靠制度；今后通过年度复核和结对互学保持质量。",
)
OWING = 2


def hand_in_summaries(world: World, programme, units: list[Region]) -> None:
    stages = list(programme.stages.order_by("starts_on"))
    writers = [(world.city, world.users["city"])]
    writers += [(unit, world.users[f"county-{unit.code}"]) for unit in units]
    for number, stage in enumerate(stages):
        last = number == len(stages) - 1
        for region, person in writers[:-OWING] if last else writers:
            at = world.moment(stage.ends_on + dt.timedelta(days=20))
            save_summary(
                programme, kind=stage.kind, actor=person, at=at,
                file=_stored(programme, stage, number, region, person),
                note=f"{stage.starts_on.isoformat()} 至 {stage.ends_on.isoformat()}",
            )  # fmt: skip


def _stored(programme, stage, number, region, person):
    paper = b.Document(
        title=f"{region.name}{WORDS[number]}工作总结",
        blocks=[
            b.Title(f"{region.name}{WORDS[number]}工作总结", (str(programme),)),
            b.Heading("一、基本情况"),
            b.Paragraph(_figures(programme, stage, region)),
            b.Heading("二、主要做法"),
            b.Paragraph(DONE[number]),
            b.Heading("三、存在问题和下一步打算"),
            b.Paragraph(NEXT[number]),
        ],
        marks=("演示数据",),
    )
    upload = SimpleUploadedFile(f"{region.name}{WORDS[number]}总结.docx", docx(paper))
    return store_upload(upload, region=region, by=person)


def _figures(programme, stage, region) -> str:
    inside = Station.objects.active().in_region(region)
    named = Accreditation.objects.filter(
        programme=programme, station__in=inside, named_on__lte=stage.ends_on
    )
    parts = [f"{track.label}{named.filter(track=track).count()}个" for track in Track]
    return (
        f"{region.name}有退役军人服务站{inside.count()}个。截至{stage.ends_on.isoformat()}，"
        f"已认定：{'、'.join(parts)}。"
    )
