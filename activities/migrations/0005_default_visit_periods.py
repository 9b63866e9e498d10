from django.db import migrations

# Whom to see how often: a proposal, which the city confirms or changes (选项维护).
PERIODS = {
    ("五关爱", "困难帮扶"): ("care", 12),
    ("五关爱", "医疗健康"): ("aged", 6),
    ("六必访", "重大节日"): ("bereaved", 6),
    ("六必访", "生病住院"): ("returned_ill", 6),
    ("六必访", "遇到困难"): ("priority", 3),
}


def fill(apps, schema_editor):
    CareReason = apps.get_model("activities", "CareReason")
    for (scheme, name), (group, months) in PERIODS.items():
        rows = CareReason.objects.filter(scheme=scheme, name=name, applies_to="")
        rows.update(applies_to=group, every_months=months)


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_visit_periods")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
