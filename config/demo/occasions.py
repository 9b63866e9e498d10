"""What happens in a year: the occasions from which plans and ledgers are drawn."""

import datetime as dt
from dataclasses import dataclass

# Spring festival; beyond the table the day is taken as 5 February.
SPRING = {
    2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6),
    2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11),
}  # fmt: skip


@dataclass(frozen=True)
class Occasion:
    month: int
    day: int
    kind: str
    title: str
    scene: str
    tags: tuple[str, ...] = ()
    key_date: str = ""
    where: str = ""  # a kind of resource of the track, or "" for the station
    speaker: bool = False
    team: str = ""
    round: str = ""  # "priority": everybody on the visiting list


def _monthly():
    for month in range(1, 13):
        yield Occasion(month, 8, "study", "集中学习日", "study", ("theory",) if month % 2 else ())
        yield Occasion(
            month, 18, "volunteering", "志愿服务日：{service}", "volunteer", team="lei_feng"
        )
        if month % 2 == 0:
            yield Occasion(month, 12, "talk", "老兵谈心", "meeting")


COMMON = (
    *_monthly(),
    Occasion(2, -6, "visit", "春节走访慰问", "visit", key_date="spring_festival", round="priority"),
    Occasion(2, -4, "recreation", "迎新春文体活动", "recreation", key_date="spring_festival"),
    Occasion(3, 5, "volunteering", "学雷锋志愿服务月活动", "volunteer", ("volunteer_brand",),
             key_date="lei_feng_month", team="lei_feng"),
    Occasion(4, 3, "commemoration", "清明祭扫纪念", "memorial", ("red",), key_date="qingming", where="site"),
    Occasion(5, 20, "recreation", "春季健步走", "recreation"),
    Occasion(6, 29, "theme_education", "“七一”主题党日", "study", ("party", "red"), key_date="july_first",
             where="site", speaker=True),
    Occasion(7, 28, "visit", "“八一”走访慰问", "visit", key_date="august_first", round="priority"),
    Occasion(7, 30, "meeting", "“八一”座谈会", "meeting", key_date="august_first"),
    Occasion(9, 30, "commemoration", "烈士纪念日纪念活动", "memorial", ("red",), key_date="martyrs_day",
             where="site"),
    Occasion(10, 1, "theme_education", "国庆升旗和主题宣讲", "study", ("party",), key_date="national_day",
             speaker=True),
    Occasion(10, 21, "recreation", "重阳文体活动", "recreation"),
    Occasion(11, 14, "visit", "电话联系在外退役军人", "visit", round="away"),
    Occasion(12, 2, "training", "政策业务培训", "study", ("theory",)),
)  # fmt: skip

OF_TRACK = {
    "red": (
        Occasion(3, 22, "theme_education", "先烈故事宣讲", "study", ("red", "role_model"), where="red", speaker=True),
        Occasion(5, 9, "theme_education", "口述史料分享会", "meeting", ("red",), where="red", speaker=True),
        Occasion(8, 15, "theme_education", "老兵讲战斗故事", "study", ("red", "role_model"), where="red", speaker=True),
        Occasion(9, 3, "commemoration", "抗战胜利纪念活动", "memorial", ("red",), where="site"),
        Occasion(12, 13, "theme_education", "铭记历史主题教育", "study", ("red", "defence"), where="red"),
    ),
    "historical": (
        Occasion(1, 20, "theme_education", "乡情讲堂", "heritage", ("heritage",), where="historical", speaker=True),
        Occasion(3, 26, "volunteering", "古迹巡护志愿服务", "heritage", ("heritage",), where="historical", team="hometown"),
        Occasion(4, 25, "training", "乡情志愿服务队培训", "study", ("training", "heritage")),
        Occasion(5, 26, "volunteering", "老街讲解志愿服务", "heritage", ("heritage",), where="historical", team="hometown"),
        Occasion(6, 15, "theme_education", "老物件里的故事", "heritage", ("heritage",), where="historical", speaker=True),
        Occasion(8, 22, "volunteering", "乡情馆义务讲解", "heritage", ("heritage",), where="historical", team="hometown"),
        Occasion(9, 18, "theme_education", "家乡文脉讲堂", "heritage", ("heritage",), where="historical", speaker=True),
        Occasion(10, 26, "volunteering", "文物保护宣传", "heritage", ("heritage",), where="historical", team="hometown"),
        Occasion(11, 22, "volunteering", "村史资料整理", "heritage", ("heritage",), where="historical", team="hometown"),
    ),
    "rural": (
        Occasion(3, 12, "volunteering", "植绿护绿行动", "field", ("environment", "green"), team="lei_feng"),
        Occasion(4, 16, "training", "绿色种植技术培训", "field", ("green", "training"), where="industry"),
        Occasion(5, 28, "theme_education", "退役军人带头人经验交流", "field", ("green", "role_model"), where="reform", speaker=True),
        Occasion(6, 5, "volunteering", "清洁家园行动", "field", ("environment",), team="lei_feng"),
        Occasion(8, 10, "volunteering", "护河行动", "field", ("environment",), team="lei_feng"),
        Occasion(9, 12, "exchange", "产业基地观摩", "field", ("green",), where="reform"),
        Occasion(10, 14, "volunteering", "人居环境整治", "field", ("environment",), team="lei_feng"),
        Occasion(11, 10, "exchange", "丰收季互学互鉴", "field", ("green",), where="reform"),
    ),
}  # fmt: skip


def occasions(track: str):
    return (*COMMON, *OF_TRACK[track])


def day_of(occasion: Occasion, year: int) -> dt.date:
    """Negative days count back from the spring festival of the year."""
    if occasion.day < 0:
        month, day = SPRING.get(year, (2, 5))
        return dt.date(year, month, day) + dt.timedelta(days=occasion.day)
    return dt.date(year, occasion.month, occasion.day)
