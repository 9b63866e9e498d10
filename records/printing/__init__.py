"""Paper: one document, written once, as PDF (typst) and as .docx (python-docx).

    from records.printing import Column, Document, Signature, Table, Title, docx, pdf

    sheet = Document("工作制度", unit="杨庄村退役军人服务站")
    sheet.add(Title("定期学习制度"), Paragraph("一、…"), Signature())
    pdf(sheet)   # bytes
    docx(sheet)  # bytes

The blocks (blocks.py) say what stands on the paper, never how; the look is in official.typ
and word.py alone. Text is text in both: nothing in the data is ever run or interpreted.
Long prints are jobs: files.py makes the result of one.
"""

from records.printing.blocks import (
    Break,
    Column,
    Contents,
    Document,
    Facts,
    Heading,
    Opinion,
    Paragraph,
    PhotoPage,
    Photos,
    Picture,
    Signature,
    Table,
    Title,
)
from records.printing.files import BUTTONS, FORMATS, as_job_result, as_response, file_name
from records.printing.marks import DEMONSTRATION, DRAFT, INTERNAL, marks
from records.printing.typeset import pdf
from records.printing.word import docx

__all__ = [
    "BUTTONS",
    "DEMONSTRATION",
    "DRAFT",
    "FORMATS",
    "INTERNAL",
    "Break",
    "Column",
    "Contents",
    "Document",
    "Facts",
    "Heading",
    "Opinion",
    "Paragraph",
    "PhotoPage",
    "Photos",
    "Picture",
    "Signature",
    "Table",
    "Title",
    "as_job_result",
    "as_response",
    "docx",
    "file_name",
    "marks",
    "pdf",
]
