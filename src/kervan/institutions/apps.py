from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    """Universities and other organisations of the world, and the units of our own."""

    name = "kervan.institutions"
    label = "institutions"
