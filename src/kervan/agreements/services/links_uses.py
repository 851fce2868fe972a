"""The trace of a partner's address: every use is one row, and a form sent twice is one use."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.agreements.models import LinkUse, PartnerLink
from kervan.agreements.rules import links as rules
from kervan.agreements.selectors import links as selectors
from kervan.core.errors import NotPossible


@dataclass(frozen=True, slots=True)
class Visit:
    """From where an address is used: network address and browser, as far as they are told."""

    address: str = ""
    browser: str = ""


def note(link: PartnerLink, action: str, visit: Visit, *, detail: str = "", key: str = "") -> LinkUse:
    """Write down one use. A `key` that was seen before raises IntegrityError."""
    now = timezone.now()
    use = LinkUse.objects.create(
        office_id=link.office_id,
        link=link,
        action=action,
        detail=detail[:200],
        address=visit.address[:60],
        browser=visit.browser[:120],
        key=key[:40],
    )
    PartnerLink.objects.filter(pk=link.pk).update(last_used_at=now)
    return use


def opened(link: PartnerLink, visit: Visit) -> None:
    """Note that a page was opened: once an hour for each browser. Nothing else changes, so mail filters may look."""
    since = timezone.now() - rules.OPENED_EVERY
    if not link.uses.filter(
        action=selectors.OPENED, browser=visit.browser[:120], address=visit.address, at__gt=since
    ).exists():
        note(link, selectors.OPENED, visit)


def first_time(
    link: PartnerLink, action: str, visit: Visit, *, key: str, detail: str = "", said: Iterable[object] = ()
) -> bool:
    """Note an act inside the caller's transaction; False when this very form was sent before and nothing is to be done.

    The row with the form's key is inserted first: a second one at the same time waits for the first. said: what the
    form says; the same key with other words (a page that was gone back to) is another act.
    Raises NotPossible when the address does not open any more, and after too many acts in an hour.
    """
    _check_opens(link)
    try:
        with transaction.atomic():
            note(link, action, visit, detail=detail, key=_bound(action, key, said))
    except IntegrityError:
        return False
    since = timezone.now() - rules.WRITES_IN
    if link.uses.filter(at__gt=since).exclude(action=selectors.OPENED).count() > rules.WRITES:
        raise NotPossible(_("Too much was sent by this link within an hour. Please go on later."))
    return True


def _bound(action: str, key: str, said: Iterable[object]) -> str:
    words = json.dumps([action, key, *map(str, said)], ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()[:40]


def _check_opens(link: PartnerLink) -> None:
    """Lock the address and look again: it may have been taken back since the page was opened."""
    locked = PartnerLink.objects.select_for_update().get(pk=link.pk)
    if selectors.standing(locked, timezone.localdate()) != rules.VALID:
        raise NotPossible(_("This link does not open any more. Nothing was saved; please ask the office."))
