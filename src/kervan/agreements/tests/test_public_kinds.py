"""What the public pages say of a partner: the kinds of agreement that hold today, never of samples."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kervan.agreements import services
from kervan.agreements.models import Agreement, AgreementVersion
from kervan.agreements.services import LineValues, VersionValues
from kervan.core.models import Office
from kervan.institutions.models import Institution, Partner


@pytest.fixture
def partner(office: Office) -> Partner:
    lodz = Institution.objects.create(name="Uniwersytet Łódzki", country="PL")
    return Partner.objects.create(office=office, institution=lodz)


def agree(partner: Partner, kind: str, until: date | None = None, **values: Any) -> Agreement:
    head = Agreement.objects.create(
        office=partner.office,
        institution=partner.institution,
        kind=kind,
        reference=f"{kind} {Agreement.objects.count()}",
        **{"state": "in_force", **values},
    )
    start = date(2020, 9, 1)
    AgreementVersion.objects.create(
        office=partner.office, agreement=head, number=1, valid_from=start, valid_until=until, in_force_since=start
    )
    return head


def shown(client: Client, **parameters: str) -> list[list[Any]]:
    listing = client.get("/partners/", parameters).context["listing"]
    return [[cell.value for cell in cells if cell.column.name == "kinds"] for _row, cells, _notes in listing.rows]


def test_kinds_in_force_today_are_named_and_can_be_asked_for(client: Client, partner: Partner) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    agree(partner, "erasmus_iia")
    agree(partner, "mou")
    agree(partner, "bilateral", until=yesterday)
    agree(partner, "mevlana", state="draft")
    agree(partner, "ka171", state="terminated", ends_on=yesterday)
    assert shown(client) == [["Erasmus+ inter-institutional agreement, Memorandum of understanding"]]
    assert len(shown(client, kind="mou")) == 1
    assert shown(client, kind="bilateral") == []


def test_a_partner_known_from_samples_only_is_not_ours(client: Client, partner: Partner) -> None:
    agree(partner, "erasmus_iia", sample_of="A Czech university")
    assert shown(client) == []
    agree(partner, "mou")
    assert shown(client) == [["Memorandum of understanding"]]


def test_a_university_is_shown_as_partner_when_the_agreement_is_in_force(
    client: Client, office: Office, elif_: Any
) -> None:
    malta = Institution.objects.create(name="University of Malta", country="MT")
    lines = [LineValues(direction="outgoing", kind="study", people_per_year=2)]
    draft = services.create_draft(
        office.pk,
        institution=malta,
        kind="bilateral",
        reference="2024-001",
        values=VersionValues(valid_from=date(2024, 9, 1)),
        lines=lines,
        actor=elif_,
    )
    assert shown(client) == []
    services.record_in_force(draft, document="Paper", date=date(2024, 3, 1), actor=elif_)
    assert shown(client) == [["Bilateral agreement"]]
