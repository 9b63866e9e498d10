"""Reading prints back: PDF through pypdf, .docx through python-docx."""

import io
import re

import docx
from docx.oxml.ns import qn
from pypdf import PdfReader


def pdf_pages(content: bytes) -> list[str]:
    """The text of each page without blanks: they depend on where a line broke."""
    pages = PdfReader(io.BytesIO(content)).pages
    return [re.sub(r"[\s\u200b]+", "", page.extract_text()) for page in pages]


def pdf_text(content: bytes) -> str:
    return "".join(pdf_pages(content))


def page_count(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", content))


def open_docx(content: bytes):
    return docx.Document(io.BytesIO(content))


def docx_text(content: bytes) -> str:
    """Everything that stands on the pages, header and footer included, without blanks."""
    document = open_docx(content)
    section = document.sections[0]
    parts = [document.element.body, section.header._element, section.footer._element]
    # Not itertext(): paragraphs and runs of python-docx tell their text once more.
    words = (part.iter(qn("w:t"), qn("w:instrText")) for part in parts)
    text = "".join(word.text or "" for found in words for word in found)
    return re.sub(r"[\s\u200b]+", "", text)
