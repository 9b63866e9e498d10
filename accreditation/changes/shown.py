"""The changes of a requirement as a page shows them: with the pictures themselves, the old
ones beside the new."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accreditation.models import Application
from accreditation.workflow.differences import Change, File
from accreditation.workflow.evidence import stations_of
from records.models import Attachment, AttachmentLink

# On one side of a record; the rest is told by its number.
SHOWN = 12


@dataclass
class ShownFile:
    file: File
    url: str = ""
    small: str = ""
    is_photo: bool = False

    @property
    def name(self) -> str:
        return self.file.name


@dataclass
class Side:
    files: list[ShownFile] = field(default_factory=list)
    more: int = 0

    @property
    def photos(self) -> list[ShownFile]:
        return [one for one in self.files if one.is_photo]

    @property
    def papers(self) -> list[ShownFile]:
        return [one for one in self.files if not one.is_photo]


@dataclass
class ShownChange:
    change: Change
    before: Side
    after: Side


def shown(application: Application, changes: Iterable[Change]) -> list[ShownChange]:
    """One query for all files."""
    found = list(changes)
    known = _files(application, found)
    return [
        ShownChange(one, _side(one.files_before, known), _side(one.files_after, known))
        for one in found
    ]


def _side(files: list[File], known: dict[str, ShownFile]) -> Side:
    """What came or went stands in front of what stayed."""
    ordered = sorted(files, key=lambda one: not (one.is_new or one.is_gone or one.was))
    chosen = ordered[:SHOWN]
    rows = []
    for one in chosen:
        found = known.get(one.sha256)
        rows.append(
            ShownFile(one, found.url, found.small, found.is_photo) if found else ShownFile(one)
        )
    return Side(rows, len(files) - len(chosen))


def _files(application: Application, changes: list[Change]) -> dict[str, ShownFile]:
    wanted = {
        file.sha256
        for one in changes
        if one.has_files
        for file in [*one.files_before, *one.files_after]
    }
    if not wanted:
        return {}
    links = AttachmentLink.objects.filter(attachment=OuterRef("pk"))
    rows = (
        Attachment.objects.filter(station__in=stations_of(application.station), sha256__in=wanted)
        .annotate(is_linked=Exists(links))
        .order_by("is_linked", "pk")
    )
    return {row.sha256: _shown_file(application, row) for row in rows}


def _shown_file(application: Application, row: Attachment) -> ShownFile:
    """What hangs on a record has an address; what was taken off is opened by the archive."""
    is_photo = row.kind == Attachment.Kind.PHOTO
    if row.is_linked:
        url = reverse("file", args=[row.code])
        small = reverse("file_thumbnail", args=[row.code])
    else:
        url = reverse("archived_file", args=[application.number, row.code])
        small = f"{url}?small=1"
    return ShownFile(File(row.sha256, row.original_name), url, small, is_photo)
