from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Agreements, their versions, conditions and the use of their places."""

    name = "kervan.agreements"
    label = "agreements"

    def ready(self) -> None:
        from kervan.agreements import bulk, common_pages, link_texts, public_kinds

        common_pages.register()
        public_kinds.register()
        bulk.register()
        link_texts.register()
