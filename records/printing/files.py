"""Prints as files: names, answers to a browser, results of jobs."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.marks import without_marks
from records.jobs import JobResult
from records.printing.blocks import Document
from records.printing.typeset import pdf
from records.printing.word import docx

Progress = Callable[[int], None]

# format -> (function, content type, Chinese name of the button)
FORMATS = {
    "pdf": (pdf, "application/pdf", "PDF"),
    "docx": (
        docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word",
    ),
}
BUTTONS = [(form, word) for form, (_, _, word) in FORMATS.items()]
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


def file_name(*parts, extension: str) -> str:
    """站名_花名册_20261123.pdf: what the field itself calls such files, safe on Windows."""
    words = [_NOT_IN_NAMES.sub("", without_marks(str(part))).strip(" .")[:60] for part in parts]
    return "_".join(word for word in words if word) + f".{extension}"


def today_stamp() -> str:
    return timezone.localdate().strftime("%Y%m%d")


def as_response(document: Document, form: str, *, name: str) -> HttpResponse:
    """A short print, answered at once; PDF opens in the page, Word is saved."""
    render, content_type, _ = FORMATS[form]
    response = HttpResponse(render(document), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(form != "pdf", name)
    response["Cache-Control"] = "private, no-store"
    return response


def as_job_result(
    document: Document, form: str, *, name: str, message: str, progress: Progress | None = None
) -> JobResult:
    """A long print, as the result of a job. `progress` is told the pictures done."""
    content = FORMATS[form][0](document, progress=progress)
    return JobResult(message, file=temporary(content, form), name=name, is_temporary=True)


def temporary(content: bytes, extension: str) -> Path:
    """A file that the job's result takes over."""
    handle, path = tempfile.mkstemp(suffix=f".{extension}")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return Path(path)
