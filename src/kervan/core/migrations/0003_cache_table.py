from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    """The database cache is shared by all workers (sign-in rate limits need that)."""
    call_command("createcachetable", "core_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
