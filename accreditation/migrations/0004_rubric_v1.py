from django.db import migrations


def load(apps, schema_editor):
    from accreditation.rubric import ensure_rubric_version_1

    ensure_rubric_version_1(apps)


class Migration(migrations.Migration):
    dependencies = [("accreditation", "0003_target_return_reason")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
