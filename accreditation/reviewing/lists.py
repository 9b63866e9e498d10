"""常用反馈意见 among the lists that the city keeps at /manage/lists/."""

from accreditation.models import CannedReason
from activities.list_views import LISTS, List


def declare():
    LISTS["review-reasons"] = List(
        "常用反馈意见",
        "评审时可直接选用的反馈意见；填写评价要点编号的，只在该要点出现。",
        CannedReason,
        ("requirement", "name", "sort_order"),
        shown=("used",),
    )
