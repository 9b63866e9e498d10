"""What the sheet of a visit shows, on a phone and on paper."""

from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType

from accreditation.applications.page import readable
from accreditation.models import Application, Requirement, VisitLine, VisitSheet
from accreditation.workflow.snapshots import requirements_of
from records.models import AttachmentLink


@dataclass
class Shown:
    """A line with what the policy says and what the system found."""

    line: VisitLine
    requirement: Requirement | None = None
    found: str = ""
    photos: list[AttachmentLink] = field(default_factory=list)

    @property
    def is_short(self):
        return self.line.result in (VisitLine.Result.PARTLY, VisitLine.Result.NOT_MET)


@dataclass
class Sheet:
    sheet: VisitSheet
    judged: list[Shown] = field(default_factory=list)
    counted: list[Shown] = field(default_factory=list)
    drawn: list[Shown] = field(default_factory=list)
    scans: list[AttachmentLink] = field(default_factory=list)

    @property
    def groups(self):
        return [
            ("台账抽查（系统随机抽取，逐条现场核实）", "drawn", self.drawn),
            ("人工评定、人工确认的评价要点", "judged", self.judged),
            ("系统核算的评价要点（看是否与现场一致）", "counted", self.counted),
        ]

    @property
    def all(self):
        return self.drawn + self.judged + self.counted

    @property
    def short(self):
        return [one for one in self.all if one.is_short]

    @property
    def done(self):
        return sum(1 for one in self.all if one.line.result)


def sheet_of(user, application: Application) -> VisitSheet | None:
    """The one in hand, else that of the last visit."""
    rows = VisitSheet.objects.visible_to(user).filter(application=application)
    return rows.select_related("visit").order_by("-pk").first()


def read_sheet(user, application: Application, sheet: VisitSheet) -> Sheet:
    requirements = {row.code: row for row in requirements_of(application)}
    frozen = application.snapshot.data["lines"] if application.snapshot else {}
    lines = list(sheet.lines.select_related("activity"))
    photos = _photos(VisitLine, [line.pk for line in lines])
    page = Sheet(sheet, scans=_photos(VisitSheet, [sheet.pk]).get(sheet.pk, []))
    for line in lines:
        row = requirements.get(line.requirement)
        one = Shown(line, row, photos=photos.get(line.pk, []))
        if row is None:
            page.drawn.append(one)
            continue
        one.found = readable(row, frozen.get(row.code, {}), user).get("found", "")
        (page.counted if row.how == Requirement.How.AUTO else page.judged).append(one)
    return page


def _photos(model, keys) -> dict[int, list[AttachmentLink]]:
    kind = ContentType.objects.get_for_model(model)
    rows = AttachmentLink.objects.filter(content_type=kind, object_id__in=keys)
    found: dict[int, list[AttachmentLink]] = {}
    for one in rows.select_related("attachment"):
        found.setdefault(one.object_id, []).append(one)
    return found
