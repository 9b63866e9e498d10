"""PDF through typst. The data goes in as JSON beside the template: no text of a record is
ever part of the source, so nothing in it can be run."""

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

import typst

from records.printing import blocks as b
from records.printing.pictures import fitted, picture_bytes

FOLDER = Path(__file__).parent
LONGEST_KEPT_CELL = 250


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Our own fonts, then the system's: Noto CJK has the rare characters where installed."""
    return typst.Fonts(font_paths=[str(FOLDER / "fonts")])


def pdf(document: b.Document, *, progress: Callable[[int], None] | None = None) -> bytes:
    with tempfile.TemporaryDirectory(prefix="print-") as name:
        folder = Path(name)
        data = _data(document, _Pictures(folder, progress))
        return typeset(FOLDER / "official.typ", data, folder)


def typeset(template: Path, data: dict, folder: Path) -> bytes:
    """Set a template with its data in a folder of its own: typst reads nothing outside it."""
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False))
    main = folder / "main.typ"
    shutil.copyfile(template, main)
    compiler = typst.Compiler(root=str(folder), font_paths=_fonts())
    made = compiler.compile(input=str(main), format="pdf")
    assert isinstance(made, bytes)
    return made


class _Pictures:
    """Writes each picture into the folder once and gives its name there."""

    def __init__(self, folder: Path, progress: Callable[[int], None] | None) -> None:
        self._folder = folder
        self._progress = progress
        self._known: dict[b.Picture, dict] = {}
        self._done = 0

    def __call__(self, picture: b.Picture) -> dict:
        if picture not in self._known:
            self._known[picture] = self._write(picture)
        self._done += 1
        if self._progress:
            self._progress(self._done)
        return self._known[picture]

    def _write(self, picture: b.Picture) -> dict:
        content = picture_bytes(picture)
        if not content:
            return {"picture": "", "width": picture.width, "height": picture.height / 2}
        extension = "png" if content.startswith(b"\x89PNG") else "jpg"
        name = f"{len(self._known)}.{extension}"
        (self._folder / name).write_bytes(content)
        width, height = fitted(content, picture.width, picture.height)
        return {"picture": name, "width": width, "height": height}


def _data(document: b.Document, pictures: _Pictures) -> dict:
    return {
        "title": b.plain(document.title),
        "unit": b.plain(document.unit),
        "marks": [b.plain(mark) for mark in document.marks],
        "note": b.plain(document.note),
        "landscape": document.landscape,
        "numbered": document.numbered,
        "framed": document.framed,
        "blocks": [_block(block, pictures) for block in document.blocks],
    }


def _block(block: b.Block, pictures: _Pictures) -> dict:
    kind = type(block).__name__.lower()
    if isinstance(block, b.Table):
        return {"kind": kind, **_table(block, pictures)}
    if isinstance(block, b.Facts):
        return {"kind": kind, **_facts(block, pictures)}
    if isinstance(block, b.Photos):
        room = {"width": block.room, "height": block.height}
        found = [
            {**pictures(replace(one, **room)), "caption": b.plain(text)}
            for one, text in block.pictures
        ]
        return {"kind": kind, "columns": block.columns, "pictures": found}
    if isinstance(block, b.PhotoPage):
        caption = [[b.plain(label), b.plain(text)] for label, text in block.caption]
        head = {"heading": b.plain(block.heading), "new_page": block.new_page}
        return {"kind": kind, **pictures(block.picture), "caption": caption, **head}
    return {"kind": kind, **{name: _value(value) for name, value in asdict(block).items()}}


def _value(value):
    if isinstance(value, str):
        return b.plain(value)
    return [b.plain(one) for one in value] if isinstance(value, tuple) else value


def _table(table: b.Table, pictures: _Pictures) -> dict:
    return {
        "widths": [column.width for column in table.columns],
        "aligns": [column.align for column in table.columns],
        "labels": [b.plain(column.label) for column in table.columns],
        "rows": [[_cell(cell, pictures) for cell in row] for row in table.rows],
        "total": b.plain(table.total),
        "empty": b.plain(table.empty),
    }


def _cell(cell: b.Cell, pictures: _Pictures) -> dict:
    if isinstance(cell, b.Picture):
        return pictures(cell)
    text = b.plain(cell)
    # A row stays on one page unless a cell is so long that it may need two.
    return {"text": text, "breakable": len(text) > LONGEST_KEPT_CELL}


def _facts(facts: b.Facts, pictures: _Pictures) -> dict:
    pairs = [
        {"label": b.plain(label), "text": b.plain(text), "wide": bool(wide and wide[0])}
        for label, text, *wide in facts.pairs
    ]
    picture = pictures(facts.picture) if facts.picture else None
    return {"pairs": pairs, "columns": facts.columns, "photo": picture}
