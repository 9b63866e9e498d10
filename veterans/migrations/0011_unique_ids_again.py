from django.db import migrations

NAME = "veteran_id_unique"


def put_back(apps, schema_editor):
    """On PostgreSQL 0010 took this unique index away with the plain one on the same column:
    Django tells an index of a field from one of a constraint by the column alone."""
    model = apps.get_model("veterans", "Veteran")
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    if NAME not in found:
        (constraint,) = [one for one in model._meta.constraints if one.name == NAME]
        schema_editor.add_constraint(model, constraint)


class Migration(migrations.Migration):
    dependencies = [("veterans", "0010_fewer_indexes")]

    operations = [migrations.RunPython(put_back, migrations.RunPython.noop)]
