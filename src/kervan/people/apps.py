from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts, persons, enrolments, roles."""

    name = "kervan.people"
    label = "people"
