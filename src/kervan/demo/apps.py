from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration office: a composition root that may import every app and owns no tables."""

    name = "kervan.demo"
    label = "demo"

    def ready(self) -> None:
        from kervan.core import registries
        from kervan.demo.selectors import try_out

        registries.home(registries.HomePart("demo/home_part.html", try_out, order=20))
