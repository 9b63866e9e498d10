"""The ledger on paper: a list, then one photo per page with the six elements of a caption;
as a workbook; and its photos in an archive with names that say what they are.

A talk between two people stands there as a line without names, content or pictures."""

import os
import tempfile
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db.models import Count
from xlsxwriter import Workbook

from activities.models import Activity, Participation
from records.models import Attachment, AttachmentLink
from records.printing import (
    Column,
    Document,
    Facts,
    Heading,
    PhotoPage,
    Picture,
    Signature,
    Table,
    Title,
    file_name,
    marks,
)
from records.printing.files import today_stamp
from records.printing.registry import Print, register_print
from records.workbooks import SAFE, plain
from stations.papers import sheet

COLUMNS = (
    Column("序号", 1, "center"), Column("活动时间", 2.2, "center"), Column("活动类型", 2, "center"),
    Column("活动名称", 4.5), Column("地点", 2.5), Column("组织者", 2), Column("参加人数", 1.4, "center"),
    Column("活动内容", 6), Column("活动成效", 4), Column("照片", 1.1, "center"),
)  # fmt: skip
WIDTHS = (6, 12, 12, 30, 18, 14, 9, 50, 40, 8)
NAMES_SHOWN = 20
REASON_LENGTH = 200


@dataclass
class Entry:
    """An activity with what hangs on it, as the ledger shows it."""

    activity: Activity
    names: list[str] = field(default_factory=list)
    photos: list[AttachmentLink] = field(default_factory=list)

    @property
    def is_private(self) -> bool:
        return self.activity.kind == Activity.Kind.TALK

    @property
    def days(self) -> str:
        one = self.activity
        end = f"至{one.ends_on:%Y-%m-%d}" if one.ends_on and one.ends_on != one.happened_on else ""
        return f"{one.happened_on:%Y-%m-%d}{end}"

    @property
    def title(self) -> str:
        return self.activity.get_kind_display() if self.is_private else self.activity.title

    def cells(self, number: int) -> list[str]:
        """In the order of COLUMNS."""
        one = self.activity
        private = self.is_private
        return [
            str(number),
            self.days,
            one.get_kind_display(),
            self.title,
            "" if private else one.place,
            "" if private else one.organiser,
            str(one.people_count + one.other_headcount),
            "" if private else one.content,
            "" if private else one.outcome,
            str(len(self.photos) or ""),
        ]

    def caption(self, link: AttachmentLink) -> list[tuple[str, str]]:
        """时间、地点、人物、主题、背景、事由."""
        one = self.activity
        planned = f"按计划开展：{one.plan_item}" if one.plan_item else ""
        background = [str(one.key_date or ""), planned]
        background += [Activity.Tag(tag).label for tag in one.tags]
        reason = (
            one.content if len(one.content) <= REASON_LENGTH else one.content[:REASON_LENGTH] + "…"
        )
        return [
            ("时间", self.days),
            ("地点", one.place),
            ("人物", self.people),
            ("主题", "：".join(dict.fromkeys(part for part in (one.title, link.caption) if part))),
            ("背景", "；".join(dict.fromkeys(part for part in background if part))),
            ("事由", reason),
        ]

    @property
    def people(self) -> str:
        shown = "、".join(self.names[:NAMES_SHOWN])
        more = len(self.names) - NAMES_SHOWN
        rest = f"等{len(self.names)}人" if more > 0 else ""
        others = self.activity.other_headcount
        return "；".join(filter(None, (shown + rest, f"其他{others}人" if others else "")))


def entries(user, station, which: str) -> list[Entry]:
    """The year's ledger."""
    rows = Activity.objects.visible_to(user).filter(station=station)
    return entries_of(rows.filter(happened_on__year=int(which)))


def entries_of(activities) -> list[Entry]:
    """Activities in the order of their days; a fixed number of queries."""
    rows = (
        activities.select_related("key_date", "plan_item")
        .annotate(people_count=Count("participations__veteran", distinct=True))
        .order_by("happened_on", "pk")
    )
    found = {row.pk: Entry(row) for row in rows}
    public = [pk for pk, entry in found.items() if not entry.is_private]
    names = Participation.objects.filter(activity__in=activities.order_by().values("pk"))
    seen = defaultdict(set)
    for pk, name in names.values_list("activity_id", "veteran__name"):
        if pk in found and not found[pk].is_private and name not in seen[pk]:
            seen[pk].add(name)
            found[pk].names.append(name)
    for link in _photos(public):
        found[link.object_id].photos.append(link)
    return list(found.values())


