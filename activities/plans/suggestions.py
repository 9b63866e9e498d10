"""What a station usually does in a year, from which the draft of a plan is made.

The key dates are those of 附件1 五; the others follow the rules of 附件1 四 (study monthly,
a coordination meeting quarterly ...) and the items of the track. All of it may be left out.
"""

from dataclasses import dataclass

SITE = ("memorial_place", "memorial_venue", "memorial_facility", "relic_site")
HERITAGE = (
    "hometown_hall", "celebrity_memorial", "protected_relic", "science_museum",
    "industrial_heritage", "former_residence", "historic_district",
)  # fmt: skip
REFORM = ("reform_venue", "major_project", "reform_landmark", "industry")


@dataclass(frozen=True)
class Suggestion:
    """On a day of the year, or `offset` days from a key date; held at a resource of one of
    the kinds `where`, else at the station."""

    code: str
    kind: str
    title: str
    month: int = 0
    day: int = 0
    key_date: str = ""
    offset: int = 0
    where: tuple[str, ...] = ()


def _every(months, day, code, kind, title):
    return tuple(Suggestion(f"{code}-{month}", kind, title, month, day) for month in months)


COMMON = (
    *_every(range(1, 13), 8, "study", "study", "集中学习日"),
    *_every((1, 4, 5, 6, 9, 11), 18, "service", "volunteering", "志愿服务日"),
    *_every((2, 5, 8, 11), 12, "talk", "talk", "老兵谈心"),
    *_every((1, 4, 7, 10), 15, "coordination", "meeting", "工作协调会"),
    *_every((6, 11), 14, "phone", "visit", "电话联系在外退役军人"),
    Suggestion("spring-visit", "visit", "春节走访慰问", key_date="spring_festival", offset=-6),
    Suggestion("spring-fun", "recreation", "迎新春文体活动", key_date="spring_festival", offset=-4),
    Suggestion("leifeng", "volunteering", "学雷锋志愿服务月活动", 3, 5, key_date="lei_feng_month"),
    Suggestion(
        "qingming", "commemoration", "清明祭扫纪念", key_date="qingming", offset=-1, where=SITE
    ),
    Suggestion("walk", "recreation", "春季健步走", 5, 20),
    Suggestion(
        "july", "theme_education", "“七一”主题党日", key_date="july_first", offset=-1, where=SITE
    ),
    Suggestion("august-visit", "visit", "“八一”走访慰问", key_date="august_first", offset=-4),
    Suggestion("august-meeting", "meeting", "“八一”座谈会", key_date="august_first", offset=-2),
    Suggestion(
        "martyrs", "commemoration", "烈士纪念日纪念活动", key_date="martyrs_day", where=SITE
    ),
    Suggestion("national", "theme_education", "国庆升旗和主题宣讲", key_date="national_day"),
    Suggestion("autumn", "recreation", "重阳文体活动", 10, 21),
    Suggestion("training", "training", "政策业务培训", 12, 2),
    Suggestion("review", "meeting", "年度工作总结和下年计划研究", 12, 22),
)

OF_TRACK = {
    "red": (
        Suggestion("red-3", "theme_education", "先烈故事宣讲", 3, 22, where=SITE),
        Suggestion("red-5", "theme_education", "口述史料分享会", 5, 9),
        Suggestion("red-8", "theme_education", "老兵讲战斗故事", 8, 15),
        Suggestion("red-9", "commemoration", "抗战胜利纪念活动", 9, 3, where=SITE),
        Suggestion("red-12", "theme_education", "铭记历史主题教育", 12, 13, where=SITE),
    ),
    "historical": (
        Suggestion("old-1", "theme_education", "乡情讲堂", 1, 20, where=HERITAGE),
        Suggestion("old-3", "volunteering", "古迹巡护志愿服务", 3, 26, where=HERITAGE),
        Suggestion("old-4", "training", "乡情志愿服务队培训", 4, 25),
        Suggestion("old-6", "theme_education", "老物件里的故事", 6, 15, where=HERITAGE),
        Suggestion("old-8", "volunteering", "乡情馆义务讲解", 8, 22, where=HERITAGE),
        Suggestion("old-10", "volunteering", "文物保护宣传", 10, 26, where=HERITAGE),
    ),
    "rural": (
        Suggestion("green-3", "volunteering", "植绿护绿行动", 3, 12),
        Suggestion("green-4", "training", "绿色种植技术培训", 4, 16, where=("industry",)),
        Suggestion(
            "green-5", "theme_education", "退役军人带头人经验交流", 5, 28, where=REFORM
        ),
        Suggestion("green-6", "volunteering", "清洁家园行动", 6, 5),
        Suggestion("green-9", "exchange", "产业基地观摩", 9, 12, where=REFORM),
        Suggestion("green-10", "volunteering", "人居环境整治", 10, 14),
    ),
}  # fmt: skip


def suggestions(track: str) -> tuple[Suggestion, ...]:
    return (*COMMON, *OF_TRACK.get(track, ()))
