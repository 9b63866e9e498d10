"""通知公告 of the last weeks: one of the city to counties and stations, one of a county to its own."""

import datetime as dt

from accounts.models import User
from accreditation.inbox.announcing import publish
from config.demo.world import World

OF_THE_CITY = (
    "关于核对服务站花名册和活动台账的通知",
    (
        "各县（区）、功能区，各服务站：\n"
        "请于本月底前核对花名册（新增、迁出、去世人员），补齐近期活动的照片说明。"
        "没有的内容如实写“无”，不需要为系统另外组织活动、补拍照片。\n"
        "有问题请通过页面下方“意见建议”反映。"
    ),
)
OF_A_COUNTY = (
    "关于做好本季度志愿服务安排的通知",
    (
        "各服务站：请在“活动计划”中核对本季度志愿服务安排，开展后用“记一笔”登记，"
        "参加人员从花名册里选，不另报表格。"
    ),
)
DAYS_AGO = (12, 4)


def announce(world: World, clerks: list[User]) -> None:
    """Through the same function as in the browser."""
    for actor, roles, (title, body), ago in (
        (world.users["city"], ["county", "station"], OF_THE_CITY, DAYS_AGO[0]),
        (clerks[0], ["station"], OF_A_COUNTY, DAYS_AGO[1]),
    ):
        at = world.moment(world.today - dt.timedelta(days=ago))
        publish(title=title, body=body, roles=roles, units=[], actor=actor, at=at)
