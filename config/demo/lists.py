"""The lists that the records choose from. What a city already has is used as it is."""

from activities.models import CareReason, KeyDate
from config.demo.teams import GROUPS
from config.demo.world import World
from veterans.models import Strength

KEY_DATES = (
    ("spring_festival", "春节", None, None, True),
    ("lei_feng_month", "学雷锋月", 3, 5, True),
    ("qingming", "清明节", None, None, False),
    ("july_first", "“七一”", 7, 1, True),
    ("august_first", "“八一”", 8, 1, True),
    ("martyrs_day", "烈士纪念日", 9, 30, True),
    ("national_day", "“十一”", 10, 1, True),
)
# Common local versions of the three sets; the city has to confirm them.
CARE_REASONS = {
    "四尊崇": ("悬挂光荣牌", "送立功喜报", "迎送仪式", "邀请参加重大庆典"),
    "五关爱": ("就业创业", "困难帮扶", "医疗健康", "心理疏导", "权益维护"),
    "六必访": (
        "重大节日必访",
        "立功受奖必访",
        "生病住院必访",
        "遇到困难必访",
        "家庭变故必访",
        "退役返乡必访",
    ),
}


def ensure_lists(world: World) -> None:
    for order, (code, name, month, day, required) in enumerate(KEY_DATES):
        KeyDate.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "month": month,
                "day": day,
                "is_required": required,
                "sort_order": order,
            },
        )
    if not CareReason.objects.exists():
        CareReason.objects.bulk_create(
            CareReason(scheme=scheme, name=name, sort_order=order)
            for order, (scheme, name) in enumerate(
                (scheme, name) for scheme, names in CARE_REASONS.items() for name in names
            )
        )
    for order, name in enumerate(GROUPS):
        Strength.objects.get_or_create(name=name, defaults={"sort_order": order})
    world.key_dates = dict(KeyDate.objects.values_list("code", "pk"))
    world.care_reasons = list(CareReason.objects.values_list("pk", flat=True))
    names = Strength.objects.filter(name__in=GROUPS).order_by("sort_order", "pk")
    world.strengths = dict(names.values_list("name", "pk"))
