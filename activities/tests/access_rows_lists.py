from activities.models import CareReason
from tests.access import Row

KEEPERS = {"admin": 200, "city": 200, "city2": 200, "*": 403}
ACT = {"admin": 302, "city": 302, "city2": 302, "*": 403}


def _kind(world):
    return {"kind": "care-reasons"}


def _row(world):
    row, _ = CareReason.objects.get_or_create(scheme="六必访", name="测试事项")
    return {"kind": "care-reasons", "pk": row.pk}


ROWS = {
    "manage_lists": Row(get=KEEPERS),
    "list_rows": Row(kwargs=_kind, get=KEEPERS),
    "list_row_new": Row(
        kwargs=_kind,
        post=ACT,
        data=lambda world: {"scheme": "六必访", "name": "新事项", "sort_order": 1},
    ),
    "list_row": Row(kwargs=_row, get=KEEPERS, post=KEEPERS),
    "list_row_switch": Row(kwargs=_row, post=ACT, data=lambda world: {"active": "0"}),
}
