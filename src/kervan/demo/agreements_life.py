"""Agreements on their way, all invented: proposed by a department, before our bodies, at the partner, to be signed.

Needs the agreements of the ground. Partners are those that the office has already.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kervan.agreements import selectors
from kervan.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    AgreementVersion,
    Approval,
    ApprovalBody,
    ApprovalState,
    Comment,
    Condition,
    PartnerAnswer,
    Proposal,
    ProposalState,
    Side,
    Signature,
    VersionState,
)
from kervan.agreements.services.agreements import fields_key
from kervan.agreements.services.bodies import USUAL
from kervan.core.rules.turkish import search_key
from kervan.demo.ground import coordinated
from kervan.demo.world import World
from kervan.institutions.models import Institution, Unit

NEEDED_PARTNERS = 7
MOU_EN = """## Purpose

Both universities want to work together in teaching, research and the exchange of experience.

## What we plan

- joint seminars and summer schools,
- visits of researchers,
- exchange of publications.

This memorandum binds neither side to spend money. *The text is invented for the demonstration.*"""
MOU_TR = """## Amaç

İki üniversite eğitim, araştırma ve deneyim paylaşımı alanlarında birlikte çalışmak ister.

## Planlanan işler

- ortak seminerler ve yaz okulları,
- araştırmacı ziyaretleri,
- yayın değişimi.

Bu mutabakat hiçbir tarafa mali yük getirmez. *Metin tanıtım için kurgulanmıştır.*"""
DOUBLE_EN = """## Programme

Students spend **two years at each university** and receive both degrees. At least 120 ECTS credits are earned at the
partner. *The text is invented for the demonstration.*"""
DOUBLE_TR = """## Program

Öğrenciler **her üniversitede ikişer yıl** okur ve iki diploma alır. En az 120 AKTS kredisi ortak üniversitede
kazanılır.
*Metin tanıtım için kurgulanmıştır.*"""


@dataclass(frozen=True, slots=True)
class Step:
    """A decision: name in both languages, its number, days ago."""

    name_en: str
    name_tr: str
    number: str
    days_ago: int


def make_agreement_life(world: World) -> None:
    """Make the bodies, two proposals and the agreements that are on their way or hold as words."""
    _bodies(world)
    partners = _partners(world)
    if len(partners) < NEEDED_PARTNERS:
        return
    _proposal(world, partners[0])
    _in_approval(world)
    _waiting_for_partner(world, partners[1])
    _to_be_signed(world, partners[2])
    _in_words(world, partners[3], AgreementKind.MOU, (MOU_EN, MOU_TR), "DEMO-MOU-001")
    _in_words(world, partners[4], AgreementKind.DOUBLE_DEGREE, (DOUBLE_EN, DOUBLE_TR), "DEMO-DD-001")


def _bodies(world: World) -> None:
    ApprovalBody.objects.bulk_create(
        ApprovalBody(
            office=world.office, uid=world.uid("body", position), name_en=name_en, name_tr=name_tr, position=position
        )
        for position, (name_en, name_tr) in enumerate(USUAL, start=1)
    )


def _partners(world: World) -> list[Institution]:
    """Universities with an agreement that lasts, in an order that follows from the seed."""
    rows = Institution.objects.filter(agreements__office=world.office).distinct()
    return sorted(rows, key=lambda one: world.uid("life", one.uid))


def _proposal(world: World, partner: Institution) -> None:
    """A department's wish that waits for the office."""
    row = _propose(
        world,
        partner,
        AgreementKind.DOUBLE_DEGREE,
        "waiting",
        "Two of us have taught there as guests. A joint master would open their laboratory to our students.",
    )
    world.happened(world.at(3, 15), row, "proposal.handed_in", world.users["mert"], university=str(partner))


def _propose(world: World, partner: Institution, kind: str, key: str, purpose: str, **values: Any) -> Proposal:
    unit = coordinated(world)
    row: Proposal = Proposal.objects.create(
        office=world.office,
        uid=world.uid("proposal", key),
        unit=unit,
        made_by=world.persons["mert"],
        institution=partner,
        kind=kind,
        purpose=purpose,
        people_per_year=2,
        contact="The head of the department, whom we met at a conference (invented).",
        is_invented=True,
        **values,
    )
    Proposal.objects.filter(pk=row.pk).update(made_at=world.at(60 if values else 3, 15))
    return row


