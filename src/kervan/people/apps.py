from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    """Accounts, persons, enrolments, roles."""

    name = "kervan.people"
    label = "people"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules
        from django.utils.translation import gettext_lazy as _

        from kervan.core import registries
        from kervan.core import texts as core_texts
        from kervan.core.permissions import everyone, is_applicant, is_member
        from kervan.people import letters, retention, texts
        from kervan.people.members import members
        from kervan.people.middleware import scope_of
        from kervan.people.permissions import reads_accounts, reads_deputies, reads_people
        from kervan.people.selectors import office, persons

        registries.menu(
            registries.Entry(_("People"), "people:people", "users", reads_people, order=500, key="h"),
            registries.Entry(_("Who does what"), "people:duties", "contact", is_member, order=510),
            registries.Entry(_("Who does what"), "people:duties", "contact", everyone, area="foot", order=500),
            registries.Entry(_("Deputies"), "people:deputies", "user-round-check", reads_deputies, order=520),
            registries.Entry(_("Accounts"), "people:accounts", "key-round", reads_accounts, order=900, key="m"),
            registries.Entry(_("My record"), "people:profile", "user", is_applicant, area="my", order=900),
        )
        registries.accounts(registries.Accounts(scope_of, members))
        letters.register()
        registries.search(persons.hits)
        registries.queue(office.waiting)
        core_texts.register(texts.EVENTS)
        autodiscover_modules("retention")
        post_migrate.connect(retention.plan_schedule, sender=self)
