"""A hash of every number where the cell of phones holds several."""

from django.conf import settings
from django.db import migrations, models

from records.fields import keyed_hash
from veterans.phones import several_numbers

BATCH = 1_000


def add_hashes(apps, schema_editor):
    """Reads the encrypted phones and writes the new column only. Whoever saved a person in
    between has made the hashes anew."""
    people = apps.get_model("veterans", "Veteran")._base_manager.order_by("pk")
    with_phone = people.exclude(phone_hash="")
    after = 0
    while rows := list(
        with_phone.filter(pk__gt=after).values_list("pk", "phone", "phone_hash")[:BATCH]
    ):
        after = rows[-1][0]
        for pk, phone, whole in rows:
            if numbers := several_numbers(phone):
                hashes = ",".join(map(keyed_hash, numbers))
                people.filter(pk=pk, phone_hash=whole).update(phone_hashes=hashes)


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0005_exemplar_photos"),
        ("veterans", "0012_bulk_edits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="veteran",
            name="phone_hashes",
            field=models.CharField(default="", editable=False, max_length=1300),
        ),
        migrations.AddIndex(
            model_name="veteran",
            index=models.Index(
                condition=models.Q(("phone_hashes__gt", "")),
                fields=["phone_hashes"],
                name="veteran_phone_hashes",
            ),
        ),
        migrations.RunPython(add_hashes, migrations.RunPython.noop),
    ]
