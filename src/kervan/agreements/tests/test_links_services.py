"""A partner's address: made, sent, lengthened, taken back; codes; what a partner does by it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from kervan.agreements import link_signing
from kervan.agreements.models import LinkCode, LinkUse, PartnerLink
from kervan.agreements.rules import links as rules
from kervan.agreements.selectors import links as selectors
from kervan.agreements.services import links, links_acts, links_codes, links_uses, versions
from kervan.agreements.tests.partner_cast import (
    VISIT,
    Warsaw,
    code_in_mail,
    make_approved,
    make_contact,
    make_partner,
    make_warsaw,
)
from kervan.core import outbox
from kervan.core.errors import NotPossible, Stale
from kervan.core.models import Event, Notice, Office, OutboxMessage
from kervan.core.texts import timeline
from kervan.institutions.models import Contact


@pytest.fixture
def warsaw(office: Office, elif_: Any) -> Warsaw:
    return make_warsaw(office, elif_)


def kinds(row: Any) -> list[str]:
    return list(Event.objects.about(row).values_list("kind", flat=True))


def actions(warsaw: Warsaw) -> list[str]:
    return list(warsaw.link.uses.order_by("pk").values_list("action", flat=True))


def test_an_address_opens_for_sixty_days_and_its_making_is_kept(warsaw: Warsaw, elif_: Any) -> None:
    assert warsaw.link.expires_on == timezone.localdate() + timedelta(days=60)
    assert kinds(warsaw.link) == ["partnerlink.made"]


def test_no_part_of_the_secret_stands_in_the_database(warsaw: Warsaw, elif_: Any) -> None:
    links.show_address(warsaw.link, actor=elif_)
    signature = warsaw.token.rsplit(".", 1)[1]
    kept = [str(row) for row in PartnerLink.objects.values()] + [str(row) for row in Event.objects.values()]
    assert not any(signature in row for row in kept)


def test_the_token_finds_its_link(warsaw: Warsaw, office: Office) -> None:
    assert selectors.find(office.pk, warsaw.token) == warsaw.link


def test_once_it_is_mailed_a_copy_of_the_database_opens_nothing(warsaw: Warsaw, elif_: Any) -> None:
    links.send(warsaw.link, actor=elif_)
    links_codes.send_code(warsaw.link, VISIT)
    assert outbox.drain() == (2, 0)
    assert set(OutboxMessage.objects.values_list("body", flat=True)) == {""}


@pytest.mark.parametrize("change", ["", "x", "cut", "uid", "nonce"])
def test_a_guess_finds_nothing_and_costs_no_query(
    warsaw: Warsaw, office: Office, change: str, django_assert_num_queries: Any
) -> None:
    uid, nonce, signature = warsaw.token.split(".")
    tokens = {
        "": "",
        "x": warsaw.token + "x",
        "cut": warsaw.token[:-1],
        "uid": f"{'0' * 12}.{nonce}.{signature}",
        "nonce": f"{uid}.{nonce[:-1]}.{signature}",
    }
    with django_assert_num_queries(0):
        assert selectors.find(office.pk, tokens[change]) is None


def test_another_office_does_not_know_the_address(warsaw: Warsaw, other_office: Office) -> None:
    assert selectors.find(other_office.pk, warsaw.token) is None


def test_a_new_nonce_ends_the_address(warsaw: Warsaw, office: Office) -> None:
    token = warsaw.token
    PartnerLink.objects.update(nonce="another")
    assert selectors.find(office.pk, token) is None


def test_whoever_is_not_there_any_more_gets_no_address(warsaw: Warsaw, elif_: Any) -> None:
    warsaw.contact.left_on = timezone.localdate()
    with pytest.raises(NotPossible, match="Maria Kowalska is not at this university any more"):
        links.make_link(warsaw.contact, actor=elif_)


def test_an_address_goes_out_in_the_language_of_its_contact(warsaw: Warsaw, elif_: Any) -> None:
    links.send(warsaw.link, version=warsaw.version, actor=elif_)
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.language) == ("maria@uw.example", "en")
    assert links.address(warsaw.link) in message.body
    assert "2026-1" in message.body
    assert kinds(warsaw.link) == ["partnerlink.made", "partnerlink.sent"]


def test_without_a_mail_address_nothing_is_sent(warsaw: Warsaw, elif_: Any) -> None:
    warsaw.link.contact.email = ""
    with pytest.raises(NotPossible, match="No mail address of Maria Kowalska"):
        links.send(warsaw.link, actor=elif_)


def test_a_version_that_does_not_wait_is_not_sent(warsaw: Warsaw, elif_: Any) -> None:
    versions.take_back(warsaw.agreement, reason="Too early.", actor=elif_)
    warsaw.version.refresh_from_db()
    with pytest.raises(NotPossible, match="does not wait for the partner"):
        links.send(warsaw.link, version=warsaw.version, actor=elif_)
    assert not OutboxMessage.objects.exists()


def test_an_offer_uses_the_address_that_the_contact_has(warsaw: Warsaw, elif_: Any) -> None:
    links.offer(warsaw.version, warsaw.contact, actor=elif_)
    assert PartnerLink.objects.count() == 1
    assert "agreement.sent_to_partner" in kinds(warsaw.agreement)


def test_an_offer_makes_an_address_where_there_is_none(warsaw: Warsaw, elif_: Any) -> None:
    links.offer(warsaw.version, make_contact(warsaw.partner, "Jan", "Nowak"), actor=elif_)
    assert PartnerLink.objects.count() == 2


def test_what_is_taken_back_stays_so(warsaw: Warsaw, elif_: Any) -> None:
    links.revoke(warsaw.link, actor=elif_)
    links.revoke(warsaw.link, actor=elif_)
    link = PartnerLink.objects.get()
    assert selectors.standing(link, timezone.localdate()) == rules.REVOKED
    assert kinds(link) == ["partnerlink.made", "partnerlink.revoked"]
    with pytest.raises(NotPossible, match="taken back"):
        links.lengthen(link, link.version, days=200, actor=elif_)


def test_an_address_that_ended_opens_again_when_it_is_lengthened(warsaw: Warsaw, elif_: Any) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=61), tick=False):
        today = timezone.localdate()
        assert selectors.standing(warsaw.link, today) == rules.EXPIRED
        longer = links.lengthen(warsaw.link, warsaw.link.version, days=30, actor=elif_)
        assert selectors.standing(longer, today) == rules.VALID


def test_lengthening_needs_the_link_as_it_was_seen(warsaw: Warsaw, elif_: Any) -> None:
    with pytest.raises(Stale):
        links.lengthen(warsaw.link, 7, days=90, actor=elif_)


def test_lengthening_never_shortens(warsaw: Warsaw, elif_: Any) -> None:
    with pytest.raises(NotPossible, match="longer than that already"):
        links.lengthen(warsaw.link, 1, days=10, actor=elif_)


# Codes


def test_a_code_is_mailed_and_only_its_digest_is_kept(warsaw: Warsaw) -> None:
    code = links_codes.send_code(warsaw.link, VISIT)
    digits = code_in_mail()
    assert len(digits) == 6
    assert digits not in LinkCode.objects.get().digest
    assert link_signing.is_code(code, digits)
    assert OutboxMessage.objects.get().dedupe_key.startswith("account:")


def test_the_right_code_lets_a_browser_decide_for_twelve_hours(warsaw: Warsaw) -> None:
    links_codes.send_code(warsaw.link, VISIT)
    until = links_codes.confirm(warsaw.link, code_in_mail(), VISIT)
    assert timedelta(hours=11) < until - timezone.now() <= timedelta(hours=12)
    assert actions(warsaw) == ["code_sent", "confirmed"]


def test_a_code_opens_once(warsaw: Warsaw) -> None:
    links_codes.send_code(warsaw.link, VISIT)
    links_codes.confirm(warsaw.link, code_in_mail(), VISIT)
    with pytest.raises(NotPossible, match="used already"):
        links_codes.confirm(warsaw.link, code_in_mail(), VISIT)


def wrong_for(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


def test_five_wrong_codes_spend_it(warsaw: Warsaw) -> None:
    links_codes.send_code(warsaw.link, VISIT)
    digits = code_in_mail()
    for left in (4, 3, 2, 1):
        with pytest.raises(NotPossible, match=f"{wrong_for(digits)}.*{left} more time"):
            links_codes.confirm(warsaw.link, wrong_for(digits), VISIT)
    with pytest.raises(NotPossible, match="five times"):
        links_codes.confirm(warsaw.link, wrong_for(digits), VISIT)
    with pytest.raises(NotPossible, match="five times"):
        links_codes.confirm(warsaw.link, digits, VISIT)
    assert actions(warsaw) == ["code_sent", *["code_wrong"] * 5]


def test_half_an_hour_later_it_opens_nothing(warsaw: Warsaw) -> None:
    links_codes.send_code(warsaw.link, VISIT)
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=30), tick=False),
        pytest.raises(NotPossible, match="older than half an hour"),
    ):
        links_codes.confirm(warsaw.link, code_in_mail(), VISIT)


def test_a_new_code_makes_the_former_one_worthless(warsaw: Warsaw) -> None:
    links_codes.send_code(warsaw.link, VISIT)
    former = code_in_mail()
    links_codes.send_code(warsaw.link, VISIT)
    if former == code_in_mail():
        pytest.fail("the same code twice: one in a million")
    with pytest.raises(NotPossible, match="is not the code"):
        links_codes.confirm(warsaw.link, former, VISIT)


def test_three_codes_an_hour(warsaw: Warsaw) -> None:
    for _number in range(3):
        links_codes.send_code(warsaw.link, VISIT)
    with pytest.raises(NotPossible, match="Three codes were sent within an hour"):
        links_codes.send_code(warsaw.link, VISIT)
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        links_codes.send_code(warsaw.link, VISIT)
    assert LinkCode.objects.count() == 4


def test_nobody_goes_on_guessing_day_after_day(warsaw: Warsaw) -> None:
    for _wrong in range(rules.MOST_WRONG - 1):
        links_uses.note(warsaw.link, links_codes.WRONG_CODE, VISIT)
    links_codes.send_code(warsaw.link, VISIT)
    links_uses.note(warsaw.link, links_codes.WRONG_CODE, VISIT)
    with pytest.raises(NotPossible, match="too often"):
        links_codes.send_code(warsaw.link, VISIT)
    with time_machine.travel(timezone.now() + rules.WRONG_IN + timedelta(minutes=1)):
        links_codes.send_code(warsaw.link, VISIT)


def test_the_code_of_another_address_is_none(warsaw: Warsaw, elif_: Any) -> None:
    other = links.make_link(make_contact(warsaw.partner, "Jan", "Nowak"), actor=elif_)
    links_codes.send_code(warsaw.link, VISIT)
    with pytest.raises(NotPossible, match="No code waits"):
        links_codes.confirm(other, code_in_mail(), VISIT)


def test_a_mark_is_good_for_its_link_its_mailbox_and_its_time(warsaw: Warsaw, elif_: Any) -> None:
    now = timezone.now()
    until = now + rules.DECIDES_FOR
    mark = link_signing.browser_mark(warsaw.link, until)
    other = links.make_link(warsaw.contact, actor=elif_)
    assert link_signing.decides_until(warsaw.link, mark, now) is not None
    assert link_signing.decides_until(warsaw.link, mark, until) is None
    assert link_signing.decides_until(other, mark, now) is None
    warsaw.link.email = "somebody@else.example"
    assert link_signing.decides_until(warsaw.link, mark, now) is None


def test_codes_go_where_the_office_sent_the_link_whatever_became_of_the_contacts_address(
    warsaw: Warsaw, elif_: Any
) -> None:
    Contact.objects.filter(pk=warsaw.contact.pk).update(email="forwarded@else.example")
    link = PartnerLink.objects.get(pk=warsaw.link.pk)
    links_codes.send_code(link, VISIT)
    assert OutboxMessage.objects.latest("pk").recipient == warsaw.contact.email
    links.send(link, actor=elif_)
    links_codes.send_code(link, VISIT)
    assert OutboxMessage.objects.latest("pk").recipient == "forwarded@else.example"


@pytest.mark.parametrize("mark", ["", "x", "a.b.c", "a.b"])
def test_a_made_up_mark_decides_nothing(warsaw: Warsaw, mark: str) -> None:
    assert link_signing.decides_until(warsaw.link, mark, timezone.now()) is None


# What a partner does


def comment(warsaw: Warsaw, text: str = "When do we start?", key: str = "k1") -> bool:
    return links_acts.comment(warsaw.link, warsaw.version, name="Maria Kowalska", text=text, key=key, visit=VISIT)


def test_a_comment_is_kept_once_and_told_to_whoever_made_the_address(warsaw: Warsaw, elif_: Any) -> None:
    assert comment(warsaw)
    assert not comment(warsaw)
    said = warsaw.version.comments.get()
    assert (said.side, said.name, said.link) == ("partner", "Maria Kowalska", warsaw.link)
    notice = Notice.objects.get()
    assert (notice.user, notice.code) == (elif_, "link.commented")
    assert actions(warsaw) == ["commented"]


def test_other_words_under_the_same_key_are_another_comment(warsaw: Warsaw) -> None:
    assert comment(warsaw)
    assert comment(warsaw, "And one more thing.")
    assert warsaw.version.comments.count() == 2


def test_the_history_names_the_contact_and_not_the_machine(warsaw: Warsaw) -> None:
    comment(warsaw)
    accept(warsaw, "k2")
    said = timeline(Event.objects.about(warsaw.version).order_by("-pk")[:2])
    assert [(one["sentence"], one["who"]) for one in said] == [
        ("The partner accepted version 1 by its link: Maria Kowalska", ""),
        ("The partner’s contact Maria Kowalska commented on version 1 by link", ""),
    ]


def accept(warsaw: Warsaw, key: str = "k1", digest: str = "", **values: Any) -> bool:
    said = {"is_accepted": True, "name": "Maria Kowalska", "function": "Vice-rector", **values}
    return links_acts.answer(
        warsaw.link, warsaw.version, digest_seen=digest or warsaw.version.digest, key=key, visit=VISIT, **said
    )


def test_accepting_agrees_tells_the_office_and_confirms_it_to_the_contact(warsaw: Warsaw) -> None:
    assert accept(warsaw)
    assert not accept(warsaw)
    warsaw.version.refresh_from_db()
    answer = warsaw.version.answers.get()
    assert (warsaw.version.state, answer.digest, answer.link) == ("agreed", warsaw.version.digest, warsaw.link)
    assert Notice.objects.get().code == "link.accepted"
    assert OutboxMessage.objects.get().recipient == "maria@uw.example"


def test_refusing_gives_the_reason(warsaw: Warsaw) -> None:
    accept(warsaw, is_accepted=False, reason="Three people, please.")
    warsaw.version.refresh_from_db()
    assert (warsaw.version.state, warsaw.version.answers.get().reason) == ("refused", "Three people, please.")
    assert actions(warsaw) == ["refused"]


def test_other_words_than_those_seen_are_not_accepted_and_leave_no_trace(warsaw: Warsaw) -> None:
    with pytest.raises(NotPossible, match="words of this version changed"):
        accept(warsaw, digest="0" * 64)
    assert not LinkUse.objects.exists()
    assert not Notice.objects.exists()


def test_by_an_address_taken_back_meanwhile_nothing_is_done(warsaw: Warsaw, elif_: Any) -> None:
    links.revoke(warsaw.link, actor=elif_)
    with pytest.raises(NotPossible, match="does not open any more"):
        accept(warsaw)
    with pytest.raises(NotPossible, match="does not open any more"):
        comment(warsaw)
    assert not warsaw.version.comments.exists()


def test_an_hour_bears_sixty_acts(warsaw: Warsaw) -> None:
    for _number in range(rules.WRITES):
        links_uses.note(warsaw.link, "commented", VISIT)
    with pytest.raises(NotPossible, match="Too much"):
        comment(warsaw)
    assert not warsaw.version.comments.exists()


def test_opening_counts_once_an_hour_for_each_browser(warsaw: Warsaw) -> None:
    for _number in range(3):
        links_uses.opened(warsaw.link, VISIT)
    links_uses.opened(warsaw.link, links_uses.Visit("192.0.2.7", "Safari"))
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        links_uses.opened(warsaw.link, VISIT)
    assert actions(warsaw) == ["opened"] * 3


def test_where_nobody_looks_after_the_partner_all_who_keep_agreements_hear(
    warsaw: Warsaw, elif_: Any, leyla: Any, deniz: Any
) -> None:
    PartnerLink.objects.update(made_by=None)
    warsaw.link.refresh_from_db()
    assert selectors.who_hears(warsaw.link) == {elif_.pk, leyla.pk}


def test_a_partner_sees_only_approved_versions_of_its_own_agreements(
    warsaw: Warsaw, office: Office, elif_: Any
) -> None:
    krakow = make_partner(office, "Uniwersytet Jagielloński", "PL KRAKOW01")
    make_approved(office, krakow, elif_, "2026-2")
    draft = make_approved(office, warsaw.partner, elif_, "2026-3")
    versions.take_back(draft, reason="Too early.", actor=elif_)
    sample = make_approved(office, warsaw.partner, elif_, "2026-4")
    type(sample).objects.filter(pk=sample.pk).update(sample_of="Another university")
    assert [one.pk for one in selectors.shown_versions(warsaw.link)] == [warsaw.version.pk]


def test_a_corrected_mail_address_is_told_to_the_former_one(warsaw: Warsaw) -> None:
    values = {"email": "m.kowalska@uw.example", "function": "Head"}
    assert links_acts.correct_contact(warsaw.link, warsaw.contact, 1, values, key="k", visit=VISIT)
    warsaw.contact.refresh_from_db()
    assert (warsaw.contact.email, warsaw.contact.confirmed_on) == ("m.kowalska@uw.example", timezone.localdate())
    message = OutboxMessage.objects.get()
    assert message.recipient == "maria@uw.example"
    assert "m.kowalska@uw.example" in message.body


def test_a_named_successor_is_a_task_and_no_access(warsaw: Warsaw) -> None:
    from kervan.core.models import Task
    from kervan.institutions.models import Contact

    links_acts.name_successor(
        warsaw.link, warsaw.contact, name="Jan Nowak", email="jan@uw.example", remark="", key="k", visit=VISIT
    )
    assert "Jan Nowak, jan@uw.example" in Task.objects.get().text
    assert Contact.objects.count() == 1
    assert PartnerLink.objects.count() == 1
