"""Which station a sheet, a title or a cell names."""

import re
from dataclasses import dataclass, field

from veterans.importing.cells import shown, text_of

_SUFFIX = re.compile(
    r"(社区居民委员会|居民委员会|村民委员会|居委会|村委会|社区|村居|居|村|街道办事处|街道|镇|乡)$"
)
# What sheets and cells put around the name of a place: 1.凤凰社区, 幸福街道新盛社区, 马陵居委会三组.
_NUMBER = re.compile(r"^[\d０-９]+\s*[.．、\-—_ ]*|[（(].*$|[\d０-９]+\s*[人名户]?\s*$")
_GROUP = re.compile(r"(?<=[村居区会])第?[一二三四五六七八九十\d０-９]+(村民)?(小组|组|队)$")
_COMMUNITY = re.compile(r"^(.{2,}?)(社区居民委员会|居民委员会|社区居委会|居委会|社区|居)$")
_SUMMARY = re.compile(
    "汇总|总表|合计|总册|全部|全镇|全乡|全街道|封面|说明|填表|样表|示例|目录|统计"
)
_GENERIC = re.compile(
    r"^(sheet|工作表|表|附件|附表)?\s*[\d一二三四五六七八九十]*$|花名册|名册|名单|退役军人|导入|模板",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^(.*?)退[役伍]军人")


_OTHER_PEOPLE = re.compile("现役|适龄|民兵|预备役|军属|烈属|家属|新兵|应征")
_VETERANS = re.compile("退[役伍]|老兵|复员|转业|优抚")


def of_other_people(rows) -> str:
    """The title that names soldiers, families or militia, and no veterans."""
    titles = [text_of(cell) for row in rows for cell in row if cell]
    if any(_VETERANS.search(title) for title in titles):
        return ""
    return next((shown(title) for title in titles if _OTHER_PEOPLE.search(title)), "")


def stem(name: str) -> str:
    """石篓居委会, 石篓居, 石篓社区 -> 石篓: what people write varies by the ending only."""
    name = re.sub(r"[\s（(].*$", "", name.strip())
    shorter = _SUFFIX.sub("", name)
    return shorter if len(shorter) >= 2 else name


def community(name: str) -> str:
    """长安社区居委会, 长安居委会, 长安社区 -> 长安; nothing for a village or a town."""
    found = _COMMUNITY.match(re.sub(r"[\s（(].*$", "", name.strip()))
    return found[1] if found else ""


@dataclass
class Places:
    """The stations a file may fill, by every name they have had, and the names of other
    stations near by, which a title may give away."""

    chosen: object
    by_stem: dict[str, list] = field(default_factory=dict)
    near: dict[str, list] = field(default_factory=dict)
    by_name: dict[str, list] = field(default_factory=dict)
    communities: dict[str, set] = field(default_factory=dict)
    near_communities: dict[str, list] = field(default_factory=dict)
    found: dict[str, object] = field(default_factory=dict)

    @classmethod
    def build(cls, chosen, fillable, near=(), absorbed=()):
        places = cls(chosen)
        for station in fillable:
            places.by_name.setdefault(station.region.name, []).append(station)
            for name in _names(station.region):
                places._add(name, station)
        for region, station in absorbed:
            for name in _names(region):
                places._add(name, station)
        for region in near:
            places.near.setdefault(stem(region.name), []).append(region)
            places.near_communities.setdefault(community(region.name), []).append(region)
        return places

    def _add(self, name, station):
        self.by_stem.setdefault(stem(name), []).append(station)
        self.communities.setdefault(community(name), set()).add(station)

    def find(self, text: str):
        """The one station that a text names, or None. A full name comes first: 双庄街道 is
        not 双庄社区 below it."""
        if text not in self.found:
            self.found[text] = self._find(text) or self._find(self._bare(text))
        return self.found[text]

    def _bare(self, text: str) -> str:
        """Without numbers, the group and the name of the town that the place lies in."""
        bare = _GROUP.sub("", _NUMBER.sub("", text.strip()).strip())
        for town in self.by_name:
            if town.endswith(("街道", "镇", "乡")) and town in bare and not bare.endswith(town):
                return bare.partition(town)[2]
        return bare

    def _find(self, text: str):
        exact = self.by_name.get(text.strip(), [])
        if len(exact) == 1:
            return exact[0]
        found = {station.pk: station for station in self.by_stem.get(stem(text), [])}
        if not found and community(text):
            found = {one.pk: one for one in self.communities.get(community(text), ())}
        return next(iter(found.values())) if len(found) == 1 else None

    def neighbour(self, sheet_name: str) -> str:
        """The name of a place near by, not to be filled here, that a sheet is named after."""
        found = {region.pk: region for region in self.near.get(stem(sheet_name), ())}
        return next(iter(found.values())).name if len(found) == 1 else ""

    def in_title(self, rows) -> tuple[object | None, str]:
        """(station, "") if a title names one that may be filled; (None, name) if it names
        another one."""
        for row in rows:
            text = next((text_of(cell) for cell in row if text_of(cell)), "")
            match = _TITLE.match(re.sub(r"\s", "", text))
            if not match or not match[1]:
                continue
            for core, here, near in (
                (stem(match[1]), self.by_stem, self.near),
                (community(match[1]), self.communities, self.near_communities),
            ):
                station = self._ending(here, core)
                if station is not None:
                    return station, ""
                region = self._ending(near, core)
                if region is not None:
                    return None, region.name
        return None, ""

    def _ending(self, table, core):
        names = [name for name in table if len(name) >= 2 and core.endswith(name)]
        if not names:
            return None
        found = {item.pk: item for item in table[max(names, key=len)]}
        return next(iter(found.values())) if len(found) == 1 else None


def _names(region):
    former = [entry.get("name", "") for entry in region.former_names if isinstance(entry, dict)]
    return [name for name in (region.name, *former) if name]


def is_summary(sheet_name: str) -> bool:
    return bool(_SUMMARY.search(sheet_name))


def is_generic(sheet_name: str) -> bool:
    return bool(_GENERIC.search(sheet_name.strip()))
