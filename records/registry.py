"""One pattern for every kind of record.

A section of a station's workspace holds one or more kinds of record. Each app declares
its own in `<app>/sections.py`; a new kind of record costs a model, a form and one line
there. Lists come from stations/section_views.py; forms, deletion, files and audit from
stations/record_views.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Model

Getter = str | Callable[[Model], object]


@dataclass(frozen=True)
class Kind:
    """One kind of record in a section.

    `columns` are (label, attribute or function of the row); `purposes` say what its files
    may be for (empty: no files); `owner` is the field that ties it to the station, None
    where the model's own `visible_to` and the form decide (shared resources); `page` is the
    address of a page of its own, named by `lookup` (a person's)."""

    slug: str
    model: type[Model]
    form: type
    columns: tuple[tuple[str, Getter], ...]
    purposes: tuple[str, ...] = ("general",)
    owner: str = "station"
    lookup: str = "pk"
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    search_hint: str = "关键字"
    filters: tuple[str, ...] = ()
    has_checks: bool = False
    hint: str = ""
    children: tuple[str, ...] = ()
    parent: str = ""
    noun: str = ""
    page: str = ""
    # What its writer and its checker should know: (row, user) -> remarks with text and url.
    remarks: Callable | None = None
    # The address of its page to read and print.
    reading: str = ""
    # What the form for a new one asks for beside its fields: one file less to remember later.
    asks_file: str = ""
    # Why this one is not deleted, in a sentence; empty where it may be.
    kept_for: Callable[[Model], str] = lambda record: ""

    @property
    def label(self) -> str:
        """What one of them is called: the model's name, unless that names the whole book."""
        return self.noun or str(self.model._meta.verbose_name)

    def rows(self, user, station):
        """The rows of this kind that belong to the station and that the user may see."""
        rows = self.model.objects.visible_to(user).filter(**{self.owner: self.anchor(station)})
        return rows.select_related(*self.related).prefetch_related(*self.prefetched)

    def anchor(self, station):
        """What `owner` must equal: the station, or its region for what a place owns."""
        return station.region if self.owner == "region" else station


@dataclass(frozen=True)
class Tool:
    """A button above a section's list that leads to a page of the same station: a print, a
    generator. `for_keepers`: only for who keeps the station's records."""

    label: str
    icon: str
    url_name: str
    for_keepers: bool = True


@dataclass(frozen=True)
class Section:
    slug: str
    title: str
    icon: str
    kinds: tuple[Kind, ...]
    clause: str = ""
    roles: tuple[str, ...] = ("admin", "city", "county", "station")
    tools: tuple[Tool, ...] = ()
    _by_slug: dict[str, Kind] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self):
        self._by_slug.update({kind.slug: kind for kind in self.kinds})

    def kind(self, slug: str) -> Kind | None:
        return self._by_slug.get(slug)


@dataclass(frozen=True)
class Panel:
    """A box above the form of a record, contributed by whatever app knows something about it:
    `find(record, user)` gives what the template shows as `panel`, None for no box."""

    template: str
    find: Callable
    # Of which kinds of record; None: of all.
    model: type[Model] | None = None


_panels: list[Panel] = []


def register_panel(panel: Panel) -> Panel:
    _panels.append(panel)
    return panel


def panels_of(record: Model, user) -> list[tuple[str, object]]:
    """[(template, what it shows)] for the page of a record."""
    wanted = [one for one in _panels if one.model in (None, type(record))]
    found = [(one.template, one.find(record, user)) for one in wanted]
    return [(template, shown) for template, shown in found if shown]


# In the order of the annex, then what surrounds it: also the order of the workspace.
ORDER = (
    "facilities roster volunteers regulations duties plans activities films surveys "
    "resources stories exhibits services receptions publicity partners grids enterprises "
    "editions titles outcomes notes"
).split()

_sections: dict[str, Section] = {}


def register(section: Section) -> Section:
    _sections[section.slug] = section
    return section


def get_section(slug: str) -> Section | None:
    return _sections.get(slug)


def all_sections() -> list[Section]:
    return [_sections[slug] for slug in ORDER if slug in _sections]


def kind_of(model: type[Model]) -> tuple[Section, Kind] | None:
    """Where a record of this model is edited."""
    for section in _sections.values():
        for kind in section.kinds:
            if kind.model is model:
                return section, kind
    return None
