"""What can stand on a paper of this house. Both back-ends render every block."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# Not allowed in XML, and nothing that a printer could show.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONG_RUN = re.compile(r"[!-~]{24,}")
ZERO_WIDTH_SPACE = "\u200b"


def plain(value) -> str:
    """Any value as text that both back-ends can set: an address without a blank may break
    where the column ends instead of running over its edge."""
    text = "" if value is None else str(value)
    text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LONG_RUN.sub(_with_breaks, text)


def _with_breaks(run: re.Match) -> str:
    word = run[0]
    return ZERO_WIDTH_SPACE.join(word[at : at + 12] for at in range(0, len(word), 12))


@dataclass(frozen=True)
class Picture:
    """A stored picture (by the name in the storage) or bytes made for this print. It is
    shrunk to `side` pixels: paper needs no 12 megapixels, and a book has hundreds."""

    name: str = ""
    content: bytes = b""
    side: int = 400
    width: float = 22
    height: float = 28
    """The room it gets on paper, in millimetres; it is fitted into it, never stretched."""


Cell = str | Picture


@dataclass(frozen=True)
class Title:
    """The heading of the whole paper, and lines in small type below it."""

    text: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """Level 1 is a chapter: it stands in the contents and may begin a page."""

    text: str
    level: int = 1
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Each line of the text is one paragraph; indented by two characters unless aligned."""

    text: str
    align: str = "left"
    indent: bool = True
    bold: bool = False
    size: str = "body"
    """`small`, `body`; `large` and `huge` for a sheet that is read from the wall."""


@dataclass(frozen=True)
class Column:
    label: str
    width: float = 1
    """A share of the page's width: tables always end at the margin."""
    align: str = "left"


@dataclass(frozen=True)
class Table:
    """The header row is repeated on every page; `total` is a last row over all columns."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: str = ""
    empty: str = "暂无记录"


@dataclass(frozen=True)
class Facts:
    """Label and value beside each other, `columns` pairs in a row; a pair with `True` as
    its third part takes the whole row."""

    pairs: Sequence[tuple]
    columns: int = 2
    picture: Picture | None = None


@dataclass(frozen=True)
class Photos:
    """Pictures with a line each, `columns` beside each other."""

    pictures: Sequence[tuple[Picture, str]]
    columns: int = 2

    @property
    def room(self) -> float:
        """Millimetres for one picture, on a sheet of either direction."""
        return 156 / self.columns - 4

    @property
    def height(self) -> float:
        return 150 if self.columns == 1 else 135 / self.columns


@dataclass(frozen=True)
class PhotoPage:
    """One picture on a page of its own with the six elements of its caption."""

    picture: Picture
    caption: Sequence[tuple[str, str]]
    heading: str = ""
    new_page: bool = True
    """Not where it stands below the heading of its chapter."""


@dataclass(frozen=True)
class Signature:
    """Who signs: one line, a blank behind each."""

    labels: tuple[str, ...] = ("填表人", "审核人", "站长")
    date_line: bool = True


@dataclass(frozen=True)
class Opinion:
    """A box that a level fills in by hand, or what it has said: opinion, name, date."""

    label: str
    text: str = ""
    signed: str = ""
    height: float = 38
    """Millimetres."""


@dataclass(frozen=True)
class Contents:
    """The chapters (Heading level 1) with their pages."""

    title: str = "目录"


@dataclass(frozen=True)
class Break:
    """The next block begins a page."""


Block = (
    Title | Heading | Paragraph | Table | Facts | Photos | PhotoPage | Signature | Opinion
    | Contents | Break
)  # fmt: skip


@dataclass
class Document:
    """`marks` stand in the header of every page (marks.py), `note` at its foot beside the
    page number, which a sheet for the wall has not; that may be `framed` (PDF only)."""

    title: str
    unit: str = ""
    marks: tuple[str, ...] = ()
    note: str = ""
    landscape: bool = False
    numbered: bool = True
    framed: bool = False
    blocks: list[Block] = field(default_factory=list)

    def add(self, *blocks: Block) -> "Document":
        self.blocks.extend(blocks)
        return self

    def pictures(self) -> Iterator[Picture]:
        """Every picture, in the order of the paper."""
        for block in self.blocks:
            if isinstance(block, Table):
                yield from (c for row in block.rows for c in row if isinstance(c, Picture))
            elif isinstance(block, Photos):
                yield from (picture for picture, _ in block.pictures)
            elif isinstance(block, (PhotoPage, Facts)) and block.picture:
                yield block.picture
