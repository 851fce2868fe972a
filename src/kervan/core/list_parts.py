"""What frozen tables bring to the common pages: a menu line and the words of their events."""

from django.utils.translation import gettext_lazy as _

from kervan.core import registries, texts
from kervan.core.selectors.frozen import reads_tables


def register() -> None:
    """Called once, when all apps are there."""
    registries.menu(registries.Entry(_("Tables"), "core:tables", "table-2", reads_tables, order=54))
    texts.register({"frozentable.freeze": _("The table “%(title)s” was frozen with %(rows)s rows")})
