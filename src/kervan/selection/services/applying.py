"""What an applicant does: begin, save as typed, hand in, take back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kervan.core import history, sealed
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.states import move
from kervan.core.text import pick
from kervan.institutions.models import Unit
from kervan.people.models import Enrolment, Person
from kervan.selection.models import Application, ApplicationDocument, Call, CheckState, Door, Place, PointClaim, Wish
from kervan.selection.selectors.claims import claim_code, claimable, enrolments_of
from kervan.selection.selectors.rules import documents_of
from kervan.selection.selectors.sheets import item_of
from kervan.selection.states import APPLICATION_MOVES, ApplicationState, CallState

EDITABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, right or not. wishes: place uids, best first; claims: item code -> count.

    unit, level, gpa_4, gpa_100: of the chosen enrolment, or as typed where the office has no record.
    """

    unit: Unit | None = None
    level: str = ""
    gpa_4: Decimal | None = None
    gpa_100: Decimal | None = None
    exam_language: str = ""
    statement: str = ""
    wishes: Sequence[str] = ()
    claims: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps an application from being handed in, and the field to go to."""

    anchor: str
    sentence: str


class Incomplete(NotPossible):
    """The application cannot be handed in yet; `missing` names everything at once."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(_("The application is not complete yet. Nothing is lost; mend what is listed and hand it in."))
        self.missing = missing


class TooLate(NotPossible):
    """The deadline has passed. What was typed is kept."""


@transaction.atomic
def begin(call: Call, person: Person, *, actor: Any) -> Application:
    """Begin a draft, filled from the student record. Beginning twice finds the same one."""
    found = Application.objects.select_for_update().filter(call=call, person=person).first()
    if found:
        return found
    if not call.takes_applications_here:
        raise NotPossible(_("Applications to this call are made on the national portal."))
    if not call.is_open:
        raise TooLate(_("This call is not open for applications."))
    enrolments = list(enrolments_of(person))
    application = Application(
        office_id=call.office_id, call=call, person=person, door=Door.KERVAN, sort_key=person.sort_key
    )
    if len(enrolments) == 1:
        _take_over(application, enrolments[0])
    application.save(force_insert=True)
    history.record(application, "application.begin", actor=actor)
    return application


def _take_over(application: Application, enrolment: Enrolment) -> None:
    application.unit, application.level = enrolment.unit, enrolment.level
    application.gpa_4, application.gpa_100 = enrolment.gpa_4, enrolment.gpa_100
    application.isced = enrolment.unit.isced


def takes_papers_only(application: Application, now: datetime) -> bool:
    """Whether nothing but documents can be changed any more: the office returned it, and the deadline has passed."""
    return application.state == ApplicationState.RETURNED and now >= application.call.deadline


@transaction.atomic
def save(application: Application, version: int, typed: Typed, *, now: datetime | None = None) -> Application:
    """Keep what was typed, complete or not. Nothing changed: the version stays. Raises Stale, NotPossible, TooLate.

    Drafts can be saved at any time, also after the deadline: what somebody typed is not lost. What was handed in and
    returned takes part, so nobody gets more time for it than others: after the deadline it takes documents only.
    """
    locked = (
        Application.objects.select_for_update(of=("self",))
        .select_related("call__office", "call__pack_version", "unit")
        .get(pk=application.pk)
    )
    if locked.state not in EDITABLE:
        raise NotPossible(_("This application is handed in. Take it back to change it."))
    if typed == typed_of(locked):
        return locked
    if takes_papers_only(locked, now or timezone.now()):
        raise TooLate(_("The deadline has passed: only documents can still be changed. What you typed was not saved."))
    saved: Application = save_if_current(locked, version, **_columns(typed))
    _save_wishes(saved, typed.wishes)
    _save_claims(saved, typed.claims)
    return saved


def _columns(typed: Typed) -> dict[str, Any]:
    return {
        "unit": typed.unit,
        "level": typed.level,
        "isced": typed.unit.isced if typed.unit else "",
        "gpa_4": typed.gpa_4,
        "gpa_100": typed.gpa_100,
        "exam_language": typed.exam_language,
        "statement": typed.statement,
    }


def typed_of(application: Application) -> Typed:
    """Return what is stored in the form's own shape. Two queries."""
    return Typed(
        unit=application.unit,
        level=application.level,
        gpa_4=application.gpa_4,
        gpa_100=application.gpa_100,
        exam_language=application.exam_language,
        statement=application.statement,
        wishes=wishes_of(application),
        claims={item_of(claim): claim.count for claim in application.claims.order_by("pk")},
    )


def wishes_of(application: Application) -> tuple[str, ...]:
    """Return the uids of the places wished, the dearest first. One query."""
    return tuple(application.wishes.order_by("rank").values_list("place__uid", flat=True))


def _save_wishes(application: Application, uids: Sequence[str]) -> None:
    if tuple(uids) == wishes_of(application):
        return
    places = {place.uid: place for place in Place.objects.filter(call_id=application.call_id, uid__in=list(uids))}
    wanted = [places[uid] for uid in dict.fromkeys(uids) if uid in places][: application.call.max_wishes]
    application.wishes.all().delete()
    Wish.objects.bulk_create(
        Wish(office_id=application.office_id, application=application, place=place, rank=rank)
        for rank, place in enumerate(wanted, start=1)
    )


