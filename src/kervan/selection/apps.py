from django.apps import AppConfig


class SelectionConfig(AppConfig):
    """Calls, applications, scores, placement, results."""

    name = "kervan.selection"
    label = "selection"

    def ready(self) -> None:
        from kervan.core import packs
        from kervan.selection.rules.packs import READERS

        for section, reader in READERS.items():
            packs.register(section, reader)
