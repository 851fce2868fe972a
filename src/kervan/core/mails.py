"""Mails about notices that nobody has read yet: written by the worker, outside the reader's quiet hours, once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kervan.core import notice_texts, outbox
from kervan.core.models import Notice, NoticeChoice, NoticeMail, Office, OutboxMessage
from kervan.core.rules import quiet

LINES = 50
AT_A_TIME = 500


def tell(now: datetime) -> int:
    """Write the mails that are due now, office by office. Returns how many. Repeating it writes none twice.

    A notice is settled (`mailed_at`) when its mail is written, and also when none is wanted or it was read before.
    """
    offices = Office.objects.filter(pk__in=Notice.objects.filter(mailed_at__isnull=True).values("office_id"))
    return sum(_tell_office(office, now) for office in offices)


def _tell_office(office: Office, now: datetime) -> int:
    waiting = Notice.objects.filter(office=office, mailed_at__isnull=True)
    _unwanted(office, waiting).update(mailed_at=now)
    keys = list(waiting.order_by().values_list("user_id", flat=True).distinct()[:AT_A_TIME])
    users = get_user_model().objects.in_bulk(keys)
    kept = {one.user_id: one for one in NoticeChoice.objects.filter(office=office, user_id__in=keys)}
    choices = {user: kept.get(user.pk) or NoticeChoice(office=office, user=user) for user in users.values()}
    due = {user: key for user, choice in choices.items() if (key := _due_key(office, user, choice, now))}
    told = set(
        OutboxMessage.objects.filter(office=office, dedupe_key__in=due.values()).values_list("dedupe_key", flat=True)
    )
    return sum(_write(office, user, key, now) for user, key in due.items() if key not in told)


def _unwanted(office: Office, waiting: Any) -> Any:
    """Read already, never wanted by mail, or of an account that may not sign in."""
    never = NoticeChoice.objects.filter(office=office, mail=NoticeMail.NEVER).values("user_id")
    return waiting.filter(Q(read_at__isnull=False) | Q(user__in=never) | Q(user__is_active=False))


def _due_key(office: Office, user: Any, choice: NoticeChoice, now: datetime) -> str:
    """Name the mail that is due, the same whenever it is asked; "" for none now."""
    zone = ZoneInfo(office.time_zone)
    hours = quiet.QuietHours(choice.quiet_from, choice.quiet_until, choice.quiet_weekend)
    if choice.mail == NoticeMail.AT_ONCE:
        return "" if quiet.is_quiet(now, hours, zone) else f"notices:{user.uid}:{now:%Y-%m-%dT%H:%M}"
    day = quiet.digest_day(now, hours, zone)
    return f"notices:{user.uid}:{day:%Y-%m-%d}" if day else ""


@transaction.atomic
def _write(office: Office, user: Any, key: str, now: datetime) -> int:
    """Write one mail about everything unread, and settle it, in one transaction. Returns 1, or 0 where none is left."""
    rows = Notice.objects.filter(office=office, user=user, mailed_at__isnull=True, read_at__isnull=True).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    notices = list(rows)
    if not notices:
        return 0
    with translation.override(user.language):
        subject, body = _words(office, user, notices)
    outbox.write_mail(office, to=user.email, subject=subject, body=body, language=user.language, dedupe_key=key)
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=now)
    return 1


def _words(office: Office, user: Any, notices: list[Notice]) -> tuple[str, str]:
    count = len(notices)
    if count == 1:
        subject = notice_texts.sentence(notices[0])
    else:
        subject = ngettext("%(count)d notice for you", "%(count)d notices for you", count) % {"count": count}
    body = _("Dear %(name)s,\n\n%(lines)s\n\nHow and when you get these mails:\n%(link)s\n\n%(office)s") % {
        "name": user,
        "lines": "\n\n".join(_lines(notices)),
        "link": _absolute(reverse("core:notice_settings")),
        "office": office.name,
    }
    return subject, body


def _lines(notices: list[Notice]) -> Iterable[str]:
    for one in notices[-LINES:]:
        yield f"{notice_texts.sentence(one)}\n{_absolute(reverse('core:notice', args=[one.uid]))}"
    left_out = len(notices) - LINES
    if left_out > 0:
        words = ngettext("%(count)d older notice stands here:", "%(count)d older notices stand here:", left_out)
        yield f"{words % {'count': left_out}}\n{_absolute(reverse('core:notices'))}"


def _absolute(path: str) -> str:
    return f"{settings.ADDRESS}{path}"
