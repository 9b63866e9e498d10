"""今天要办: what waits at a station beside its plan, each line with the page that does it."""

from dataclasses import dataclass

from django.urls import reverse

from accreditation.doubts.words import hidden_from
from accreditation.models import Doubt
from activities.due import people_due, standing_reasons
from activities.models import Reception, ServiceRecord
from activities.service_rules import days_left

SOON = 5


@dataclass(frozen=True)
class Line:
    label: str
    text: str
    url: str
    action: str
    is_late: bool = False


def today_of(user, station, *, today) -> list[Line]:
    found = (_answers(user, station), _visits(user, station, today), _doubts(user, station))
    return [line for line in found if line]


def _visits(user, station, today):
    people = people_due(user, list(standing_reasons()), on=today).filter(station=station)
    priority = list(people.order_by().values_list("is_priority", flat=True))
    if not priority:
        return None
    first = f"，其中重点走访对象{sum(priority)}人" if any(priority) else ""
    url = reverse("visits_due", args=[station.region.code])
    return Line(f"到期未走访{len(priority)}人", f"按走访周期算出{first}", url, "去走访")


def _answers(user, station):
    """Receptions and service records whose 15 days are running."""
    waiting = {
        section: list(
            model.objects.visible_to(user)
            .filter(station=station, answered_on=None, closed_on=None)
            .only("received_on", "answered_on", "closed_on")
        )
        for section, model in (("receptions", Reception), ("services", ServiceRecord))
    }
    left = [days_left(row) for rows in waiting.values() for row in rows]
    if not left:
        return None
    section = min(
        (name for name, rows in waiting.items() if rows),
        key=lambda name: min(days_left(row) for row in waiting[name]),
    )
    least = min(left)
    text = f"最急的还剩{least}天" if least >= 0 else f"最急的已超过期限{-least}天"
    url = reverse("section", args=[station.region.code, section])
    return Line(f"待答复{len(left)}件", text, url, "去答复", least <= SOON)


def _doubts(user, station):
    rows = Doubt.objects.visible_to(user).filter(station=station, state=Doubt.State.OPEN)
    count = rows.filter(explanation="").exclude(kind__in=hidden_from(user)).count()
    if not count:
        return None
    text = "请核对或说明情况；不影响得分"
    return Line(f"待核实事项{count}条", text, reverse("doubts"), "去说明")
