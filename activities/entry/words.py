"""Short sentences that a tap puts into 记一笔; every one of them may stay away."""

from activities.models import ActivityKind as Kind

CONTENT = {
    Kind.STUDY: ("集中学习党的创新理论，交流学习体会。", "学习退役军人优待、就业创业等政策。"),
    Kind.RECREATION: ("组织文体活动，丰富精神文化生活。", "观看爱国主义影片。"),
    Kind.VISIT: ("上门看望，了解生活情况和需求。", "送上慰问信和节日问候。"),
    Kind.TALK: ("了解近期思想、生活和就业情况。", "讲解有关政策，听取意见建议。"),
    Kind.VOLUNTEERING: ("开展环境整治志愿服务。", "入户宣传政策，帮助困难群众。"),
    Kind.THEME_EDUCATION: ("讲述英雄事迹，接受红色教育。", "参观学习，重温入伍誓词。"),
    Kind.MEETING: ("通报近期工作，安排下一步任务。",),
    Kind.TRAINING: ("开展业务和技能培训。",),
    Kind.EXCHANGE: ("观摩交流建设做法，互学互鉴。",),
    Kind.COMMEMORATION: ("祭扫烈士墓，敬献花篮，缅怀先烈。",),
}
OUTCOME = {
    Kind.VISIT: ("反映的事项已记入服务记录。", "没有新的需求。"),
    Kind.TALK: ("反映的事项已记入服务记录。", "没有新的需求。"),
    Kind.VOLUNTEERING: ("得到群众好评。",),
    Kind.MEETING: ("形成了下一步工作安排。",),
}
COMMON = ("达到预期效果。", "大家表示收获很大。")


def sentences(field: str) -> list[tuple[str, str]]:
    """(kind, sentence) of every button; kind "" goes with all of them."""
    by_kind = CONTENT if field == "content" else OUTCOME
    found = [(kind.value, text) for kind, texts in by_kind.items() for text in texts]
    return found if field == "content" else [*found, *(("", text) for text in COMMON)]
