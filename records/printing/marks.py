"""What stands in the header of every page of a print."""

from accounts.models import User

DEMONSTRATION = "演示数据"
DRAFT = "代拟稿"
INTERNAL = "内部资料 注意保管"


def marks(*others: str) -> tuple[str, ...]:
    """The given marks, and 演示数据 where the installation holds invented data."""
    demo = (DEMONSTRATION,) if User.objects.filter(is_demo=True).exists() else ()
    return (*demo, *(other for other in others if other))
