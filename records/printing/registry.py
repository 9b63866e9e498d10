"""Every paper that a section of the workspace can print.

An app declares its own in `<app>/prints.py`; a new paper costs one function that makes its
Document and one registration. The page, the addresses, the answer to the browser and the
job come from stations/print_views.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.module_loading import autodiscover_modules

from records.printing.blocks import Document
from records.printing.files import BUTTONS

Progress = Callable[[int], None]
MakeDocument = Callable[[Any, Any, str], Document]
MakeFile = Callable[[Any, Any, str, Progress], Path]
Papers = Callable[[Any, Any], list[tuple[str, str]]]


@dataclass(frozen=True)
class Print:
    """`make(user, station, which)` reads through `visible_to(user)` and gives the document;
    `papers(user, station)` lists what can be asked for as (which, label), nothing where
    there is nothing to print; `files` are formats that are no document, by extension. What
    `is_long` is made by the worker."""

    slug: str
    section: str
    title: str
    make: MakeDocument
    papers: Papers
    hint: str = ""
    is_long: bool = False
    files: dict[str, tuple[str, MakeFile]] = field(default_factory=dict)

    @property
    def formats(self) -> list[tuple[str, str]]:
        """(extension, label) of every button."""
        return [*BUTTONS, *((extension, label) for extension, (label, _) in self.files.items())]


_prints: dict[str, Print] = {}


def register_print(one: Print) -> Print:
    _prints[one.slug] = one
    return one


@cache
def _discover() -> None:
    autodiscover_modules("prints")


def get_print(slug: str) -> Print | None:
    _discover()
    return _prints.get(slug)


def prints_of(section: str = "") -> list[Print]:
    _discover()
    return [one for one in _prints.values() if not section or one.section == section]
