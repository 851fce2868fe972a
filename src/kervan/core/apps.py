from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """Offices, history, outbox, files, rule packs, state moves: what every other app stands on."""

    name = "kervan.core"
    label = "core"

    def ready(self) -> None:
        from kervan.core import jobs

        post_migrate.connect(jobs.plan_schedules, sender=self)
