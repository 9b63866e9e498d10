"""The left menu: what a role may do, in the words of the bureau.

An entry whose address does not exist is left out, so that the menu never leads nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

ALL = ("station", "county", "city", "admin", "viewer")
STAFF = ("station", "county", "city", "admin")


@dataclass(frozen=True)
class Entry:
    label: str
    icon: str
    url_name: str
    roles: tuple[str, ...]
    group: str = ""
    kwargs: Callable = field(default=lambda user: {})
    applies: Callable = field(default=lambda user: True)


@dataclass(frozen=True)
class Link:
    label: str
    icon: str
    url: str
    group: str
    is_current: bool = False


def _own(user):
    return {"code": user.region.code}


def _section(name):
    return lambda user: {"code": user.region.code, "section": name}


def _has_region(user):
    return user.region_id is not None


def _is_town(user):
    return user.region_id is not None and user.region.level == "town"


def _of_station(label, icon, section, group):
    return Entry(label, icon, "section", ("station",), group, _section(section), _has_region)


ACCREDITATION, STATIONS, PEOPLE = "申报认定", "服务站工作", "人员"
DAILY, FEATURES = "日常工作", "特色建设"
SYSTEM, MORE = "系统管理", "其他"
ORDER = ("", DAILY, ACCREDITATION, STATIONS, PEOPLE, FEATURES, SYSTEM, MORE)

ENTRIES = [
    Entry("工作台", "home", "desk", STAFF),
    Entry("建设进度", "chart-bar", "progress", ("county", "city", "admin", "viewer")),
    # A station keeps its own records; the entries follow its day.
    Entry("本站工作页", "building-community", "workspace", ("station",), "", _own, _has_region),
    Entry("对标自评", "clipboard-check", "scorecard", ("station",), "", _own, _has_region),
    Entry("申报", "send", "station_application", ("station",), "", _own, _has_region),
    Entry("所辖服务站", "sitemap", "stations", ("station",), "", applies=_is_town),
    _of_station("活动台账", "notebook", "activities", DAILY),
    _of_station("活动计划", "calendar-event", "plans", DAILY),
    Entry("该走访谁", "home-heart", "visits_due", ("station",), DAILY, _own, _has_region),
    Entry("本站照片", "photo", "photos", ("station",), DAILY, _own, _has_region),
    _of_station("志愿服务队", "heart-handshake", "volunteers", DAILY),
    _of_station("信访接待", "messages", "receptions", DAILY),
    _of_station("服务记录", "lifebuoy", "services", DAILY),
    _of_station("满意度调查", "mood-smile", "surveys", DAILY),
    _of_station("退役军人花名册", "address-book", "roster", PEOPLE),
    _of_station("特色资源", "building-monument", "resources", FEATURES),
    _of_station("典型故事", "book", "stories", FEATURES),
    _of_station("陈列展示", "presentation", "exhibits", FEATURES),
    # Those above a station see all of them.
    Entry("申报评审", "clipboard-list", "applications", ("county", "city", "admin"), ACCREDITATION),
    Entry("评审席", "gavel", "review_desk", ("city",), ACCREDITATION),
    Entry("批次与公示", "speakerphone", "batches", ("city",), ACCREDITATION),
    Entry("认定管理", "certificate", "accreditations", ("county", "city", "admin"), ACCREDITATION),
    Entry("复核", "refresh", "rechecks", ("county", "city", "admin"), ACCREDITATION),
    Entry("早提醒", "bell", "early", ("county", "city"), ACCREDITATION),
    Entry("问题清单", "list-check", "problems", STAFF, ACCREDITATION),
    Entry("整改和指导", "list-check", "problems", ("viewer",), ACCREDITATION),
    Entry("指导记录", "clipboard-text", "guidance", STAFF, ACCREDITATION),
    Entry("结对互学", "users", "pairings", STAFF, ACCREDITATION),
    Entry("疑点核实", "alert-triangle", "doubts", ("county", "city"), ACCREDITATION),
    Entry("待核实事项", "alert-triangle", "doubts", ("station",), DAILY),
    Entry("县（区）确认", "checks", "confirmations", ("county",), ACCREDITATION),
    Entry("目标任务", "target", "targets", ("county", "city"), ACCREDITATION),
    Entry("建设名单", "list-check", "build_list", ("county", "city"), ACCREDITATION),
    Entry(
        "已认定服务站",
        "award",
        "named_stations",
        ("county", "city", "admin", "viewer"),
        ACCREDITATION,
    ),
    Entry("服务站", "building-community", "stations", ("county", "city", "admin"), STATIONS),
    Entry("活动台账", "notebook", "activities", ("county", "city", "admin"), STATIONS),
    Entry("活动计划", "calendar-event", "plans_overview", ("county", "city", "admin"), STATIONS),
    Entry(
        "志愿服务", "heart-handshake", "volunteers_overview", ("county", "city", "admin"), STATIONS
    ),
    Entry("满意度调查", "mood-smile", "surveys", ("county", "city", "admin"), STATIONS),
    Entry("人口、建档人数等", "table", "figures", ("county",), STATIONS),
    Entry("典型故事库", "books", "stories", ("county", "city", "admin"), STATIONS),
    Entry("典型故事库", "books", "stories", ("station",), FEATURES),
    Entry("花名册总览", "address-book", "veterans", ("county", "city", "admin"), PEOPLE),
    Entry("花名册导入", "file-import", "veterans_import", ("station", "county"), PEOPLE),
    Entry("花名册数据核查", "shield-check", "veterans_faults", ("county", "city"), PEOPLE),
    Entry("转接申请", "switch-horizontal", "transfers", ("station", "county", "city"), PEOPLE),
    Entry("该走访谁", "home-heart", "visits_overview", ("county",), PEOPLE),
    Entry("联系情况", "phone", "contacts", ("station", "county"), PEOPLE),
    Entry("导出申请", "file-export", "export_requests", ("county", "city"), PEOPLE),
    Entry("用户管理", "users", "manage_users", ("county", "admin"), SYSTEM),
    Entry("区划与单位", "hierarchy", "manage_regions", ("county", "city", "admin"), SYSTEM),
    Entry("建设方案", "flag", "manage_programmes", ("city", "admin"), SYSTEM),
    Entry("评价标准", "list-details", "manage_rubrics", ("city", "admin"), SYSTEM),
    Entry("选项维护", "list", "manage_lists", ("city", "admin"), SYSTEM),
    Entry("操作日志", "history", "manage_audit", ("city", "admin"), SYSTEM),
    Entry("后台任务", "activity", "manage_jobs", ("county", "city", "admin"), SYSTEM),
    Entry("通知", "bell", "notices", ALL, MORE),
    Entry("意见建议", "message-circle", "feedback", ALL, MORE),
]


def _address(entry, user):
    try:
        return reverse(entry.url_name, kwargs=entry.kwargs(user))
    except NoReverseMatch:
        return None


def _key(user):
    """All that an entry's `kwargs` and `applies` may look at."""
    region = user.region if user.region_id else None
    return (user.role, region.code, region.level) if region else (user.role, None, None)


