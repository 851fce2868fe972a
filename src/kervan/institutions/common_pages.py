"""What this app brings to the common pages: a menu line and search results."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kervan.core import registries
from kervan.core.permissions import everyone, is_member
from kervan.core.scope import Scope
from kervan.institutions import selectors
from kervan.institutions.models import Institution

HITS = 8


def hits(scope: Scope, key: str) -> Iterator[registries.Hit]:
    """Universities whose name, code, city or country holds every word. One query."""
    for row in Institution.objects.visible_to(scope).matching(key).order_by("sort_key")[:HITS]:
        detail = ", ".join(part for part in (row.erasmus_code, row.city, selectors.country_name(row.country)) if part)
        yield registries.Hit(_("Universities"), row.name, detail, reverse("institutions:page", args=[row.uid]))


def register() -> None:
    registries.menu(
        registries.Entry(_("Universities"), "institutions:directory", "landmark", everyone, area="public", order=30),
        registries.Entry(_("Universities"), "institutions:directory", "landmark", is_member, area="office", order=40),
    )
    registries.search(hits)
