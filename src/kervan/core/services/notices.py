"""Telling colleagues: a notice in the product; the mail about it is the worker's (`core.mails`)."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from kervan.core.editing import save_if_current
from kervan.core.models import Notice, NoticeChoice


def notify(office_id: int, user_ids: Iterable[int], code: str, *, url: str = "", **values: Any) -> None:
    """Leave a notice for each account, inside the caller's transaction. `code`: one of `registries.notice`.

    values: plain figures and words (days as ISO text); they are put into a sentence when read. url: a path of ours.
    """
    rows = [
        Notice(office_id=office_id, user_id=user_id, code=code, values=values, url=url)
        for user_id in sorted({one for one in user_ids if one})
    ]
    Notice.objects.bulk_create(rows, batch_size=500)


def mark_read(notice: Notice) -> None:
    """Note that its reader opened a notice; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=timezone.now())


def mark_all_read(office_id: int, user: Any) -> int:
    """Note that the reader knows everything up to now. Returns how many were unread."""
    unread = Notice.objects.filter(office_id=office_id, user=user, read_at__isnull=True)
    return unread.update(read_at=timezone.now())


def choice_of(office_id: int, user: Any) -> NoticeChoice:
    """How an account wants to hear of things; as everybody at first, where it never said so (not saved then)."""
    kept = NoticeChoice.objects.filter(office_id=office_id, user=user).first()
    return kept or NoticeChoice(office_id=office_id, user=user)


@transaction.atomic
def choose(
    office_id: int, *, version: int, mail: str, quiet_from: time, quiet_until: time, quiet_weekend: bool, actor: Any
) -> NoticeChoice:
    """Keep the account's own choice. Raises Stale when it was saved elsewhere since it was opened."""
    row, _made = NoticeChoice.objects.get_or_create(office_id=office_id, user=actor)
    values = {"mail": mail, "quiet_from": quiet_from, "quiet_until": quiet_until, "quiet_weekend": quiet_weekend}
    kept: NoticeChoice = save_if_current(row, version, **values)
    return kept