KEPT = 1000
_links: dict[tuple, tuple[Link, ...]] = {}


def _links_of(user) -> tuple[Link, ...]:
    """The links of the user's role in the user's place, worked out once: thirty addresses
    looked up on every page cost more than its queries."""
    key = _key(user)
    if key not in _links:
        links = [
            Link(entry.label, entry.icon, url, entry.group)
            for entry in ENTRIES
            if user.role in entry.roles and entry.applies(user) and (url := _address(entry, user))
        ]
        if len(_links) >= KEPT:
            _links.clear()
        _links[key] = tuple(sorted(links, key=lambda link: ORDER.index(link.group)))
    return _links[key]


def current_url(links, path) -> str | None:
    """The longest address that `path` begins with."""
    urls = [link.url for link in links]
    matching = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(matching, key=len, default=None)


def menu_for(user, path="") -> list[Link]:
    """The links of the user's role, with the one that leads to `path` marked."""
    links = _links_of(user)
    current = current_url(links, path)
    return [replace(link, is_current=True) if link.url == current else link for link in links]


def menu_html(user, path="") -> str:
    links = _links_of(user)
    return _rendered(links, current_url(links, path))


@lru_cache(maxsize=KEPT)
def _rendered(links: tuple[Link, ...], current: str | None) -> str:
    marked = [replace(link, is_current=True) if link.url == current else link for link in links]
    return render_to_string("ui/menu.html", {"links": marked})
