from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration office: a composition root that may import every app and owns no tables."""

    name = "kervan.demo"
    label = "demo"
