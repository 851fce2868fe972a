"""What partners and contacts keep of their institution, to be found and ordered by it."""

from collections.abc import Sequence

from kervan.institutions.models import Contact, Partner

BATCH = 500


def refresh_keys(institution_ids: Sequence[int]) -> None:
    """Write the folded columns of partners and contacts anew after their institutions changed."""
    for start in range(0, len(institution_ids), BATCH):
        _refresh(institution_ids[start : start + BATCH])


def _refresh(keys: Sequence[int]) -> None:
    partners = list(Partner.objects.filter(institution__in=keys).select_related("institution"))
    for partner in partners:
        partner.sort_key = partner.institution.sort_key
    Partner.objects.bulk_update(partners, ["sort_key"], batch_size=BATCH)
    contacts = list(Contact.objects.filter(partner__institution__in=keys).select_related("partner__institution"))
    for contact in contacts:
        contact.fill_keys()
    Contact.objects.bulk_update(contacts, ["search_key", "sort_key", "country"], batch_size=BATCH)
