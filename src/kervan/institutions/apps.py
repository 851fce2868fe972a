from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    """Universities and other organisations of the world, and the units of our own."""

    name = "kervan.institutions"
    label = "institutions"

    def ready(self) -> None:
        from kervan.institutions import common_pages, fact_pages

        common_pages.register()
        fact_pages.register()
