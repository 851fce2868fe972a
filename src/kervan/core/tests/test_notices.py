"""Notices: who reads them, the bell, and mails that come once and never in somebody's quiet hours."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kervan.core import mails
from kervan.core.errors import Stale
from kervan.core.models import Notice, NoticeChoice, NoticeMail, Office, OutboxMessage
from kervan.core.services import notices, tasks

SignedIn = Callable[[Any], Client]
MORNING = datetime(2026, 11, 25, 5, 30, tzinfo=UTC)  # Wednesday, 08:30 in Istanbul
EVENING = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # 19:00
NEXT = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)  # Thursday, 08:00


def given(office: Office, to: Any, title: str = "Łódź’u ara") -> Notice:
    notices.notify(
        office.pk, [to.pk], "task.given", url="/office/tasks/", who="Leyla", title=title, due_on="2026-12-01"
    )
    return Notice.objects.latest("pk")


def choose(office: Office, user: Any, mail: str) -> None:
    NoticeChoice.objects.create(office=office, user=user, mail=mail)


def sent(user: Any) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(recipient=user.email).order_by("pk"))


def test_each_account_gets_one_notice_however_often_it_is_named(office: Office, elif_: Any, leyla: Any) -> None:
    notices.notify(office.pk, [elif_.pk, leyla.pk, elif_.pk], "task.given", who="x", title="y")
    assert Notice.objects.count() == 2


def test_bell_counts_and_opening_reads(office: Office, elif_: Any, signed_in: SignedIn) -> None:
    notice, client = given(office, elif_), signed_in(elif_)
    assert "Notices, unread: 1" in client.get(reverse("core:tasks")).content.decode()
    assert client.get(reverse("core:notice", args=[notice.uid])).url == "/office/tasks/"
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert "Notices, none unread" in client.get(reverse("core:tasks")).content.decode()


def test_nobody_opens_the_notices_of_another(office: Office, elif_: Any, leyla: Any, signed_in: SignedIn) -> None:
    notice = given(office, elif_)
    client = signed_in(leyla)
    assert client.get(reverse("core:notice", args=[notice.uid])).status_code == 404
    assert "Łódź" not in client.get(reverse("core:notices")).content.decode()
    notice.refresh_from_db()
    assert notice.read_at is None


def test_notice_never_leads_to_another_site(office: Office, elif_: Any, signed_in: SignedIn) -> None:
    notice = given(office, elif_)
    Notice.objects.update(url="//evil.example/")
    assert signed_in(elif_).get(reverse("core:notice", args=[notice.uid])).url == reverse("core:notices")


def test_mark_all_read_concerns_oneself(office: Office, elif_: Any, leyla: Any, signed_in: SignedIn) -> None:
    given(office, elif_)
    given(office, leyla)
    signed_in(elif_).post(reverse("core:notices_read"))
    assert list(Notice.objects.filter(read_at__isnull=True).values_list("user", flat=True)) == [leyla.pk]


def test_code_without_words_and_missing_values_do_not_break_the_page(
    office: Office, elif_: Any, signed_in: SignedIn
) -> None:
    for code in ("no.such.code", "task.given", "task.finish", "task.drop", "handover.to_you", "handover.from_you"):
        notices.notify(office.pk, [elif_.pk], code)
    assert signed_in(elif_).get(reverse("core:notices")).status_code == 200


def test_mail_at_once_waits_for_the_end_of_the_quiet_hours_and_comes_once(office: Office, elif_: Any) -> None:
    choose(office, elif_, NoticeMail.AT_ONCE)
    given(office, elif_)
    given(office, elif_, "Second")
    assert mails.tell(EVENING) == 0
    assert mails.tell(NEXT) == 1
    assert mails.tell(NEXT) == 0
    [mail] = sent(elif_)
    assert mail.subject == "2 notices for you"
    assert "Łódź’u ara" in mail.body


def test_single_notice_is_its_own_subject(office: Office, elif_: Any) -> None:
    choose(office, elif_, NoticeMail.AT_ONCE)
    given(office, elif_)
    mails.tell(MORNING)
    assert sent(elif_)[0].subject == "Leyla gave you a task: “Łódź’u ara”, until 1 December 2026."


def test_mail_of_the_day_comes_once_a_day_with_everything_unread(office: Office, elif_: Any) -> None:
    given(office, elif_)
    assert mails.tell(EVENING) == 0
    assert mails.tell(NEXT) == 1
    given(office, elif_, "Later that day")
    assert mails.tell(NEXT.replace(hour=9)) == 0
    assert mails.tell(NEXT.replace(day=27)) == 1
    assert [mail.dedupe_key[-10:] for mail in sent(elif_)] == ["2026-11-26", "2026-11-27"]


def test_what_was_read_or_is_not_wanted_is_not_mailed(office: Office, elif_: Any, leyla: Any, mert: Any) -> None:
    choose(office, leyla, NoticeMail.NEVER)
    notices.mark_read(given(office, elif_))
    given(office, leyla)
    given(office, mert)
    type(mert).objects.filter(pk=mert.pk).update(is_active=False)
    assert mails.tell(NEXT) == 0
    assert not Notice.objects.filter(mailed_at__isnull=True).exists()


def test_mail_speaks_its_readers_language(office: Office, elif_: Any) -> None:
    type(elif_).objects.filter(pk=elif_.pk).update(language="tr")
    given(office, elif_)
    mails.tell(NEXT)
    assert sent(elif_)[0].language == "tr"


def test_failing_between_mail_and_mark_loses_and_repeats_nothing(
    office: Office, elif_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(office, elif_)

    def broken(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(mails, "_words", broken)
        with pytest.raises(RuntimeError):
            mails.tell(NEXT)
    assert not sent(elif_)
    assert mails.tell(NEXT) == 1


def test_offices_do_not_mix(office: Office, other_office: Office, elif_: Any, omar: Any) -> None:
    given(office, elif_)
    given(other_office, omar)
    assert mails.tell(NEXT) == 2
    assert [one.office_id for one in (*sent(elif_), *sent(omar))] == [office.pk, other_office.pk]


def test_choice_is_kept_and_a_stale_one_overwrites_nothing(office: Office, elif_: Any, signed_in: SignedIn) -> None:
    client, url = signed_in(elif_), reverse("core:notice_settings")
    assert client.get(url).status_code == 200
    data = {"mail": "at_once", "quiet_from": "22:00", "quiet_until": "06:30", "version": "1"}
    assert client.post(url, data).status_code == 302
    row = NoticeChoice.objects.get()
    assert (row.mail, row.quiet_until, row.quiet_weekend, row.version) == ("at_once", time(6, 30), False, 2)
    assert client.post(url, {**data, "mail": "never"}).status_code == 200
    row.refresh_from_db()
    assert row.mail == "at_once"
    with pytest.raises(Stale):
        notices.choose(
            office.pk, version=1, mail="never", quiet_from=time(1), quiet_until=time(2), quiet_weekend=True, actor=elif_
        )


def test_start_page_brings_next_days_and_what_is_new(
    office: Office, elif_: Any, leyla: Any, signed_in: SignedIn
) -> None:
    tasks.add_task(office.pk, title="Gdańsk’a yaz", due_on=timezone.localdate(), assigned_to=elif_, actor=leyla)
    client = signed_in(elif_)
    assert reverse("core:beside") in client.get(reverse("core:start")).content.decode()
    beside = client.get(reverse("core:beside")).content.decode()
    assert beside.lstrip().startswith('<div class="stack">')
    assert beside.count("Gdańsk’a yaz") == 2
    assert "Today" in beside
