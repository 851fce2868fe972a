from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelectionConfig(AppConfig):
    """Calls, applications, scores, placement, results."""

    name = "kervan.selection"
    label = "selection"

    def ready(self) -> None:
        from kervan.core import packs, registries
        from kervan.core import texts as core_texts
        from kervan.selection import agreement_effects, applicant_parts, calendar_dates, permissions, queues, texts
        from kervan.selection.rules.packs import READERS

        for section, reader in READERS.items():
            packs.register(section, reader)
        core_texts.register(texts.EVENTS)
        applicant_parts.register()
        agreement_effects.register()
        registries.queue(queues.queue)
        registries.search(queues.search)
        registries.dates(calendar_dates.dates)
        registries.menu(
            registries.Entry(
                _("Calls"), "selection:office_calls", "megaphone", permissions.reads_calls, "office", 20, "c"
            )
        )
