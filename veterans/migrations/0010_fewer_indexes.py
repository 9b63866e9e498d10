
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0004_station_exemplar"),
        ("veterans", "0009_search_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="veteran",
            name="id_hash",
            field=models.CharField(default="", editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name="veteran",
            name="phone_hash",
            field=models.CharField(default="", editable=False, max_length=64),
        ),
        migrations.AlterField(
            model_name="veteran",
            name="pinyin",
            field=models.CharField(default="", editable=False, max_length=160),
        ),
        migrations.AddIndex(
            model_name="veteran",
            index=models.Index(fields=["id_hash"], name="veteran_id_hash"),
        ),
        migrations.AddIndex(
            model_name="veteran",
            index=models.Index(fields=["phone_hash"], name="veteran_phone_hash"),
        ),
    ]
