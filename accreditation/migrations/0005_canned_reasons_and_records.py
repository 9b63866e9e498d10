from django.db import migrations, models

# Common remarks to begin with; the city changes them at /manage/lists/.
REASONS = [
    ("", "材料不齐，请按待补内容补充。"),
    ("", "记录与照片对不上，请核对日期和内容。"),
    ("", "照片不清楚，或看不出活动内容，请更换。"),
    ("", "缺少签字或盖章的扫描件，请补传。"),
    ("", "内容过于笼统，请写明时间、地点、参加人员和做法。"),
    ("", "实地核验时一并查看，请备好原件。"),
]


def add(apps, schema_editor):
    CannedReason = apps.get_model("accreditation", "CannedReason")
    CannedReason.objects.bulk_create(
        CannedReason(requirement=code, name=name, sort_order=order)
        for order, (code, name) in enumerate(REASONS, 1)
    )


class Migration(migrations.Migration):
    dependencies = [("accreditation", "0004_rubric_v1")]
    operations = [
        migrations.CreateModel(
            name="CannedReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "requirement",
                    models.CharField(
                        blank=True,
                        help_text="编号，如C6.3；不填则每个要点都可选用。",
                        max_length=6,
                        verbose_name="评价要点",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="反馈意见")),
                ("sort_order", models.PositiveIntegerField(default=0, verbose_name="顺序")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "used",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="选用次数"),
                ),
            ],
            options={
                "verbose_name": "常用反馈意见",
                "verbose_name_plural": "常用反馈意见",
                "ordering": ["-is_active", "sort_order", "pk"],
            },
        ),
        migrations.AddField(
            model_name="snapshot", name="records", field=models.JSONField(default=dict)
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
