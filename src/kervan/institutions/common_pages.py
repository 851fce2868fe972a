"""What this app brings to the common pages: menu lines, search results, records that notes and letters know."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kervan.core import registries
from kervan.core.permissions import everyone, is_member
from kervan.core.scope import Scope
from kervan.institutions import bulk_actions, letters, selectors
from kervan.institutions.models import Contact, Institution, Network, Partner, Visit
from kervan.institutions.permissions import edits_partners, sees_contacts, sees_partnership
from kervan.institutions.selectors import charters, visits

HITS = 8


def hits(scope: Scope, key: str) -> Iterator[registries.Hit]:
    """Universities whose name, code, city or country holds every word. One query."""
    for row in Institution.objects.visible_to(scope).matching(key).order_by("sort_key")[:HITS]:
        detail = ", ".join(part for part in (row.erasmus_code, row.city, selectors.country_name(row.country)) if part)
        yield registries.Hit(_("Universities"), row.name, detail, reverse("institutions:page", args=[row.uid]))


def people_hits(scope: Scope, key: str) -> Iterator[registries.Hit]:
    """Contacts whose name, function, address or university holds every word. One query."""
    keys = Contact.objects.visible_to(scope).matching(key).order_by("sort_key", "pk").values("pk")[:HITS]
    rows = Contact.objects.filter(pk__in=keys).select_related("partner__institution")
    for row in rows.order_by("sort_key", "pk"):
        detail = ", ".join(part for part in (row.function, row.partner.institution.name) if part)
        yield registries.Hit(_("Contacts"), row.full_name, detail, reverse("institutions:contact", args=[row.uid]))


def days(scope: Scope, first: date, last: date) -> Iterator[registries.DatedItem]:
    """Visits in the calendar. One query."""
    for row in visits.of_days(scope, first, last):
        url = reverse("institutions:visit", args=[row.uid])
        yield registries.DatedItem(f"visit-{row.uid}", row.starts_on, row.title, url, until=row.ends_on)


def waiting(scope: Scope) -> Iterator[registries.QueueItem]:
    """Partners whose charter was withdrawn; for whoever may act. One query."""
    count = charters.gone_partners(scope).count() if edits_partners(scope) else 0
    if count:
        yield registries.QueueItem(
            title=ngettext("Partner without its charter", "Partners without their charter", count),
            sentence=_("The charter is missing in the newest list: exchange under Erasmus+ is not possible with them."),
            url=f"{reverse('institutions:partners')}?charter=gone",
            button=_("Look"),
            count=count,
            is_urgent=True,
            icon="triangle-alert",
        )


def looked_after(office_id: int, user_id: int) -> QuerySet[Partner]:
    """The partners that an account looks after."""
    return Partner.objects.filter(office_id=office_id, responsible_id=user_id).select_related("institution")


def _subject(type_: str, name: Any, rows: Any, *joined: str) -> registries.Subject:
    def find(scope: Scope, uid: str) -> Any:
        return rows(scope).select_related(*joined).filter(uid=uid).first()

    def url(row: Any) -> str:
        return reverse(f"institutions:{type_}", args=[row.uid])

    return registries.Subject(type_, name, find, str, url, edits_partners)


def register() -> None:
    registries.menu(
        registries.Entry(_("Universities"), "institutions:directory", "landmark", everyone, area="public", order=30),
        registries.Entry(_("Partners"), "institutions:partners", "globe", sees_partnership, order=35, key="p"),
        registries.Entry(_("Contacts"), "institutions:contacts", "contact", sees_contacts, order=36, key="k"),
        registries.Entry(_("Visits"), "institutions:visits", "plane", sees_partnership, order=37),
        registries.Entry(_("Networks"), "institutions:networks", "waypoints", sees_partnership, order=38),
        registries.Entry(_("Universities"), "institutions:directory", "landmark", is_member, area="office", order=40),
    )
    registries.search(hits)
    registries.search(people_hits)
    registries.subject(_subject("partner", _("Partner"), Partner.objects.visible_to, "institution"))
    registries.subject(_subject("contact", _("Contact"), Contact.objects.visible_to, "partner__institution"))
    registries.subject(_subject("visit", _("Visit"), Visit.objects.visible_to))
    registries.subject(_subject("network", _("Network"), Network.objects.visible_to))
    registries.queue(waiting)
    registries.dates(days)
    registries.handover(registries.Handover("partner", _("Partner"), looked_after))
    letters.register()
    bulk_actions.register()
