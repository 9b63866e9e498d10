"""A returned application at the forms that mend it: which requirement, why, how many left."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accreditation.models import Application, Requirement, Snapshot
from accreditation.scoring.measures import MEASURES
from accreditation.workflow import evidence
from accreditation.workflow.snapshots import requirements_of
from accreditation.workflow.table import State
from stations.mending import Mending


def returned(station: Any, code: str) -> Mending | None:
    """For the banner on a form that was opened for this requirement."""
    rows = Application.objects.filter(station=station, state=State.RETURNED)
    application = rows.select_related("station__region", "programme__rubric").first()
    if application is None:
        return None
    reasons = reasons_of(application)
    requirements = [row for row in requirements_of(application) if row.code in reasons]
    row = next((one for one in requirements if one.code == code), None)
    if row is None:
        return None
    left = untouched(application, requirements)
    return Mending(str(row), reasons[code], application.due_on, len(requirements), len(left))


def reasons_of(application: Application) -> dict[str, str]:
    back = application.transitions.filter(details__verb="return_application").last()
    return back.details.get("requirements", {}) if back else {}


def untouched(application: Application, requirements: list[Requirement]) -> set[str]:
    """Of what came back: where no record was added or changed since the archive. A handful
    of statements for each, however many records there are."""
    old = Snapshot.objects.filter(pk=application.snapshot_id).first()
    if old is None or "records" not in old.records:
        return {row.code for row in requirements}
    now = evidence.collect(
        application,
        requirements,
        on=timezone.localdate(),
        stations=evidence.stations_of(application.station),
    )
    before, after = old.records["records"], now["records"]
    touched = {
        code
        for code, kinds in now["behind"].items()
        if any(
            evidence.compact(after.get(label, {}).get(str(number)))
            != evidence.compact(before.get(label, {}).get(str(number)))
            for label, numbers in kinds.items()
            for number in numbers
        )
    }
    return {row.code for row in requirements} - touched


def mend_url(requirement: Requirement, station_code: str, track: str) -> str:
    """The form or list where the requirement is mended; it says there why it came back."""
    measure = MEASURES.get(requirement.measure)
    if measure is None or not measure.section:
        return ""
    if measure.kind:
        url = reverse("record_new", args=[station_code, measure.section, measure.kind])
    else:
        url = reverse("section", args=[station_code, measure.section])
    query = dict(measure.query) if measure.kind else {}
    return f"{url}?{urlencode(query | {'back': f'{track}-{requirement.code}'})}"
