"""Balance and use with partners, from agreements and recorded exchange."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kervan.agreements import services
from kervan.agreements.models import Agreement, Condition
from kervan.agreements.selectors import balance as selectors
from kervan.agreements.services import LineValues, VersionValues
from kervan.agreements.services import balance as balance_services
from kervan.core.errors import NotPossible
from kervan.core.models import Event, Office
from kervan.institutions.models import Institution, Partner
from kervan.people.middleware import scope_of

TODAY = date(2026, 11, 25)
OUT = LineValues(direction="outgoing", kind="study", people_per_year=3, months_per_year=Decimal(30))
IN = LineValues(direction="incoming", kind="study", people_per_year=2, months_per_year=Decimal(20))


@pytest.fixture(autouse=True)
def november() -> Any:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def scope(office: Office, elif_: Any) -> Any:
    return scope_of(elif_, office.pk)


@pytest.fixture
def agreement(office: Office, elif_: Any) -> Agreement:
    return agreed(office, elif_, "PL KRAKOW01")


def agreed(office: Office, actor: Any, code: str, **more: Any) -> Agreement:
    partner = Institution.objects.create(name=f"University {code}", country="PL", erasmus_code=code)
    values = VersionValues(valid_from=date(2024, 9, 1), valid_until=date(2028, 8, 31))
    made = services.create_draft(
        office.pk,
        institution=partner,
        kind="erasmus_iia",
        reference=code,
        values=values,
        lines=[OUT, IN],
        actor=actor,
        **more,
    )
    services.record_in_force(made, document="1", date=date(2024, 7, 1), actor=actor)
    return made


def uids(agreement: Agreement) -> list[str]:
    rows = Condition.objects.filter(agreement_version__agreement=agreement).order_by("pk")
    return list(rows.values_list("line_uid", flat=True))


def row(scope: Any, year: int) -> Any:
    return selectors.with_balance(selectors.with_any(Partner.objects.visible_to(scope)), year).get()


def test_a_year_counts_what_is_agreed_and_used_each_way(
    agreement: Agreement, office: Office, scope: Any, elif_: Any
) -> None:
    out, into = uids(agreement)
    services.record_uses(office.pk, 2026, "call:x", {out: (2, Decimal(10))}, actor=elif_)
    balance_services.record_past(office.pk, 2026, {into: (1, Decimal(5)), out: (1, Decimal(5))}, actor=elif_)
    found = row(scope, 2026)
    assert (found.agreed_out, found.used_out, found.agreed_in, found.used_in, found.difference) == (3, 3, 2, 1, -2)
    before = row(scope, 2023)
    assert (before.agreed_out, before.used_out) == (0, 0)
    [year] = [one for one in selectors.of_partner(scope, Partner.objects.get(), 2026) if one.academic_year == 2026]
    assert (year.figures.used_out.people, year.figures.used_out.months) == (3, Decimal(15))
    assert year.figures.leaning == "sent_more"


def test_a_new_version_does_not_count_twice(agreement: Agreement, scope: Any, elif_: Any) -> None:
    draft = services.start_version(agreement, actor=elif_)
    services.record_in_force(agreement, document="2", date=date(2026, 7, 1), actor=elif_)
    assert draft.number == 2
    assert row(scope, 2026).agreed_out == 3
    assert selectors.of_partner(scope, Partner.objects.get(), 2026)[1].figures.agreed_out.people == 3


def test_the_total_is_people_times_years(agreement: Agreement, office: Office, scope: Any, elif_: Any) -> None:
    out, _into = uids(agreement)
    balance_services.record_past(office.pk, 2024, {out: (2, Decimal(10))}, actor=elif_)
    going, coming = selectors.totals_of(scope, Partner.objects.get())
    assert (going.years, going.total.people, going.total.months, going.used.people) == (4, 12, Decimal(120), 2)
    assert coming.total.people == 8


def test_recording_one_line_keeps_the_others_and_zero_takes_back(
    agreement: Agreement, office: Office, elif_: Any
) -> None:
    out, into = uids(agreement)
    balance_services.record_past(office.pk, 2025, {out: (2, Decimal(10))}, actor=elif_)
    balance_services.record_past(office.pk, 2025, {into: (1, Decimal(5))}, actor=elif_)
    assert selectors.recorded_use(office.pk, out, 2025).people == 2
    balance_services.record_past(office.pk, 2025, {out: (0, Decimal(0))}, actor=elif_)
    assert selectors.recorded_use(office.pk, out, 2025).people == 0
    assert selectors.recorded_use(office.pk, into, 2025).people == 1
    assert Event.objects.filter(kind="agreement.use_recorded").count() == 3


def test_a_line_of_nobody_is_refused(office: Office, elif_: Any) -> None:
    with pytest.raises(NotPossible):
        balance_services.record_past(office.pk, 2025, {"nothing": (1, Decimal(0))}, actor=elif_)


def test_the_list_shows_filters_and_exports(agreement: Agreement, office: Office, client: Client, elif_: Any) -> None:
    agreed(office, elif_, "D ELSE01")
    out, _into = uids(agreement)
    balance_services.record_past(office.pk, 2025, {out: (2, Decimal(10))}, actor=elif_)
    client.force_login(elif_)
    url = reverse("agreements:balance")
    text = client.get(url, {"year": "2025"}).content.decode()
    assert "We sent 2 people more" in text and "University D ELSE01" in text
    narrowed = client.get(url, {"year": "2025", "leaning": "sent_more"}).content.decode()
    assert "University D ELSE01" not in narrowed
    for leaning in ("received_more", "even", "nobody"):
        assert client.get(url, {"leaning": leaning}).status_code == 200
    for sort in ("-difference", "used_out", "agreed_in"):
        assert client.get(url, {"sort": sort}).status_code == 200
    assert client.get(url, {"format": "xlsx"}).content[:2] == b"PK"


def test_the_partner_page_records_and_shows(agreement: Agreement, client: Client, elif_: Any) -> None:
    client.force_login(elif_)
    partner = Partner.objects.get()
    record, page = (reverse(f"agreements:{name}", args=[partner.uid]) for name in ("record_use", "balance_of"))
    out, _into = uids(agreement)
    values = {"line": out, "academic_year": "2025", "people": "2", "months": "9,5"}
    wrong = client.post(record, {**values, "people": "-3"})
    assert wrong.status_code == 422
    assert client.post(record, {**values, "months": "9.5"})["Location"] == page
    text = client.get(page).content.decode()
    assert "We sent 2 people more" in text and "12 in 4 years" in text and "9.5 months" in text
    part = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "Years side by side" in part and "<html" not in part
    assert page in client.get(reverse("institutions:partner", args=[partner.uid])).content.decode()


def test_samples_are_not_counted(office: Office, scope: Any, elif_: Any) -> None:
    partner = Institution.objects.create(name="X", country="DE")
    values = VersionValues(valid_from=date(2024, 9, 1))
    services.create_draft(
        office.pk,
        institution=partner,
        kind="erasmus_iia",
        reference="s",
        values=values,
        lines=[OUT],
        sample_of="U",
        actor=elif_,
    )
    assert not selectors.with_any(Partner.objects.visible_to(scope)).exists()
