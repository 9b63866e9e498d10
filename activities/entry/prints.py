"""The sign-in sheet of a planned activity, with the code its photo comes home by."""

import datetime as dt

from django.utils import timezone

from activities.entry import sign_in
from activities.models import PlanItem
from records.printing import Column, Document, Facts, Paragraph, Picture, Table, Title
from records.printing.registry import Print, register_print
from stations.papers import long_day, sheet

ROWS = 15
# Room to write by hand.
TALL = "\u3000\n\u3000"
DAYS_BEFORE, DAYS_AHEAD = 30, 120
COLUMNS = (
    Column("序号", 1, "center"), Column("姓名", 3), Column("单位（住址）", 5),
    Column("签名", 4), Column("备注", 2),
)  # fmt: skip
SCAN = (
    "活动结束后，用手机扫描右上角二维码，登录后拍照上传本表；"
    "或者把整张表拍下来，在系统的“上传签到表”里上传。照片自动归入本次活动。"
)
PHOTOGRAPH = (
    "活动结束后，把整张表（包括右上角二维码）拍下来或扫描，在系统的“上传签到表”里上传，"
    "自动归入本次活动；也可以输入上面的编号上传。"
)


def _items(user, station):
    today = timezone.localdate()
    near = (today - dt.timedelta(days=DAYS_BEFORE), today + dt.timedelta(days=DAYS_AHEAD))
    rows = PlanItem.objects.visible_to(user).filter(station=station, cancelled_reason="")
    return rows.filter(planned_on__range=near).order_by("planned_on", "pk")


def papers(user, station) -> list[tuple[str, str]]:
    return [(str(i.pk), f"{i.planned_on:%Y-%m-%d} {i.title}") for i in _items(user, station)]


def sign_in_sheet(user, station, which: str) -> Document:
    item = _items(user, station).get(pk=which)
    is_open = bool(sign_in.address_of(item))
    facts = [
        ("活动", item.title, True),
        ("时间", long_day(item.planned_on), True),
        ("地点", item.place, True),
        ("编号", sign_in.code_of(item), True),
    ]
    # Large enough to be read from a photo of the whole sheet.
    picture = Picture(content=sign_in.picture(sign_in.mark_of(item)), width=36, height=36)
    return sheet(station, "活动签到表", by=user).add(
        Title(f"{station.name}\n活动签到表"),
        Facts(facts, columns=1, picture=picture),
        Paragraph(SCAN if is_open else PHOTOGRAPH, size="small"),
        Table(COLUMNS, [[str(n), "", "", TALL, ""] for n in range(1, ROWS + 1)]),
    )


register_print(
    Print(
        "sign-in",
        "plans",
        "活动签到表",
        sign_in_sheet,
        papers,
        hint="签名后拍照上传，照片自动归入对应活动。",
    )
)
