"""一地一特色: a brand or theme that nearly equals another one in the city, and what a place has
that others do not. Both are hints on the station's own form and never hold up saving."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q

from accounts.permissions import is_station
from stations.models import Region, Resource, Station, Track

# Words that every station has in its brand; what is left is what sets it apart.
COMMON = re.compile(r"退役军人|服务站|服务中心|之家|品牌|特色|主题|工作室|工作|志愿服务队?|[的]")
# Share of pairs of neighbouring characters that two texts have in common (Dice).
NEAR = 0.7
NAMED = 3
FIELDS = {"brand": "品牌", "theme_statement": "特色主题"}
ANOTHER = "另一个服务站"


class Place(NamedTuple):
    name: str
    path: str
    brand: str
    theme_statement: str


def normalise(text: str) -> str:
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).lower())
    left = COMMON.sub("", plain)
    return left if len(left) > 1 else plain


def is_near(first: str, second: str) -> bool:
    """Of two normalised texts."""
    if not first or not second:
        return False
    if first == second:
        return True
    a, b = _pairs(first), _pairs(second)
    return 2 * sum((a & b).values()) >= NEAR * (sum(a.values()) + sum(b.values())) > 0


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def others(station: Station) -> list[Place]:
    rows = Station.objects.active().exclude(pk=station.pk).exclude(brand="", theme_statement="")
    return [
        Place(*row)
        for row in rows.order_by("pk").values_list(
            "name", "region__path", "brand", "theme_statement"
        )
    ]


def warnings(station: Station, *, user, values: dict[str, str]) -> list[str]:
    """One sentence per field that nearly equals another station's. A station is named only
    to whoever has it in scope."""
    wanted = {name: normalise(values.get(name) or "") for name in FIELDS}
    if not any(wanted.values()):
        return []
    places = others(station)
    found = []
    for name, label in FIELDS.items():
        near = [one for one in places if is_near(wanted[name], normalise(getattr(one, name)))]
        if near:
            found.append(
                f"{label}“{values[name]}”与{_whose(near, user)}的{label}相近。"
                "一地一特色：请再看看能否写出本地独有的内容（不影响保存）。"
            )
    return found


def _whose(near: Iterable[Place], user) -> str:
    rows = list(near)
    if is_station(user):
        return ANOTHER if len(rows) == 1 else f"另外{len(rows)}个服务站"
    own = user.region.path
    names = [one.name for one in rows if one.path.startswith(own)][:NAMED]
    rest = len(rows) - len(names)
    if not names:
        return ANOTHER if rest == 1 else f"另外{rest}个服务站"
    return "、".join(names) + (f"等{len(rows)}个服务站" if rest else "")


def local_hint(station: Station) -> str:
    """因地制宜: what the region and its town have registered, by theme; one query."""
    region = station.region
    places = Q(region=region)
    if region.level == Region.Level.VILLAGE:
        places |= Q(region=region.parent_id)
    else:
        places |= Q(region__path__startswith=region.path)
    rows = Resource.objects.filter(places).order_by().values_list("theme").annotate(n=Count("pk"))
    counts = dict(rows)
    if not counts:
        return "因地制宜：本地还没有登记特色资源，登记以后可以看出适合哪个建设类别。"
    parts = [f"{Track(t).short_label}资源{counts[t]}项" for t in Track.values if t in counts]
    most = [Track(t) for t in Track.values if counts.get(t) == max(counts.values())]
    best = "、".join(f"“{one.label}”" for one in most)
    place = "本村（社区）和所在乡镇（街道）" if region.level == Region.Level.VILLAGE else "辖区内"
    return f"因地制宜：{place}已登记{'、'.join(parts)}，以{best}的为多，供选择建设类别时参考。"
