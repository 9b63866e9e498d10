"""What others typed for the same question nearby, as suggestions: never a list to choose from."""

from collections import defaultdict

from django.db.models import CharField, Count, Value

from stations.models import Region
from veterans.models import Veteran

MOST = 40
# Posts that every roster knows, offered where nobody has typed anything yet.
COMMON = {
    "former_post": "战士 副班长 班长 文书 给养员 炊事员 卫生员 驾驶员 报务员 排长 司务长 技师 副连长 连长 指导员".split(),
    "current_post": "务农 务工 退休 个体经营 企业职工 村（社区）工作人员 网格员 合作社社员 创业".split(),
    "strengths_text": "驾驶 电工 焊接 医疗救护 养殖 种植 文艺 宣讲 心理疏导 应急救援".split(),
}


def suggestions(user, station) -> dict[str, list[str]]:
    """Per field the most frequent texts of the town around the station, as far as the user
    sees it; one query."""
    place = station.region
    path = place.path
    if place.level == Region.Level.VILLAGE:
        path = path.removesuffix(f"{place.code}/")
    people = Veteran.objects.visible_to(user).filter(station__region__path__startswith=path)
    parts = [
        people.exclude(**{name: ""})
        .order_by()
        .annotate(sort=Value(name, CharField()))
        .values_list("sort", name)
        .annotate(n=Count("pk"))
        for name in COMMON
    ]
    found = defaultdict(list)
    for name, text, _ in sorted(parts[0].union(*parts[1:], all=True), key=lambda row: -row[2]):
        found[name].append(text)
    return {
        name: list(dict.fromkeys([*found[name][:MOST], *common]))[:MOST]
        for name, common in COMMON.items()
    }
