"""The certificate: only where the programme carries an approval, with a code only where
phones can reach the public page."""

import io

import segno
from django.conf import settings
from django.urls import reverse

from accreditation.models import Accreditation
from accreditation.naming_pages.words import OFFICIAL, may_name
from records.printing import Document, Paragraph, Photos, Picture, marks
from stations.papers import long_day

NO_APPROVAL = "本方案没有填写批准依据（文号），按规定只作认定，不制发证书。"
ENDED = "这个认定已终止，不再制发证书。"
NO_ADDRESS = "本系统没有设置公众可以访问的地址，证书上不印查询二维码。"


def public_address(accreditation) -> str:
    base = settings.PUBLIC_BASE_URL
    return base + reverse("verify", args=[accreditation.verify_code]) if base else ""


def code_picture(address: str, **size) -> Picture:
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(out, kind="png", scale=8, border=2)
    return Picture(content=out.getvalue(), **size)


def obstacle(accreditation) -> str:
    """Why there is no certificate; empty where there is one."""
    if not may_name(accreditation.programme):
        return NO_APPROVAL
    return ENDED if accreditation.state == Accreditation.State.ENDED else ""


def certificate(accreditation, *, issuer: str) -> Document:
    station, programme = accreditation.station, accreditation.programme
    address = public_address(accreditation)
    paper = Document("证书", marks=marks(), landscape=True, numbered=False, framed=True)
    paper.add(
        Paragraph("证　书", align="center", indent=False, bold=True, size="huge"),
        Paragraph(f"{station.name}：", indent=False, size="large"),
        Paragraph(
            f"根据《{programme.name}》，经批准（{programme.approval_document}），"
            f"命名你站为{OFFICIAL[accreditation.track]}。",
            size="large",
        ),
        Paragraph(
            f"编号：{accreditation.number}\n文号：{accreditation.document_no or '—'}", indent=False
        ),
        Paragraph(
            f"{issuer}\n{long_day(accreditation.named_on)}",
            align="right",
            indent=False,
            size="large",
        ),
    )
    if address:
        paper.add(Photos([(code_picture(address), "扫码查询")], columns=5))
    return paper
