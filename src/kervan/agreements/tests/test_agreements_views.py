"""Agreements in the workspace: right person, wrong person, wrong state, stale save, double submit."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kervan.agreements import services
from kervan.agreements.models import Agreement, AgreementState, Condition
from kervan.agreements.services import LineValues, VersionValues
from kervan.core import registries
from kervan.core.models import Office
from kervan.institutions.models import Institution
from kervan.people.middleware import scope_of

SignedIn = Callable[[Any], Client]
VALID = VersionValues(valid_from=date(2024, 9, 1), valid_until=date(2029, 9, 30))


@pytest.fixture
def warsaw(db: None) -> Institution:
    return Institution.objects.create(
        name="Uniwersytet Warszawski", country="PL", erasmus_code="PL WARSZAW01", pic="999572294"
    )


@pytest.fixture
def draft(office: Office, warsaw: Institution, elif_: Any) -> Agreement:
    return make_draft(office, warsaw, elif_)


def make_draft(office: Office, partner: Institution, actor: Any, reference: str = "2024-001", **line: Any) -> Agreement:
    lines = [LineValues(direction="outgoing", kind="study", people_per_year=2, **line)]
    return services.create_draft(
        office.pk, institution=partner, kind="erasmus_iia", reference=reference, values=VALID, lines=lines, actor=actor
    )


@pytest.fixture
def in_force(draft: Agreement, elif_: Any) -> Agreement:
    services.record_in_force(draft, document="2024/17", date=date(2024, 7, 1), actor=elif_)
    return draft


def url(name: str, agreement: Agreement) -> str:
    return reverse(f"agreements:{name}", args=[agreement.uid])


def form_of(reference: str = "2025-001", people: str = "3", **more: str) -> dict[str, str]:
    return {
        "kind": "erasmus_iia",
        "reference": reference,
        "valid_from": "2025-09-01",
        "valid_until": "2029-09-30",
        "notes_en": "",
        "notes_tr": "",
        "line-TOTAL_FORMS": "2",
        "line-INITIAL_FORMS": "0",
        "line-0-direction": "outgoing",
        "line-0-kind": "study",
        "line-0-people_per_year": people,
        "line-0-months_per_year": "10",
        "line-0-levels": "bachelor",
        "line-0-fields_of_study": "0732, 061",
        "line-0-language_1": "en",
        "line-0-demand_1": "B2:required",
        "line-1-direction": "outgoing",
        "line-1-kind": "study",
        **more,
    }


def test_staff_writes_an_agreement_with_its_lines(signed_in: SignedIn, elif_: Any, warsaw: Institution) -> None:
    address = f"{reverse('agreements:new')}?institution={warsaw.uid}"
    answer = signed_in(elif_).post(address, form_of())
    agreement = Agreement.objects.get()
    assert answer.headers["Location"] == url("page", agreement)
    line = Condition.objects.get()
    assert (line.people_per_year, line.months_per_year, line.levels, line.fields) == (
        3,
        10,
        ["bachelor"],
        ["0732", "061"],
    )
    assert line.languages == [{"language": "en", "level": "B2", "demand": "required"}]


def test_pressed_twice_it_is_written_once(signed_in: SignedIn, elif_: Any, warsaw: Institution) -> None:
    client, address = signed_in(elif_), f"{reverse('agreements:new')}?institution={warsaw.uid}"
    answers = [client.post(address, form_of(idempotency_key="once")) for _time in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Agreement.objects.count() == 1


def test_a_taken_reference_is_said_and_what_was_typed_stays(signed_in: SignedIn, elif_: Any, draft: Agreement) -> None:
    address = f"{reverse('agreements:new')}?institution={draft.institution.uid}"
    page = signed_in(elif_).post(address, form_of(reference="2024-001", people="7")).content.decode()
    assert "Another agreement already has the reference “2024-001”." in page
    assert 'value="7"' in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"line-0-fields_of_study": "1234"}, "No field of study has the code 1234."),
        ({"line-0-demand_1": ""}, "Choose the level, or take the language away."),
        ({"valid_until": "2025-01-01"}, "The last day lies before the first day."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    signed_in: SignedIn, elif_: Any, warsaw: Institution, changed: dict[str, str], words: str
) -> None:
    address = f"{reverse('agreements:new')}?institution={warsaw.uid}"
    page = signed_in(elif_).post(address, form_of(**changed)).content.decode()
    assert words in page
    assert not Agreement.objects.exists()


def test_the_summary_counts_and_names_what_is_wrong_in_the_lines(
    signed_in: SignedIn, elif_: Any, draft: Agreement
) -> None:
    wrong = {"valid_until": "2025-01-01", "line-0-fields_of_study": "1234", "version": "1"}
    page = signed_in(elif_).post(url("edit", draft), form_of(**wrong)).text
    assert "2 things must be put right before you can go on." in page
    assert 'Line 1, <a href="#id_line-0-fields_of_study">' in page


def test_more_lines_can_be_asked_for_without_saving(signed_in: SignedIn, elif_: Any, warsaw: Institution) -> None:
    address = f"{reverse('agreements:new')}?institution={warsaw.uid}"
    page = signed_in(elif_).post(address, form_of(more="1")).content.decode()
    assert 'name="line-3-people_per_year"' in page
    assert not Agreement.objects.exists()


def test_the_partner_is_chosen_first(signed_in: SignedIn, elif_: Any, office: Office, warsaw: Institution) -> None:
    page = signed_in(elif_).get(reverse("agreements:new"), {"q": "warszawski"}).content.decode()
    assert f"?institution={warsaw.uid}" in page
    assert Institution.objects.get(office=office).uid not in page


def test_a_stale_save_shows_both_versions(signed_in: SignedIn, elif_: Any, leyla: Any, draft: Agreement) -> None:
    edit = url("edit", draft)
    line_uid = Condition.objects.get().line_uid
    signed_in(leyla).post(edit, form_of(people="4", version="1", **{"line-0-line_uid": line_uid}))
    page = (
        signed_in(elif_).post(edit, form_of(people="9", version="1", **{"line-0-line_uid": line_uid})).content.decode()
    )
    assert Condition.objects.get().people_per_year == 4
    assert "4 people a year" in page
    assert "9 people a year" in page
    signed_in(elif_).post(edit, form_of(people="9", version="2", **{"line-0-line_uid": line_uid}))
    assert (Condition.objects.get().people_per_year, Condition.objects.get().line_uid) == (9, line_uid)


def test_a_version_in_force_has_no_form(signed_in: SignedIn, elif_: Any, in_force: Agreement) -> None:
    answer = signed_in(elif_).get(url("edit", in_force), follow=True)
    assert answer.redirect_chain == [(url("page", in_force), 302)]
    assert "cannot be changed" in answer.content.decode()


def test_staff_puts_a_draft_in_force(signed_in: SignedIn, elif_: Any, draft: Agreement) -> None:
    signed_in(elif_).post(url("put_in_force", draft), {"document": "2024/17", "date": "2024-07-01"})
    assert Agreement.objects.get().state == AgreementState.IN_FORCE


def test_putting_in_force_again_says_that_it_is(signed_in: SignedIn, elif_: Any, in_force: Agreement) -> None:
    answer = signed_in(elif_).post(url("put_in_force", in_force), {"document": "x", "date": "2024-07-02"}, follow=True)
    assert "in force already" in answer.content.decode()
    assert in_force.versions.get().document == "2024/17"


def test_a_new_version_is_a_copy_to_change(signed_in: SignedIn, elif_: Any, in_force: Agreement) -> None:
    client = signed_in(elif_)
    values = {"valid_from": "2029-10-01", "valid_until": "2034-09-30", "reason": "Five more years"}
    answers = [client.post(url("start_version", in_force), values) for _time in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {url("edit", in_force)}
    assert in_force.versions.count() == 2
    assert "Version 2 is a draft" in client.get(url("page", in_force)).content.decode()


def test_a_termination_needs_a_day_before_the_end(signed_in: SignedIn, elif_: Any, in_force: Agreement) -> None:
    client, address = signed_in(elif_), url("terminate", in_force)
    values = {"ended_by": "both", "ends_on": "2030-01-01", "reason": "x", "confirmed": "2030-01-01"}
    assert "ends by itself" in client.post(address, values).content.decode()
    values |= {"ends_on": "2027-08-31", "reason": "Too few wishes"}
    page = client.post(address, values).content.decode()
    assert "The last day is 31 August 2027." in page, "what was shown was said of another day"
    assert Agreement.objects.get().state == AgreementState.IN_FORCE
    client.post(address, values | {"confirmed": "2027-08-31"})
    assert Agreement.objects.get().state == AgreementState.TERMINATED


@time_machine.travel(date(2026, 11, 25))
def test_what_a_termination_touches_is_said_before_it_happens(
    signed_in: SignedIn, elif_: Any, in_force: Agreement, office: Office
) -> None:
    line = Condition.objects.get().line_uid
    services.record_uses(office.pk, 2028, "recorded", {line: (2, Decimal(10))}, actor=elif_)
    client, address = signed_in(elif_), url("terminate", in_force)
    page = client.post(address, {"ended_by": "us", "reason": "Too few wishes"}).content.decode()
    assert "The last day is 31 August 2028." in page
    assert "here on 1 September 2028" in page
    assert "2 people are counted for 2028/29." in page
    assert Agreement.objects.get().state == AgreementState.IN_FORCE
    values = {"ended_by": "us", "reason": "Too few wishes"}
    early = client.post(address, {**values, "ends_on": "2027-08-31", "confirmed": "2027-08-31"}).content.decode()
    assert "the last day is 31 August 2028 at the earliest" in early
    client.post(address, values | {"confirmed": "2028-08-31"})
    assert Agreement.objects.get().ends_on == date(2028, 8, 31)


def test_discarding_a_draft_leads_back_to_the_list(signed_in: SignedIn, elif_: Any, draft: Agreement) -> None:
    assert signed_in(elif_).post(url("discard", draft)).headers["Location"] == reverse("agreements:list")
    assert not Agreement.objects.exists()


WRITES = ["edit", "put_in_force", "terminate", "start_version", "discard"]


@pytest.mark.parametrize("name", WRITES)
def test_a_coordinator_reads_but_does_not_write(signed_in: SignedIn, mert: Any, draft: Agreement, name: str) -> None:
    client = signed_in(mert)
    assert client.get(url("page", draft)).status_code == 200
    assert client.post(url(name, draft)).status_code == 404
    assert draft.versions.get().in_force_since is None


def test_a_coordinator_does_not_find_agreements_of_other_units(
    signed_in: SignedIn, mert: Any, elif_: Any, office: Office, warsaw: Institution, units: SimpleNamespace
) -> None:
    other = make_draft(office, warsaw, elif_, reference="2024-9", unit=units.education)
    assert signed_in(mert).get(url("page", other)).status_code == 404


@pytest.mark.parametrize("who", ["nadia", "ayse", "admin"])
def test_others_find_nothing(signed_in: SignedIn, request: pytest.FixtureRequest, draft: Agreement, who: str) -> None:
    client = signed_in(request.getfixturevalue(who))
    addresses = [reverse("agreements:list"), reverse("agreements:of_institution", args=[draft.institution.uid])]
    addresses += [url("page", draft), *(url(name, draft) for name in WRITES[:3])]
    assert {client.get(address).status_code for address in addresses} == {404}


@pytest.mark.parametrize("who", ["rektor", "deniz", "mert"])
def test_readers_see_the_list_without_a_button(
    signed_in: SignedIn, request: pytest.FixtureRequest, draft: Agreement, who: str
) -> None:
    page = signed_in(request.getfixturevalue(who)).get(reverse("agreements:list")).content.decode()
    assert "Uniwersytet Warszawski" in page
    assert reverse("agreements:new") not in page


def test_the_list_is_filtered_and_searched(
    signed_in: SignedIn, elif_: Any, in_force: Agreement, office: Office
) -> None:
    istanbul = Institution.objects.create(name="Şişli Üniversitesi", country="TR")
    make_draft(office, istanbul, elif_, reference="ÇM-7")
    client, address = signed_in(elif_), reverse("agreements:list")

    def names(**parameters: str) -> list[str]:
        listing = client.get(address, parameters).context["listing"]
        return [row.institution.name for row, _cells, _notes in listing.rows]

    assert names(q="SISLI") == names(q="cm-7") == names(state="draft") == names(country="TR") == ["Şişli Üniversitesi"]
    assert names(state="in_force") == names(q="warszaw01") == ["Uniwersytet Warszawski"]
    assert names(state="waiting") == ["Şişli Üniversitesi"]
    assert names(kind="mevlana") == []
    for column in ("partner", "reference", "places", "used", "until"):
        assert len(names(sort=f"-{column}")) == 2


def test_list_and_page_cost_the_same_for_one_and_for_three(
    signed_in: SignedIn, elif_: Any, in_force: Agreement, office: Office, warsaw: Institution
) -> None:
    client = signed_in(elif_)
    addresses = [reverse("agreements:list"), url("page", in_force)]
    addresses.append(reverse("agreements:of_institution", args=[warsaw.uid]))
    before = [queries(client, address) for address in addresses]
    for number in (2, 3):
        more = make_draft(office, warsaw, elif_, reference=f"2024-00{number}")
        services.record_in_force(more, document="x", date=date(2024, 7, 1), actor=elif_)
    assert [queries(client, address) for address in addresses] == before


def queries(client: Client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_is_taken_as_a_file(signed_in: SignedIn, elif_: Any, in_force: Agreement) -> None:
    answer = signed_in(elif_).get(reverse("agreements:list"), {"format": "csv"})
    assert "Uniwersytet Warszawski" in answer.content.decode("utf-8-sig")


def test_the_part_on_the_page_of_a_university_is_only_that_part(
    signed_in: SignedIn, elif_: Any, in_force: Agreement
) -> None:
    client, address = signed_in(elif_), reverse("agreements:of_institution", args=[in_force.institution.uid])
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "2024-001" in part
    assert "<html" in client.get(address).content.decode()


def waiting(user: Any, office: Office) -> list[tuple[int | None, str]]:
    scope = scope_of(user, office.pk)
    items = [item for source in registries.queue_sources for item in source(scope)]
    return [(item.count, item.url) for item in items if "agreements" in item.url]


def test_what_waits_is_shown_to_whoever_can_act(office: Office, elif_: Any, mert: Any, warsaw: Institution) -> None:
    from django.utils import timezone

    make_draft(office, warsaw, elif_)
    soon = VersionValues(valid_from=date(2024, 9, 1), valid_until=timezone.localdate())
    lines = [LineValues(direction="outgoing", kind="study", people_per_year=2)]
    ending = services.create_draft(
        office.pk, institution=warsaw, kind="bilateral", reference="E-1", values=soon, lines=lines, actor=elif_
    )
    services.record_in_force(ending, document="x", date=date(2024, 7, 1), actor=elif_)
    address = reverse("agreements:list")
    assert waiting(elif_, office) == [(1, f"{address}?state=ending"), (1, f"{address}?state=waits_draft")]
    assert waiting(mert, office) == []


def test_the_search_finds_agreements_for_their_readers(
    office: Office, elif_: Any, nadia: Any, draft: Agreement
) -> None:
    from kervan.agreements.common_pages import hits

    assert [hit.url for hit in hits(scope_of(elif_, office.pk), "warszaw")] == [url("page", draft)]
    assert list(hits(scope_of(nadia, office.pk), "warszaw")) == []


def test_pages_speak_turkish(signed_in: SignedIn, elif_: Any, in_force: Agreement) -> None:
    client = signed_in(elif_)
    client.cookies["kervan_language"] = "tr"
    assert '<html lang="tr"' in client.get(url("page", in_force)).content.decode()