def _save_claims(application: Application, claims: Mapping[str, int]) -> None:
    """Keep one row per claimed item. A special category is stored encrypted; its row and its file do not name it."""
    there = {item_of(claim): claim for claim in application.claims.all()}
    for code, claim in there.items():
        if code not in claims:
            ApplicationDocument.objects.filter(application=application, code=claim_code(claim)).delete()
            claim.delete()
        elif claim.count != claims[code]:
            claim.count, claim.state = claims[code], CheckState.WAITING
            claim.save(update_fields=["count", "state"])
    for item in claimable(application.call):
        if item.code in claims and item.code not in there:
            secret = sealed.seal(item.code) if item.special_category else ""
            PointClaim.objects.create(
                office_id=application.office_id,
                application=application,
                item="" if secret else item.code,
                sealed_item=secret,
                count=claims[item.code],
            )


def submit(application: Application, *, actor: Any, now: datetime | None = None) -> Application:
    """Hand in. The enrolment's values are frozen beside the application. Handing in twice is handing in once.

    now: when the server received it; that decides about the deadline. Raises TooLate, Incomplete, NotPossible.
    """
    now = now or timezone.now()
    with transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",)).select_related(
            "call__office", "call__pack_version", "person", "unit"
        )
        row = locked.get(pk=application.pk)
        if row.state == ApplicationState.SUBMITTED:
            return row
        refuse_when_late(row, now)
        freeze(row)
        missing = missing_of(row, now)
        if missing:
            raise Incomplete(missing)
        row.submitted_at, row.sort_key, row.returned_reason = now, row.person.sort_key, ""
        row.save()
        moved: Application = move(row, "submit", APPLICATION_MOVES, actor=actor, **_handed_in(row))
        return moved


def refuse_when_late(application: Application, now: datetime) -> None:
    """Raise TooLate after the deadline; what the office returned can be handed in again until the results."""
    call = application.call
    if application.state == ApplicationState.RETURNED:
        if call.state in (CallState.PUBLISHED, CallState.FINAL):
            raise TooLate(_("The results are published; the application cannot be handed in any more."))
        return
    if call.state != CallState.ANNOUNCED or now >= call.deadline or now < call.opens_at:
        raise TooLate(
            _(
                "The deadline has passed: it was the end of %(day)s, and this arrived at %(time)s. "
                "The application was not handed in. What you typed is kept; ask the office what can be done."
            )
            % {"day": f"{call.closes_on:%d.%m.%Y}", "time": f"{timezone.localtime(now):%d.%m.%Y %H:%M:%S}"}
        )


def freeze(application: Application) -> None:
    """Copy the values of the chosen enrolment as they stand in the student record now."""
    enrolments = list(enrolments_of(application.person))
    chosen = [one for one in enrolments if one.unit_id == application.unit_id and one.level == application.level]
    if chosen:
        _take_over(application, chosen[0])


def _handed_in(application: Application) -> dict[str, Any]:
    """What the history keeps of each handing in; special points stay out of it."""
    wishes = application.wishes.order_by("rank").values_list("place__uid", flat=True)
    return {
        "unit": application.unit.uid if application.unit else "",
        "level": application.level,
        "gpa_4": str(application.gpa_4 or ""),
        "gpa_100": str(application.gpa_100 or ""),
        "exam_language": application.exam_language,
        "wishes": list(wishes),
    }


def missing_of(application: Application, now: datetime) -> list[Missing]:
    """Return everything that keeps the application from being handed in, in the order of the form.

    What cannot be changed any more is not asked for.
    """
    if takes_papers_only(application, now):
        return list(_missing_files(application))
    return [
        *_missing_person(application),
        *_missing_study(application),
        *_missing_wishes(application),
        *_missing_files(application),
    ]


def _missing_person(application: Application) -> Iterable[Missing]:
    person = application.person
    if not (person.given_name and person.family_name):
        yield Missing("you", _("Your name is not in your record yet. Add it under “My record”."))
    if person.birth_date is None:
        yield Missing("you", _("Your date of birth is not in your record yet. Add it under “My record”."))


def _missing_study(application: Application) -> Iterable[Missing]:
    if application.unit is None or not application.level:
        yield Missing("id_study", _("Choose the study programme you apply from."))
    if application.gpa_4 is None and application.gpa_100 is None:
        yield Missing("id_gpa_4", _("Your grade average is missing."))
    if not application.exam_language:
        yield Missing("id_exam_language", _("Choose the language whose exam shall count."))


def _missing_wishes(application: Application) -> Iterable[Missing]:
    if not application.wishes.exists() and application.call.places.exists():
        yield Missing("wishes", _("Choose at least one place."))


def _missing_files(application: Application) -> Iterable[Missing]:
    rows = {row.code: row for row in application.documents.all()}
    for document in documents_of(application.call):
        label = pick(document.label_en, document.label_tr)
        yield from _file_problem(rows.get(document.code), document.code, label)
    items = {item.code: item for item in claimable(application.call)}
    for claim in application.claims.order_by("pk"):
        item = items.get(item_of(claim))
        if item and item.points > 0:
            label = pick(item.label_en, item.label_tr)
            yield from _file_problem(rows.get(claim_code(claim)), claim_code(claim), label)


def _file_problem(row: ApplicationDocument | None, code: str, label: str) -> Iterable[Missing]:
    anchor = f"id_document_{code}"
    if row is None:
        yield Missing(anchor, _("Upload the document: %(document)s.") % {"document": label})
    elif row.state == CheckState.RETURNED:
        values = {"document": label, "reason": row.reason}
        yield Missing(anchor, _("This document was returned, upload it anew: %(document)s (%(reason)s).") % values)


@transaction.atomic
def take_back(application: Application, *, actor: Any) -> Application:
    """Make a handed-in application a draft again, until the deadline. It must be handed in again to count."""
    if not application.call.is_open:
        raise NotPossible(
            _("The deadline has passed; the application cannot be taken back to change it. You may still withdraw it.")
        )
    moved: Application = move(application, "take_back", APPLICATION_MOVES, actor=actor)
    return moved
