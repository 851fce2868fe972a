from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """Offices, history, outbox, files, rule packs, state moves: what every other app stands on."""

    name = "kervan.core"
    label = "core"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from kervan.core import desk, jobs, list_parts, office_texts, registries, search_index
        from kervan.core.permissions import everyone, is_member
        from kervan.core.selectors.letters import reads_letters
        from kervan.core.selectors.pages import reads_outbox

        post_migrate.connect(jobs.plan_schedules, sender=self)
        post_migrate.connect(search_index.prepare, sender=self)
        registries.menu(
            registries.Entry(_("Start"), "core:start", "inbox", is_member, order=10),
            registries.Entry(_("Letters"), "core:letters", "mails", reads_letters, order=50),
            registries.Entry(_("Documents"), "core:documents", "file-check", reads_letters, order=52),
            registries.Entry(_("Check a document"), "core:check", "shield-check", everyone, area="foot", order=850),
            registries.Entry(_("Outbox"), "core:outbox", "mail", reads_outbox, order=800),
            registries.Entry(_("Glossary"), "core:glossary", "book-open", everyone, area="foot", order=900),
        )
        desk.register()
        list_parts.register()
        office_texts.register()
