"""Lines written before fields could be searched get the key by which they are found: " 0613 0611 "."""

from django.db import migrations

BATCH = 500


def fill(apps, schema_editor):  # type: ignore[no-untyped-def]
    lines = apps.get_model("agreements", "Condition").objects
    changed = []
    for line in lines.filter(fields_key="").exclude(fields=[]).iterator(chunk_size=BATCH):
        line.fields_key = f" {' '.join(line.fields)} "[:200]
        changed.append(line)
    lines.bulk_update(changed, ["fields_key"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0008_find_waiting_versions")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
