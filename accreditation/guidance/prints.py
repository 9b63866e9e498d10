"""指导记录 on paper, to be signed at the station."""

from records.printing import (
    Column,
    Document,
    Facts,
    Heading,
    Paragraph,
    Photos,
    Picture,
    Signature,
    Table,
    Title,
)
from stations.papers import long_day, sheet

TITLE = "指导记录"
COLUMNS = (
    Column("序号", 0.6), Column("要整改的问题", 4), Column("责任人", 1.2), Column("完成时限", 1.6),
    Column("销号", 2.4),
)  # fmt: skip


def note_document(note, *, by) -> Document:
    paper = sheet(note.station, TITLE, by=by)
    unit = note.created_by.region.office_title if note.created_by and note.created_by.region else ""
    paper.add(
        Title(TITLE),
        Facts(
            [
                ("服务站", note.station.name),
                ("指导日期", long_day(note.given_on)),
                ("指导单位", unit),
                ("指导人", note.by),
            ]
        ),
        Heading("一、了解到的情况", level=2),
        Paragraph(note.seen or "—"),
        Heading("二、指导意见", level=2),
        Paragraph(note.text),
        Heading("三、问题清单", level=2),
        Table(COLUMNS, [_cells(n, row) for n, row in enumerate(note.problems.all(), 1)],
              empty="没有列入清单的问题"),
    )  # fmt: skip
    pictures = [
        (Picture(name=link.attachment.file.name, side=700), link.caption)
        for link in note.attachment_links.select_related("attachment")
        if link.attachment.kind == "photo"
    ]
    if pictures:
        paper.add(Heading("四、现场照片", level=2), Photos(pictures, columns=2))
    paper.add(Signature(("指导人", "服务站负责人")))
    return paper


def _cells(number, row) -> list[str]:
    closed = f"{long_day(row.closed_on)} {row.closing_note}" if row.closed_on else ""
    return [str(number), row.problem, row.owner, long_day(row.due_on), closed]
