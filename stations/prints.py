"""制度牌、职责牌: one sheet for the wall each, and all of them bound."""

from records.printing import Break, Contents, Document, Heading, Paragraph, Title
from records.printing.registry import Print, register_print
from stations.models import Duty, Regulation
from stations.papers import long_day, sheet

BOOK = "book"
# A wall is read from two steps away: as large as one sheet allows.
HUGE_UP_TO, LARGE_UP_TO = 150, 320
EMPTY = "（内容尚未填写）"


def _rows(model, user, station):
    return model.objects.visible_to(user).filter(station=station)


def _size(text: str) -> str:
    if len(text) <= HUGE_UP_TO:
        return "huge"
    return "large" if len(text) <= LARGE_UP_TO else "body"


def _regulation(station, one: Regulation) -> list:
    text = one.body or EMPTY
    signed = "\n".join((station.name, long_day(one.adopted_on)))
    return [
        Title(one.title),
        Paragraph(text, size=_size(text)),
        Paragraph(signed, align="right"),
    ]


def _duty(station, one: Duty) -> list:
    text = one.body or EMPTY
    title = one.post if "职责" in one.post else f"{one.post}工作职责"
    lines = (f"负责人：{one.holder}",) if one.holder else ()
    return [
        Title(title, lines),
        Paragraph(text, size=_size(text)),
        Paragraph(station.name, align="right"),
    ]


def _papers(model, sheets: str):
    def papers(user, station):
        rows = [(str(row.pk), str(row)) for row in _rows(model, user, station)]
        return (
            [("all", f"全部{sheets}（{len(rows)}张）"), (BOOK, f"{sheets[:2]}汇编"), *rows]
            if rows
            else []
        )

    return papers


def _make(model, draw, sheets: str):
    def make(user, station, which: str) -> Document:
        rows = _rows(model, user, station)
        if which == BOOK:
            return _book(user, station, f"{sheets[:2]}汇编", [draw(station, row) for row in rows])
        chosen = rows if which == "all" else rows.filter(pk=which)
        document = sheet(station, sheets)
        document.numbered = False
        for row in chosen:
            document.add(*draw(station, row), Break())
        return document

    return make


def _book(user, station, title: str, sheets: list[list]) -> Document:
    document = sheet(station, title, by=user)
    document.add(Title(f"{station.name}\n{title}"), Contents())
    for first, *others in sheets:
        text = [Paragraph(p.text, align=p.align) for p in others]
        document.add(Heading(first.text, new_page=True))
        document.add(*(Paragraph(line, align="center") for line in first.lines), *text)
    return document


for _model, _draw, _section, _sheets in (
    (Regulation, _regulation, "regulations", "制度牌"),
    (Duty, _duty, "duties", "职责牌"),
):
    register_print(
        Print(
            slug=_section,
            section=_section,
            title=f"{_sheets}、{_sheets[:2]}汇编",
            hint="一项一张，可直接上墙；汇编带目录。",
            make=_make(_model, _draw, _sheets),
            papers=_papers(_model, _sheets),
        )
    )
