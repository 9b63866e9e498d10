"""Editions: printing makes one, or gives the newest again where nothing has changed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from records.jobs import JobError
from records.models import AttachmentLink, new_code
from records.printing import docx, pdf
from records.workflow import begin_records
from stations.models import Station
from veterans.editions import book as books
from veterans.models import RosterEdition, Veteran

OVERTAKEN = "刚才有人打印了这本花名册，请刷新花名册版次页面后再打印。"
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Changes:
    """Who came and who left between two editions, by key."""

    came: frozenset[int]
    left: frozenset[int]
    died: frozenset[int]


def changes(before: list[int], now: list[int]) -> Changes:
    """Two rows that were merged into one are neither a coming nor a leaving."""
    came, gone = set(now) - set(before), set(before) - set(now)
    rows = Veteran.objects.filter(pk__in=gone).values_list("pk", "status", "merged_into")
    died = set()
    for pk, status, merged_into in rows:
        if merged_into is not None:
            gone.discard(pk)
            came.discard(merged_into)
        elif status == Veteran.Status.DECEASED:
            died.add(pk)
    return Changes(frozenset(came), frozenset(gone - died), frozenset(died))


def compared_with(station: Station, number: int) -> list[int]:
    """The people of the last edition before this one whose list is known: one that was
    entered by hand has none."""
    earlier = RosterEdition.objects.filter(station=station, edition__lt=number).exclude(people=[])
    return earlier.order_by("-edition").values_list("people", flat=True).first() or []


def is_signed(edition: RosterEdition) -> bool:
    """Something was done with the paper: it is never printed over."""
    if edition.confirmed_on or edition.counted_rows is not None:
        return True
    return edition.attachment_links.filter(purpose=AttachmentLink.Purpose.SIGNED_SCAN).exists()


def _is_open(edition: RosterEdition) -> bool:
    return default_storage.exists(edition.pdf or "-") and not is_signed(edition)


def print_edition(
    station: Station, *, by: User, progress: Progress | None = None
) -> tuple[RosterEdition, bool]:
    """The newest edition where the roster has not changed since and nobody signed it, else
    a new one with its files. Rendering happens outside the transaction, so the number is
    compared again before it is taken."""
    newest = RosterEdition.objects.filter(station=station).order_by("-edition").first()
    book = books.collect(station)
    if newest and newest.content_hash == book.content_hash and _is_open(newest):
        return newest, False
    edition = _draft(station, newest, book)
    paper = books.lay_out(book, edition=edition.edition, by=by)
    stored: list[str] = []
    try:
        pictures = len(list(paper.pictures()))
        edition.pdf, edition.pdf_sha256 = _store(pdf(paper, progress=progress), "pdf", stored)
        later = (lambda done: progress(pictures + done)) if progress else None
        edition.word, edition.word_sha256 = _store(docx(paper, progress=later), "docx", stored)
        _write(edition, newest, by=by)
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise
    return edition, True


def _draft(station, newest, book) -> RosterEdition:
    number = newest.edition + 1 if newest else 1
    before = compared_with(station, number)
    found = changes(before, book.keys) if before else None
    return RosterEdition(
        station=station,
        edition=number,
        row_count=book.row_count,
        printed_on=timezone.localdate(),
        content_hash=book.content_hash,
        people=book.keys,
        found_in=len(found.came) if found else None,
        found_out=len(found.left) if found else None,
        found_deceased=len(found.died) if found else None,
    )


def _store(content: bytes, extension: str, stored: list[str]) -> tuple[str, str]:
    name = default_storage.save(f"editions/{new_code()}.{extension}", ContentFile(content))
    stored.append(name)
    return name, hashlib.sha256(content).hexdigest()


def _write(edition: RosterEdition, newest: RosterEdition | None, *, by: User) -> None:
    with transaction.atomic():
        station = Station.objects.select_for_update(of=("self",)).get(pk=edition.station_id)
        last = RosterEdition.objects.filter(station=station).order_by("-edition").first()
        if (last and last.edition) != (newest and newest.edition):
            raise JobError(OVERTAKEN)
        if station.records_begin_on is None:
            begin_records(station)
        edition.created_by = edition.updated_by = by
        edition.save(force_insert=True)
        after = {"edition": edition.edition, "count": edition.row_count}
        audit.record("roster.print", by=by, obj=edition, after=after)
