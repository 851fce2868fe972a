"""Questions to our agreements, answered from what is in force."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kervan.agreements import services
from kervan.agreements.models import Agreement, Condition
from kervan.agreements.selectors import questions as selectors
from kervan.agreements.services import LineValues, VersionValues
from kervan.agreements.texts import questions as words
from kervan.core.models import Office
from kervan.institutions.models import Institution
from kervan.people.middleware import scope_of

TODAY = date(2026, 11, 25)
VALID = VersionValues(valid_from=date(2024, 9, 1), valid_until=date(2029, 8, 31))


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def scope(office: Office, elif_: Any) -> Any:
    return scope_of(elif_, office.pk)


def university(name: str, country: str, city: str, code: str = "") -> Institution:
    return Institution.objects.create(name=name, country=country, city=city, erasmus_code=code)


def agree(office: Office, actor: Any, partner: Institution, *lines: LineValues, **more: Any) -> Agreement:
    reference = f"{partner.pk}-{Agreement.objects.count()}"
    values = {"kind": "erasmus_iia", "values": VALID, "reference": reference, **more}
    agreement = services.create_draft(office.pk, institution=partner, lines=lines, actor=actor, **values)
    services.record_in_force(agreement, document="1", date=date(2024, 7, 1), actor=actor)
    return agreement


def line(*fields: str, people: int = 3, **more: Any) -> LineValues:
    values = {"direction": "outgoing", "kind": "study", "months_per_year": Decimal(30), **more}
    return LineValues(people_per_year=people, fields=list(fields), **values)


@pytest.fixture
def agreed(office: Office, elif_: Any) -> dict[str, Agreement]:
    krakow = university("Jagiellonian University", "PL", "Kraków", "PL KRAKOW01")
    brno = university("Masaryk University", "CZ", "Brno", "CZ BRNO05")
    university("University of Warsaw", "PL", "Warszawa", "PL WARSZAW01")
    teaching = line("0913", direction="incoming", kind="teaching", months_per_year=None)
    english = [{"language": "en", "level": "B2", "demand": "required"}]
    return {
        "krakow": agree(office, elif_, krakow, line("0611", levels=["master"], languages=english), line("0311")),
        "brno": agree(office, elif_, brno, line("042", people=2), teaching),
    }  # fmt: skip


def test_an_agreement_renewed_early_is_found_by_the_version_that_holds(
    office: Office, elif_: Any, agreed: dict[str, Agreement], scope: Any
) -> None:
    krakow = agreed["krakow"]
    services.start_version(
        krakow, valid_from=date(2029, 9, 1), valid_until=date(2034, 8, 31), reason="Five years more", actor=elif_
    )
    krakow.refresh_from_db()
    later = VersionValues(valid_from=date(2029, 9, 1), valid_until=date(2034, 8, 31))
    services.update_draft(krakow, krakow.version, values=later, lines=[line("0611", people=7)], actor=elif_)
    services.record_in_force(krakow, document="2", date=date(2026, 11, 1), actor=elif_)
    assert [one.condition.people_per_year for one in selectors.answer(scope, "PL KRAKOW01", TODAY).lines] == [3, 3]
    assert [one.condition.people_per_year for one in selectors.answer(scope, "KRAKOW01 2030", TODAY).lines] == [7]


def said(scope: Any, text: str) -> str:
    return " ".join(words.sentences(selectors.answer(scope, text, TODAY)))


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("Jagiellonian computer use master", 1),
        ("Kraków’da yüksek lisans bilgisayar", 1),
        ("PL KRAKOW01", 2),
        ("06", 1),
        ("0611 bachelor", 0),
        ("english", 1),
        ("hukuk", 1),
        ("0421", 1),
        ("incoming teaching", 1),
        ("Poland", 2),
        ("Mevlana", 0),
        ("Masaryk 2028/29", 2),
        ("Masaryk 2030", 0),
    ],
)
def test_lines_that_fit_are_found(agreed: dict[str, Agreement], scope: Any, text: str, fitting: int) -> None:
    assert len(selectors.answer(scope, text, TODAY).lines) == fitting


def test_yes_says_how_many_places_are_left(
    agreed: dict[str, Agreement], office: Office, scope: Any, elif_: Any
) -> None:
    uid = Condition.objects.get(fields_key=" 0611 ").line_uid
    services.record_uses(office.pk, 2026, "recorded", {uid: (1, Decimal(5))}, actor=elif_)
    text = said(scope, "Jagiellonian 0611 master")
    assert text.startswith("Yes, 1 agreement fits: ")
    assert "2 places are left for going in 2026/27." in text


def test_no_says_for_which_fields_there_is_one_and_where_else(agreed: dict[str, Agreement], scope: Any) -> None:
    text = said(scope, "Jagiellonian law")
    assert text.startswith("No agreement in force fits")
    assert "There is 1 agreement there, but only for: " in text and "(0611)" in text
    assert "Elsewhere there is: Czechia (1)." in text


def test_elsewhere_begins_in_the_same_country_and_says_how_many_countries_more(
    agreed: dict[str, Agreement], office: Office, scope: Any, elif_: Any
) -> None:
    for country in ("DE", "DE", "FR", "FR", "IT", "IT", "ES", "ES", "NL", "NL", "PL"):
        agree(office, elif_, university(f"Nowhere {country}", country, "Town"), line("042"))
    text = said(scope, "Jagiellonian law")
    assert "Elsewhere there is: Poland (1), Germany (2), " in text and "and 2 more countries." in text


def test_no_agreement_with_a_known_university_is_said(agreed: dict[str, Agreement], scope: Any) -> None:
    assert said(scope, "University of Warsaw").startswith("No agreement in force fits: University of Warsaw.")


def test_details_that_stand_in_the_way_are_said(agreed: dict[str, Agreement], scope: Any) -> None:
    assert "1 agreement fits apart from level" in said(scope, "Kraków 0611 doctorate")


def test_the_sentence_about_details_leads_to_the_agreements(
    agreed: dict[str, Agreement], client: Client, elif_: Any
) -> None:
    client.force_login(elif_)
    text = client.get(reverse("agreements:ask"), {"q": "Kraków 0611 doctorate 2026"}).content.decode()
    link = re.search(r'<a href="([^"]+)">1 agreement fits apart from level', text)
    assert link and link[1].endswith("?q=Krak%C3%B3w+0611")
    assert "Yes, 1 agreement fits" in client.get(link[1]).content.decode()
    assert "apart from" not in client.get(reverse("agreements:ask"), {"q": "Mevlana"}).content.decode()


def test_words_passed_over_are_named_on_the_page(agreed: dict[str, Agreement], client: Client, elif_: Any) -> None:
    client.force_login(elif_)
    text = client.get(reverse("agreements:ask"), {"q": "have we law " + "law " * 40}).content.decode()
    assert "Passed over: “have”, “we”." in text and "Only the first 30 words were read." in text


def test_what_is_not_understood_is_named(agreed: dict[str, Agreement], scope: Any) -> None:
    assert "Not understood: “qwertz”." in said(scope, "qwertz law")
    assert said(scope, "qwertz") == "Not understood: “qwertz”."
    assert said(scope, "") == ""


def test_samples_drafts_and_ended_agreements_are_no_answer(office: Office, scope: Any, elif_: Any) -> None:
    partner = university("Elsewhere University", "DE", "Elsewhere")
    values: dict[str, Any] = {"institution": partner, "kind": "erasmus_iia", "values": VALID, "actor": elif_}
    services.create_draft(office.pk, reference="1", lines=[line("0611")], **values)
    services.create_draft(office.pk, reference="2", lines=[line("0611")], sample_of="X", **values)
    found = selectors.answer(scope, "Elsewhere 0611", TODAY)
    assert (found.lines, found.drafts) == ((), 1)
    ended = agree(office, elif_, partner, line("0611"))
    Agreement.objects.filter(pk=ended.pk).update(ends_on=date(2026, 10, 1))
    assert not selectors.answer(scope, "Elsewhere 0611", TODAY).lines


def test_queries_do_not_grow_with_agreements(
    agreed: dict[str, Agreement], office: Office, scope: Any, elif_: Any
) -> None:
    def queries(text: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as context:
            selectors.answer(scope, text, TODAY)
        return len(context)

    few = [queries(text) for text in ("Kraków 0611", "Jagiellonian law doctorate", "Poland")]
    for number in range(20):
        agree(office, elif_, university(f"Kraków {number}", "PL", "Kraków"), line("0611"), line("042"))
    assert [queries(text) for text in ("Kraków 0611", "Jagiellonian law doctorate", "Poland")] == few
    assert max(few) <= 8


def test_the_page_answers_with_chips_lines_and_the_next_step(
    agreed: dict[str, Agreement], client: Client, elif_: Any
) -> None:
    client.force_login(elif_)
    yes = client.get(reverse("agreements:ask"), {"q": "Kraków 0611"}).content.decode()
    assert "Jagiellonian University" in yes and "take away" in yes and "?q=0611" in yes
    no = client.get(reverse("agreements:ask"), {"q": "University of Warsaw law"}).content.decode()
    uid = Institution.objects.get(name="University of Warsaw").uid
    assert "Begin an agreement" in no and f"?institution={uid}" in no
    hostile = client.get(reverse("agreements:ask"), {"q": "<script>\0 % _ ' " + "x" * 5000})
    assert hostile.status_code == 200 and b"<script>\x00" not in hostile.content
    assert client.get(reverse("agreements:ask")).status_code == 200
