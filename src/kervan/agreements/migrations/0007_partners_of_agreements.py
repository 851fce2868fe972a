from django.db import migrations


def make_partners(apps, schema_editor):
    """Every university with an agreement is one of the office's partners."""
    Agreement = apps.get_model("agreements", "Agreement")
    Partner = apps.get_model("institutions", "Partner")
    rows = Agreement.objects.values_list("office", "institution", "institution__sort_key").distinct()
    have = set(Partner.objects.values_list("office", "institution"))
    Partner.objects.bulk_create(
        Partner(office_id=office, institution_id=institution, sort_key=key)
        for office, institution, key in rows
        if (office, institution) not in have
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0006_find_by_last_day"),
        ("institutions", "0003_contact_answers"),
    ]

    operations = [migrations.RunPython(make_partners, migrations.RunPython.noop)]
