import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0003_plans_and_samples"),
    ]

    operations = [
        migrations.AddField(
            model_name="carereason",
            name="applies_to",
            field=models.CharField(
                blank=True,
                choices=[
                    ("priority", "重点走访对象"),
                    ("aged", "80周岁以上"),
                    ("care", "优抚对象"),
                    ("returned_ill", "残疾、带病回乡"),
                    ("bereaved", "烈属、因公牺牲和病故军人遗属"),
                ],
                max_length=15,
                verbose_name="走访对象",
            ),
        ),
        migrations.AddField(
            model_name="carereason",
            name="every_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(36),
                ],
                verbose_name="走访周期（月）",
            ),
        ),
    ]
