"""The bound dossier: cover and contents on one page, then nine parts."""

from accreditation.dossier import evidence, forms, parts
from accreditation.dossier.material import Material
from records.printing import DRAFT, Contents, Document, Facts, Title
from stations.models import Track
from stations.papers import long_day, sheet

OFFICIAL = {track: f"市级“{track.label}退役军人服务站”" for track in Track}
TITLE = "申报材料汇编"


def dossier(material: Material, *, sheets: list[evidence.Sheet] | None = None) -> Document:
    application = material.application
    found = evidence.sheets(material) if sheets is None else sheets
    mark = DRAFT if material.is_draft else ""
    document = sheet(material.station, TITLE, mark, by=material.reader)
    document.add(
        Title(f"{material.station.name}\n{TITLE}", (f"申报{OFFICIAL[Track(application.track)]}",)),
        Facts(_facts(material)),
        Contents(),
    )
    for part in (
        forms.application_form(material),
        forms.self_assessment(material),
        evidence.index(material, found),
        evidence.submit_sheets(material, found),
        parts.roster(material),
        parts.plans(material),
        parts.ledger(material),
        parts.stories(material),
        parts.exhibits(material),
    ):
        document.add(*part)
    return document


def _facts(material: Material) -> list[tuple]:
    application = material.application
    frozen = application.snapshot
    state = f"申报存档，{long_day(material.on)}" if frozen else "草稿，尚未提交"
    facts = [
        ("建设方案", application.programme.name, True),
        ("申报编号", application.number),
        ("材料状态", state),
    ]
    if frozen:
        facts.append(("存档校验码", frozen.digest, True))
    return facts
