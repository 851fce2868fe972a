"""The personal calendar address: made, renewed, noted when read. Whoever knows it reads that account's dates."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.utils.crypto import constant_time_compare

from kervan.core.models import CalendarFeed

_ADDRESS = Signer(sep=".", salt="kervan.core.calendar")
NOTED_EVERY = timedelta(minutes=1)


def address_of(feed: CalendarFeed) -> str:
    """Return the secret part of the address: uid, nonce and this installation's signature over both."""
    return _ADDRESS.sign(f"{feed.uid}.{feed.nonce}")


def feed_at(office_id: int, token: str) -> CalendarFeed | None:
    """Return the feed of an address; None for a forged one (without a query), a renewed one or another office's."""
    try:
        uid, nonce = _ADDRESS.unsign(token).split(".")
    except (BadSignature, ValueError):
        return None
    feed = CalendarFeed.objects.filter(office_id=office_id, uid=uid).select_related("user", "office").first()
    return feed if feed and constant_time_compare(feed.nonce, nonce) else None


def renew(office_id: int, *, actor: Any) -> CalendarFeed:
    """Make the account's address, or a new one; the former answers with 404 from then on."""
    feed, _made = CalendarFeed.objects.update_or_create(
        office_id=office_id, user=actor, defaults={"nonce": secrets.token_urlsafe(16), "read_at": None}
    )
    return feed


def note_reading(feed: CalendarFeed, digest: str, now: datetime) -> datetime:
    """Note that the feed was read, and since when it says what it says. Returns that moment, to the second."""
    rows = CalendarFeed.objects.filter(pk=feed.pk)
    if feed.digest != digest or feed.changed_at is None:
        feed.digest, feed.changed_at = digest, now.replace(microsecond=0)
        rows.update(digest=digest, changed_at=feed.changed_at, read_at=now)
    else:
        rows.filter(Q(read_at__isnull=True) | Q(read_at__lt=now - NOTED_EVERY)).update(read_at=now)
    return feed.changed_at
