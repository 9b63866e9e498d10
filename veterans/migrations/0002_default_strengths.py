from django.db import migrations

NAMES = """医疗救护 驾驶操作 水电维修 种植养殖 矛盾调解 宣传宣讲 文艺特长 创业经营 救援技能 园林绿化
机械维修 书法绘画 摄影摄像 新闻写作 党务工作 法律咨询 心理疏导 消防安全 民兵训练 建筑施工
农机操作 电商直播 计算机网络 无人机操作 体育健身 烹饪""".split()


def add(apps, schema_editor):
    Strength = apps.get_model("veterans", "Strength")
    known = set(Strength.objects.values_list("name", flat=True))
    Strength.objects.bulk_create(
        Strength(name=name, sort_order=order)
        for order, name in enumerate(NAMES, 1)
        if name not in known
    )


class Migration(migrations.Migration):
    dependencies = [("veterans", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
