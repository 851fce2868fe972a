"""Versions that are in force get the state that says so; the newest of an agreement is in force, others replaced."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def fill(apps, schema_editor):  # type: ignore[no-untyped-def]
    versions = apps.get_model("agreements", "AgreementVersion").objects
    newer = versions.filter(
        agreement=OuterRef("agreement"), number__gt=OuterRef("number"), in_force_since__isnull=False
    )
    was_in_force = versions.filter(in_force_since__isnull=False)
    was_in_force.filter(Exists(newer)).update(state="superseded")
    was_in_force.filter(state="draft").update(state="in_force")


def empty(apps, schema_editor):  # type: ignore[no-untyped-def]
    apps.get_model("agreements", "AgreementVersion").objects.update(state="draft")


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_approval_and_partner_links")]

    operations = [migrations.RunPython(fill, empty)]