def _in_approval(world: World) -> None:
    """An agreement that ends soon is to be renewed with more places: two of four bodies have decided."""
    rows = AgreementVersion.objects.filter(
        office=world.office, valid_until__lt=world.today + timedelta(days=200), agreement__state=AgreementState.IN_FORCE
    )
    old = rows.select_related("agreement__institution").order_by("uid").first()
    if old is None:
        return
    begins = (old.valid_until or world.today) + timedelta(days=1)
    version = _new_version(world, old.agreement, 2, begins, change_reason="One more place a year for each side.")
    for number, line in enumerate(old.conditions.order_by("pk"), start=1):
        line.pk, line.uid = None, world.uid("renewed", version.uid, number)
        line.agreement_version, line.people_per_year = version, (line.people_per_year or 0) + 1
        line._state.adding = True
        line.save()
    _carry(world, version, VersionState.PROPOSED, decided=2, days=21)


def _waiting_for_partner(world: World, partner: Institution) -> None:
    """A department's wish that became an agreement: approved by us, the partner reads it."""
    head = _agreement(world, partner, AgreementKind.BILATERAL, "DEMO-LIFE-001", AgreementState.DRAFT)
    values = {"agreement": head, "state": ProposalState.TAKEN_UP, "answer": "Gladly; we begin with two places."}
    purpose = "Our students ask for a place where they are taught in English."
    row = _propose(world, partner, AgreementKind.BILATERAL, "taken up", purpose, **values)
    world.happened(world.at(60, 9), row, "proposal.handed_in", world.users["mert"], university=str(partner))
    world.happened(world.at(55, 9), row, "proposal.take_up", world.users["elif"], reference=head.reference)
    version = _new_version(world, head, 1, date(world.academic_year, 9, 1))
    _lines(world, version, coordinated(world))
    _carry(world, version, VersionState.APPROVED, decided=4, days=40)


def _to_be_signed(world: World, partner: Institution) -> None:
    """Both sides have agreed, the partner has signed; our signature is missing."""
    head = _agreement(world, partner, AgreementKind.BILATERAL, "DEMO-LIFE-002", AgreementState.DRAFT)
    version = _new_version(world, head, 1, date(world.academic_year, 9, 1))
    _lines(world, version, None)
    _carry(world, version, VersionState.AGREED, decided=4, days=70)
    actor, values = world.users["elif"], {"office": world.office, "agreement_version": version}
    answer = PartnerAnswer.objects.create(
        uid=world.uid("answer", version.uid),
        is_accepted=True,
        name="Invented Vice-Rector",
        function="Vice-rector for international affairs",
        digest=version.digest,
        recorded_by=actor,
        **values,
    )
    PartnerAnswer.objects.filter(pk=answer.pk).update(at=world.at(12, 11))
    said = {"number": 1, "who": answer.name, "function": answer.function, "by_link": False}
    world.happened(world.at(12, 11), version, "agreementversion.agree", actor, **said)
    signed_on = world.today - timedelta(days=6)
    signature = Signature.objects.create(
        uid=world.uid("signature", version.uid),
        side=Side.PARTNER,
        name="Invented Rector",
        function="Rector",
        signed_on=signed_on,
        digest=version.digest,
        recorded_by=actor,
        **values,
    )
    signed = {"number": 1, "side": "partner", "who": signature.name, "function": "Rector", "date": str(signed_on)}
    world.happened(world.at(5, 10), version, "agreementversion.signed", actor, **signed)
    comment = Comment.objects.create(
        uid=world.uid("comment", version.uid),
        side=Side.OURS,
        name=actor.name,
        text="The signed original came by post; ours goes to the rectorate this week.",
        user=actor,
        **values,
    )
    Comment.objects.filter(pk=comment.pk).update(at=world.at(5, 10))


def _in_words(world: World, partner: Institution, kind: str, body: tuple[str, str], reference: str) -> None:
    """An agreement that holds as running text."""
    head = _agreement(world, partner, kind, reference, AgreementState.IN_FORCE)
    since = world.today - timedelta(days=200)
    version = _new_version(world, head, 1, since, body_en=body[0], body_tr=body[1])
    version.state, version.in_force_since, version.document = VersionState.IN_FORCE, since, "Invented"
    version.save(update_fields=["state", "in_force_since", "document"])
    if kind == AgreementKind.DOUBLE_DEGREE:
        _lines(world, version, coordinated(world))
    proof = {"number": 1, "document": version.document, "date": str(since), "from": "draft", "to": "in_force"}
    world.happened(world.at(210, 9), head, "agreement.drafted", world.users["elif"], reference=reference, lines=0)
    world.happened(world.at(200, 9), head, "agreement.put_in_force", world.users["elif"], **proof)


