from django.db import migrations

# code, name, month, day, one of the six of the policy
KEY_DATES = [
    ("spring_festival", "春节", None, None, True),
    ("lei_feng_month", "学雷锋月", 3, None, True),
    ("qingming", "清明节", None, None, False),
    ("july_first", "“七一”", 7, 1, True),
    ("august_first", "“八一”", 8, 1, True),
    ("martyrs_day", "烈士纪念日", 9, 30, True),
    ("national_day", "“十一”", 10, 1, True),
]
# The policy names the three sets without listing them; these are common members, which the
# city confirms or replaces (is_confirmed).
CARE_REASONS = {
    "四尊崇": "悬挂光荣牌 送立功喜报 迎老兵、送新兵 邀请参加重大庆典".split(),
    "五关爱": "就业创业 困难帮扶 医疗健康 心理疏导 权益维护".split(),
    "六必访": "重大节日 立功受奖 生病住院 遇到困难 家庭变故 矛盾纠纷".split(),
}


def add(apps, schema_editor):
    KeyDate = apps.get_model("activities", "KeyDate")
    known = set(KeyDate.objects.values_list("code", flat=True))
    KeyDate.objects.bulk_create(
        KeyDate(code=code, name=name, month=month, day=day, is_required=required, sort_order=order)
        for order, (code, name, month, day, required) in enumerate(KEY_DATES, 1)
        if code not in known
    )
    CareReason = apps.get_model("activities", "CareReason")
    if not CareReason.objects.exists():
        pairs = [(scheme, name) for scheme, names in CARE_REASONS.items() for name in names]
        CareReason.objects.bulk_create(
            CareReason(scheme=scheme, name=name, sort_order=order)
            for order, (scheme, name) in enumerate(pairs, 1)
        )


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
