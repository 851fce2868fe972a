from django.apps import AppConfig


class SelectionConfig(AppConfig):
    """Calls, applications, scores, placement, results."""

    name = "kervan.selection"
    label = "selection"
