from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_version_states")]

    operations = [
        migrations.AddField(
            model_name="linkuse",
            name="key",
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddConstraint(
            model_name="linkuse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("link", "key"), name="link_use_once"
            ),
        ),
    ]