def _agreement(world: World, partner: Institution, kind: str, reference: str, state: str) -> Agreement:
    row: Agreement = Agreement.objects.create(
        office=world.office,
        uid=world.uid("agreement on its way", reference),
        institution=partner,
        kind=kind,
        reference=reference,
        reference_key=search_key(reference),
        state=state,
        responsible=world.users["elif"],
        is_invented=True,
    )
    return row


def _new_version(world: World, head: Agreement, number: int, begins: date, **values: Any) -> AgreementVersion:
    row: AgreementVersion = AgreementVersion.objects.create(
        office=world.office,
        uid=world.uid("version on its way", head.uid, number),
        agreement=head,
        number=number,
        valid_from=begins,
        valid_until=date(begins.year + 2, 8, 31),
        notes_en="This agreement is invented; the university is real and knows nothing of it.",
        notes_tr="Bu anlaşma kurgusaldır; üniversite gerçektir, anlaşmadan haberi yoktur.",
        **values,
    )
    return row


def _lines(world: World, version: AgreementVersion, unit: Unit | None) -> None:
    fields = sorted({one.isced[:3] for one in world.programmes if unit and one.parent_id == unit.pk and one.isced})[:2]
    Condition.objects.bulk_create(
        Condition(
            office=world.office,
            uid=world.uid("line on its way", version.uid, direction),
            line_uid=world.uid("line on its way, too", version.uid, direction),
            agreement_version=version,
            direction=direction,
            kind="study",
            unit=unit,
            fields=fields,
            fields_key=fields_key(fields),
            people_per_year=2,
            months_per_year=10,
            languages=[{"language": "en", "level": "B1", "demand": "recommended"}],
        )
        for direction in ("outgoing", "incoming")
    )


def _carry(world: World, version: AgreementVersion, state: str, *, decided: int, days: int) -> None:
    """Bring a version to a state: proposed so many days ago, so many bodies have decided since."""
    actor = world.users["elif"]
    version.round, version.digest = 1, selectors.digest_of(version)
    version.state, version.proposed_on = state, world.today - timedelta(days=days)
    version.save(update_fields=["round", "digest", "state", "proposed_on"])
    proposed = {"number": version.number, "digest": version.digest, "from": "draft", "to": "proposed"}
    drafted = {"reference": version.agreement.reference, "lines": version.conditions.count()}
    if version.number == 1:
        world.happened(world.at(days + 4, 10), version.agreement, "agreement.drafted", actor, **drafted)
    else:
        begun = {"number": version.number, "reason": version.change_reason}
        world.happened(world.at(days + 4, 10), version.agreement, "agreement.version_started", actor, **begun)
    world.happened(world.at(days, 10), version, "agreementversion.propose", actor, **proposed)
    for position, (name_en, name_tr) in enumerate(USUAL, start=1):
        ago = max(1, days - 5 * position)
        step = Step(name_en, name_tr, f"{world.today.year}/{10 + position}", ago) if position <= decided else None
        _approval(world, version, position, (name_en, name_tr), step)
    if decided == len(USUAL):
        world.happened(
            world.at(max(1, days - 5 * decided), 16), version, "agreementversion.approve", actor, number=version.number
        )


def _approval(
    world: World, version: AgreementVersion, position: int, names: tuple[str, str], step: Step | None
) -> None:
    row = Approval(
        office=world.office,
        uid=world.uid("approval", version.uid, position),
        agreement_version=version,
        round=1,
        position=position,
        name_en=names[0],
        name_tr=names[1],
    )
    if step:
        row.state, row.decided_on = ApprovalState.APPROVED, world.today - timedelta(days=step.days_ago)
        row.decision_number, row.digest = step.number, version.digest
        row.recorded_by, row.recorded_at = world.users["elif"], world.at(step.days_ago, 15)
        values = {"name_en": step.name_en, "name_tr": step.name_tr, "number": step.number, "date": str(row.decided_on)}
        world.happened(world.at(step.days_ago, 15), row, "approval.approve", world.users["elif"], **values)
    row.save()
