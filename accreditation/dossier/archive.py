"""The dossier as one archive: both papers, the files of the evidence index, and a manifest
with the checksum of everything, so that nobody can exchange a file unnoticed."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from django.core.files.storage import default_storage

from accreditation.dossier.document import TITLE, dossier
from accreditation.dossier.evidence import Sheet, sheets
from accreditation.dossier.material import Material
from records.printing import docx, file_name, pdf
from records.printing.files import temporary

MANIFEST = "清单.csv"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A film stays where it is: the archive goes round by mail and on sticks.
LARGEST = 100 * 1024 * 1024
BLOCK = 1024 * 1024
Report = Callable[..., None]


def archive(material: Material, progress: Report) -> Path:
    found = sheets(material)
    paper = dossier(material, sheets=found)
    links = _links(found)
    pictures = len(list(paper.pictures()))
    progress(0, total=pictures * 2 + len(links))
    path = temporary(b"", "zip")
    manifest: list[tuple[str, int, str, str]] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        place = material.station.region.name
        papers = ((pdf, "pdf", 0), (docx, "docx", pictures))
        for render, extension, before in papers:
            content = render(paper, progress=lambda done, before=before: progress(before + done))
            _add(out, manifest, file_name(place, TITLE, extension=extension), content)
        for number, (folder, link) in enumerate(links, 1):
            _add_file(out, manifest, folder, number, link)
            progress(pictures * 2 + number)
        out.writestr(MANIFEST, _manifest(manifest))
    return path


def _links(found: list[Sheet]) -> list[tuple[str, object]]:
    """(folder, link): every file once, at the first requirement that it serves."""
    links, seen = [], set()
    for sheet in found:
        for group in sheet.files.values():
            for link in group:
                if link.attachment_id not in seen:
                    seen.add(link.attachment_id)
                    links.append((sheet.requirement.display_code, link))
    return links


def _add(out, manifest, name: str, content: bytes) -> None:
    out.writestr(name, content)
    manifest.append((name, len(content), hashlib.sha256(content).hexdigest(), ""))


def _add_file(out, manifest, folder: str, number: int, link) -> None:
    file = link.attachment
    stem, _, extension = file.original_name.rpartition(".")
    # A picture was stored as JPEG, whatever it was called.
    extension = Path(file.file.name).suffix.lstrip(".") or extension
    stem = file_name(link.caption or stem or "材料", extension="")[:-1]
    name = f"佐证材料/{folder}/{number:03d}_{stem}.{extension}"
    if reason := _left_out(file):
        manifest.append((name, file.size, "", reason))
        return
    digest = hashlib.sha256()
    with default_storage.open(file.file.name) as source, out.open(name, "w") as target:
        while block := source.read(BLOCK):
            digest.update(block)
            target.write(block)
    manifest.append((name, file.size, digest.hexdigest(), ""))


def _left_out(file) -> str:
    """Why a file is not in the archive."""
    if file.preparation:  # as it came, with all that the camera wrote into it
        return "视频还没有处理好，未装入"
    if file.size > LARGEST:
        return "文件较大，未装入"
    return "" if default_storage.exists(file.file.name) else "文件缺失，未装入"


def _manifest(rows: list[tuple[str, int, str, str]]) -> bytes:
    """With the mark by which Excel knows that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["文件", "大小（字节）", "SHA-256校验码", "说明"])
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _as_text(cell: str | int) -> str:
    """Excel takes a cell of a text file for a formula by its first sign, an apostrophe
    before it says that it is none."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