def _photos(keys):
    return AttachmentLink.objects.filter(
        content_type=ContentType.objects.get_for_model(Activity),
        object_id__in=keys,
        attachment__kind=Attachment.Kind.PHOTO,
        purpose=AttachmentLink.Purpose.GENERAL,
    ).select_related("attachment")


def papers(user, station) -> list[tuple[str, str]]:
    rows = Activity.objects.visible_to(user).filter(station=station)
    years = rows.order_by().values_list("happened_on__year", flat=True).distinct()
    return [(str(year), f"{year}年活动台账") for year in sorted(years, reverse=True)]


def ledger_book(user, station, which: str) -> Document:
    found = entries(user, station, which)
    photos = sum(len(entry.photos) for entry in found)
    document = sheet(station, f"{which}年活动台账", by=user, landscape=True)
    document.add(
        Title(f"{station.name}\n{which}年活动台账"),
        Facts([("活动", f"{len(found)}次"), ("照片", f"{photos}张")]),
        Heading("活动目录", level=1),
        Table(COLUMNS, [entry.cells(number) for number, entry in enumerate(found, 1)]),
        Signature(),
    )
    if photos:
        document.add(Heading("活动照片", level=1, new_page=True))
    for number, entry in enumerate(found, 1):
        for link in entry.photos:
            picture = Picture(name=link.attachment.file.name, side=1200)
            heading = f"{number}　{entry.title}"
            # The first stands below the heading of the chapter.
            is_first = isinstance(document.blocks[-1], Heading)
            page = PhotoPage(picture, entry.caption(link), heading, new_page=not is_first)
            document.add(page)
    return document


def ledger_workbook(user, station, which: str, progress) -> Path:
    path = _temporary("xlsx")
    _write_workbook(path, entries(user, station, which), station, which)
    return path


def _write_workbook(path: Path, found: list[Entry], station, which: str) -> None:
    book = Workbook(str(path), SAFE)
    page = book.add_worksheet("活动台账")
    text = book.add_format({"num_format": "@", "border": 1, "text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.freeze_panes(3, 0)
    page.repeat_rows(0, 2)
    page.set_footer("&R第 &P 页 共 &N 页")
    last = len(COLUMNS) - 1
    page.merge_range(0, 0, 0, last, f"{station.name}{which}年活动台账", title)
    page.write_string(1, 0, "　".join([*marks(), f"填报单位：{station.name}"]))
    for column, (one, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(2, column, one.label, head)
    for number, entry in enumerate(found, 1):
        for column, cell in enumerate(entry.cells(number)):
            page.write_string(number + 2, column, plain(cell), text)
    page.write_string(len(found) + 3, 0, f"合计：{len(found)}次")
    page.write_string(len(found) + 4, 0, "填表人：          审核人：          站长：")
    book.close()


def ledger_archive(user, station, which: str, progress) -> Path:
    """Photos as 站名_活动_日期_序号.jpg, and the list they belong to."""
    found = entries(user, station, which)
    progress(0, total=sum(len(entry.photos) for entry in found))
    listing = ledger_workbook(user, station, which, progress)
    path = _temporary("zip")
    done = 0
    # Photos are compressed already.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        title = f"{which}年活动台账"
        name = file_name(station.region.name, title, today_stamp(), extension="xlsx")
        archive.write(listing, name)
        taken: dict[str, int] = {}
        for entry in found:
            for link in entry.photos:
                _add_photo(archive, station, entry, link, taken)
                done += 1
                progress(done)
    listing.unlink()
    return path


def _add_photo(archive, station, entry: Entry, link: AttachmentLink, taken: dict[str, int]) -> None:
    stored = link.attachment.file.name
    if not default_storage.exists(stored):
        return
    day = f"{entry.activity.happened_on:%Y%m%d}"
    stem = file_name(station.region.name, entry.title, day, extension="")[:-1]
    taken[stem] = taken.get(stem, 0) + 1
    with default_storage.open(stored) as file:
        archive.writestr(f"照片/{stem}_{taken[stem]:02d}.jpg", file.read())


def _temporary(extension: str) -> Path:
    handle, path = tempfile.mkstemp(suffix=f".{extension}")
    os.close(handle)
    return Path(path)


register_print(
    Print(
        "ledger",
        "activities",
        "活动台账",
        ledger_book,
        papers,
        hint="目录之后一页一张照片，配时间、地点、人物、主题、背景、事由；照片包按“站名_活动_日期_序号”命名。",
        is_long=True,
        files={"xlsx": ("Excel", ledger_workbook), "zip": ("照片包", ledger_archive)},
    )
)
