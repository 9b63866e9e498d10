"""Strength -> field of service: what a tag of the roster is good for (四（四）).

The names are those of the shipped list of strengths; a strength that the city added is
asked for on the preview page.
"""

from volunteers.models import ServiceField

F = ServiceField
EIGHT = (
    F.EPIDEMIC, F.FLOOD, F.EMERGENCY, F.HARDSHIP, F.EMPLOYMENT, F.RURAL, F.GOVERNANCE,
    F.ENVIRONMENT,
)  # fmt: skip
# strength: (field, name of the group)
OF_STRENGTH = {
    "医疗救护": (F.EPIDEMIC, "健康守护小组"),
    "驾驶操作": (F.EMERGENCY, "应急抢险小组"),
    "水电维修": (F.HARDSHIP, "便民维修小组"),
    "种植养殖": (F.RURAL, "助农兴村小组"),
    "矛盾调解": (F.GOVERNANCE, "矛盾调解小组"),
    "宣传宣讲": (F.HERITAGE, "老兵宣讲小组"),
    "文艺特长": (F.HERITAGE, "文艺轻骑小组"),
    "创业经营": (F.EMPLOYMENT, "创业帮带小组"),
    "救援技能": (F.FLOOD, "防汛救援小组"),
    "园林绿化": (F.ENVIRONMENT, "护河护绿小组"),
    "机械维修": (F.HARDSHIP, "机械维修小组"),
    "书法绘画": (F.HERITAGE, "书画小组"),
    "摄影摄像": (F.HERITAGE, "影像记录小组"),
    "新闻写作": (F.HERITAGE, "故事编写小组"),
    "党务工作": (F.GOVERNANCE, "党员先锋小组"),
    "法律咨询": (F.GOVERNANCE, "法律服务小组"),
    "心理疏导": (F.HARDSHIP, "心理关爱小组"),
    "消防安全": (F.EMERGENCY, "消防安全小组"),
    "民兵训练": (F.EMERGENCY, "应急民兵小组"),
    "建筑施工": (F.FLOOD, "抢修抢建小组"),
    "农机操作": (F.RURAL, "农机服务小组"),
    "电商直播": (F.EMPLOYMENT, "电商助农小组"),
    "计算机网络": (F.GOVERNANCE, "网络服务小组"),
    "无人机操作": (F.EMERGENCY, "无人机小组"),
    "体育健身": (F.HARDSHIP, "健身活动小组"),
    "烹饪": (F.HARDSHIP, "爱心厨房小组"),
}


def suggested(name: str) -> tuple[str, str]:
    """Field and name of the group for a strength; `other` for one nobody has thought of."""
    return OF_STRENGTH.get(name, (F.OTHER, f"{name}小组"))


def strengths_for(field: str) -> list[str]:
    return [name for name, (value, _) in OF_STRENGTH.items() if value == field]
