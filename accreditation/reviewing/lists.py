"""常用反馈意见 among the lists that the city keeps at /manage/lists/."""

from accreditation.models import CannedReason, Requirement
from accreditation.workflow import rubrics
from activities.list_views import LISTS, List


def declare():
    LISTS["review-reasons"] = List(
        "常用反馈意见",
        "评审时可直接选用的反馈意见；选定评价要点的，只在该要点出现。",
        CannedReason,
        ("requirement", "name", "sort_order"),
        shown=("used",),
        options={"requirement": _requirements},
    )


def _requirements() -> list[tuple[str, str]]:
    """Those of the standard in force, as its pages number them."""
    rubric = rubrics.in_force()
    rows = Requirement.objects.filter(rubric=rubric).order_by("order")
    return [("", "各要点都可选用"), *((row.code, str(row)) for row in rows)]
