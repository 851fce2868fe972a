"""Agreements of both offices in every state, what decides on them, and proposals."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from kervan.agreements import services as agreements
from kervan.agreements.models import Agreement, Approval, ApprovalBody
from kervan.agreements.services import bodies, proposals, versions
from kervan.conftest import account, enrol
from kervan.core import outbox
from kervan.core.models import Office
from kervan.core.scope import Role
from kervan.institutions.models import Institution, Unit
from small_world.base import Before, Sent, World, sets


def make_agreements(world: World, office: Office, units: dict[str, Unit], *, is_other: bool = False) -> None:
    """In force: one for all units, one for each faculty; one draft. The other office has one for all units."""
    for number, name in enumerate(("whole", "engineering", "education", "draft")):
        row = make_agreement(office, name, f"A WIEN{number:02d}", units.get(name), is_draft=name == "draft")
        world.keep(f"agreement theirs {name}" if is_other else f"agreement {name}", row)
        if not is_other:
            world.keep(f"institution {name}", row.institution)


@dataclass(frozen=True)
class More:
    """Further applicants, and further agreement lines."""

    users: tuple[Any, ...] = ()
    lines: tuple[Any, ...] = ()


def make_more(world: World, units: dict[str, Unit], rows: int) -> More:
    """Further applicants, members with roles, partners with agreements, messages."""
    office = world.office
    users = [
        enrol(account(office, f"Aday {n}", "Çok", address=f"aday{n}", student_number=f"77{n}"), units["civil"])
        for n in range(rows)
    ]
    for n in range(rows):
        account(office, f"Üye {n}", "Çok", (Role.COORDINATOR, units["engineering"]), address=f"uye{n}")
        outbox.write_mail(office, to="a@b.example", subject=f"{n}", body="Text", language="en", dedupe_key=f"more {n}")
    lines = [make_agreement(office, f"partner {n}", f"PL KENT{n:03d}", None) for n in range(rows)]
    return More(tuple(users), tuple(row.versions.get().conditions.get() for row in lines))


def make_agreement(office: Office, name: str, code: str, unit: Unit | None, *, is_draft: bool = False) -> Any:
    partner, _new = Institution.objects.get_or_create(name=f"Universität {name}", country="AT", erasmus_code=code)
    line = agreements.LineValues(direction="outgoing", kind="study", people_per_year=9, unit=unit)
    values = agreements.VersionValues(valid_from=date(2024, 1, 1), valid_until=date(2031, 9, 30))
    row = agreements.create_draft(
        office.pk, institution=partner, kind="erasmus_iia", reference=name, values=values, lines=[line], actor=None
    )
    if not is_draft:
        agreements.record_in_force(row, document="IIA 1", date=date(2024, 2, 1), actor=None)
    return row


def make_process(world: World, rows: int = 0) -> None:
    """A version before a body, one approved, one agreed, one signed by both; proposals; a body of each office."""
    board = make_body(world, "ours")
    waiting = world.keep("agreement proposed", proposed(world.office, "proposed", "D PROPOSE01"))
    world.keep("approval ours", Approval.objects.get(agreement_version__agreement=waiting))
    ApprovalBody.objects.filter(pk=board.pk).update(is_active=False)
    world.keep("agreement approved", proposed(world.office, "approved", "D APPROVE01"))
    accept(world.keep("agreement agreed", proposed(world.office, "agreed", "D AGREED01")))
    accept(world.keep("agreement signed", proposed(world.office, "signed", "D SIGNED01")))
    sign(world.rows["agreement signed"])
    make_their_process(world)
    make_proposals(world, rows)
    for number in range(rows):
        versions.comment(waiting.versions.get(), side="ours", name="Elif", text="Look.", user=world.people["elif"])
        bodies.add(world.office.pk, name_en=f"Body {number}", name_tr=f"Kurul {number}", position=9, actor=None)
    ApprovalBody.objects.filter(office=world.office).update(is_active=False)


def make_their_process(world: World) -> None:
    board = make_body(world, "theirs")
    waiting = world.keep("agreement theirs proposed", proposed(world.other, "their proposed", "D THEIRS01"))
    world.keep("approval theirs", Approval.objects.get(agreement_version__agreement=waiting))
    ApprovalBody.objects.filter(pk=board.pk).update(is_active=False)
    world.keep("agreement theirs approved", proposed(world.other, "their approved", "D THEIRS02"))
    accept(world.keep("agreement theirs agreed", proposed(world.other, "their agreed", "D THEIRS03")))
    accept(world.keep("agreement theirs signed", proposed(world.other, "their signed", "D THEIRS04")))
    sign(world.rows["agreement theirs signed"])


def make_body(world: World, name: str) -> ApprovalBody:
    office = world.office if name == "ours" else world.other
    row: ApprovalBody = world.keep(
        f"body {name}", bodies.add(office.pk, name_en="Board", name_tr="Kurul", position=1, actor=None)
    )
    return row


def proposed(office: Office, name: str, code: str) -> Any:
    row = make_agreement(office, name, code, None, is_draft=True)
    versions.propose(row, actor=None)
    return row


def accept(agreement: Any) -> None:
    version = agreement.versions.get()
    versions.answer(version, is_accepted=True, name="Anna", digest_seen=version.digest, actor=None)


def sign(agreement: Any) -> None:
    version = agreement.versions.get()
    for side in ("ours", "partner"):
        signed = {"side": side, "name": "Rector", "signed_on": date(2024, 3, 1)}
        versions.sign(version, **signed, digest_seen=version.digest, actor=None)


def make_proposals(world: World, rows: int) -> None:
    mert, omar = world.people["mert"], world.people["omar"]
    wish = {"institution": world.rows["institution whole"], "kind": "mou", "purpose": "To begin."}
    unit = world.rows["agreement engineering"].versions.get().conditions.get().unit
    made = {"made_by": mert.person, "actor": mert, "unit": unit, **wish}
    world.keep("proposal mert", proposals.submit(world.office.pk, **made))
    world.keep("proposal theirs", proposals.submit(world.other.pk, made_by=omar.person, actor=omar, **wish))
    for _number in range(rows):
        proposals.submit(world.office.pk, **made)


def version_values(world: World, name: str = "agreement draft") -> dict[str, Any]:
    return {
        "kind": "erasmus_iia",
        "reference": "2026-1",
        "valid_from": "2025-09-01",
        "valid_until": "2029-09-30",
        "line-TOTAL_FORMS": "1",
        "line-INITIAL_FORMS": "0",
        "line-0-direction": "outgoing",
        "line-0-kind": "study",
        "line-0-people_per_year": "3",
        "version": world.rows[name].version,
    }


def digest(world: World, name: str) -> str:
    return str(world.rows[name].versions.get().digest)


def decision(world: World, name: str = "agreement proposed") -> dict[str, Any]:
    decided = {"outcome": "approved", "decided_on": "2025-01-01", "decision_number": "1"}
    return {**decided, "digest": digest(world, name)}


def answered(world: World, name: str = "agreement approved") -> dict[str, Any]:
    return {"outcome": "accepted", "name": "Anna", "digest": digest(world, name)}


def signed(world: World, name: str = "agreement agreed") -> dict[str, Any]:
    return {"side": "ours", "name": "Rector", "signed_on": "2025-01-01", "digest": digest(world, name)}


def body_values(_world: World) -> dict[str, Any]:
    return {"name_en": "Senate", "name_tr": "Senato", "position": "2", "is_active": "on", "version": "1"}


def proposal_values(_world: World) -> dict[str, Any]:
    return {"institution_name": "Nowhere", "country": "NZ", "kind": "mou", "purpose": "To begin.", "version": "1"}


SENT: Sent = {
    "agreements:new": version_values,
    "agreements:edit": version_values,
    "agreements:put_in_force": lambda world: {"document": "IIA 7", "date": "2025-01-01"},
    "agreements:terminate": lambda world: {
        "ended_by": "both",
        "ends_on": "2030-08-31",
        "reason": "End.",
        "confirmed": "2030-08-31",
    },
    "agreements:start_version": lambda world: {
        "valid_from": "2031-10-01",
        "valid_until": "2036-09-30",
        "reason": "On.",
    },
    "agreements:take_back": lambda world: {"reason": "A mistake."},
    "agreements:take_back_end": lambda world: {"reason": "A mistake."},
    "agreements:decide": decision,
    ("agreements:decide", "approval theirs"): lambda world: decision(world, "agreement theirs proposed"),
    "agreements:answer": answered,
    ("agreements:answer", "agreement theirs approved"): lambda world: answered(world, "agreement theirs approved"),
    "agreements:sign": signed,
    ("agreements:sign", "agreement theirs agreed"): lambda world: signed(world, "agreement theirs agreed"),
    "agreements:conclude": lambda world: {"document_number": "E-1"},
    "agreements:comment": lambda world: {"text": "Look."},
    "agreements:issue": lambda world: {"version": "1"},
    "agreements:body_new": body_values,
    "agreements:body": body_values,
    "agreements:proposal_new": proposal_values,
    "agreements:proposal_edit": proposal_values,
    "agreements:proposal_take_up": lambda world: {"reference": "2026-9"},
    "agreements:proposal_question": lambda world: {"text": "For whom?"},
    "agreements:proposal_decline": lambda world: {"text": "No."},
}
BEFORE: Before = {
    ("agreements:take_back_end", f"agreement {name}"): sets(Agreement, f"agreement {name}", state="terminated")
    for name in ("engineering", "theirs engineering")
}
