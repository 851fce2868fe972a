from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0005_bulk_runs_and_frozen_files")]

    operations = [
        migrations.AddField(
            model_name="letterrun",
            name="signatory",
            field=models.CharField(blank=True, max_length=200, verbose_name="who signs", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="letterrun",
            name="function_en",
            field=models.CharField(blank=True, max_length=200, verbose_name="function in English", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="letterrun",
            name="function_tr",
            field=models.CharField(blank=True, max_length=200, verbose_name="function in Turkish", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="letterrun",
            name="dated",
            field=models.DateField(null=True, verbose_name="date of the letter"),
        ),
    ]
