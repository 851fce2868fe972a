"""Writes invented applications into a call: persons, enrolments, wishes, marks, points, a few papers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from kervan.core import sealed, storage
from kervan.demo import cast
from kervan.demo.ground import coordinated, person_of
from kervan.demo.invention.applicants import Invented, Offer, Programme, invent
from kervan.demo.invention.draw import random_for
from kervan.demo.papers import pdf
from kervan.demo.world import World
from kervan.institutions.models import Unit
from kervan.people.models import Enrolment, Person
from kervan.selection.models import (
    Application,
    ApplicationDocument,
    Call,
    CheckState,
    Door,
    ExamResult,
    Place,
    PlacementRun,
    PointClaim,
    PriorStay,
    RunKey,
    Wish,
)
from kervan.selection.rules import eligibility, scoring
from kervan.selection.rules import market as m
from kervan.selection.rules.packs import SelectionRules
from kervan.selection.rules.placement import place
from kervan.selection.rules.succession import withdraw
from kervan.selection.selectors.markets import market_of
from kervan.selection.selectors.rules import documents_of, rules_of
from kervan.selection.selectors.sheets import in_the_running
from kervan.selection.services.scoring import rescore
from kervan.selection.states import ApplicationState

COUNT = 600
OPEN_COUNT = 8
TO_CHECK = range(1, 13)
RETURNED = range(13, 16)
WITHOUT_PAPER = 7
BATCH = 400
ROUGH_BANDS = (("C1", 85), ("B2", 70), ("B1", 50), ("A2", 30))
TRIES = 6
BEST_GPA, BEST_EXAM = Decimal("3.86"), (Decimal("95.5"), Decimal("93"))
LITTLE = Decimal("2.5")
REASON = "The transcript is last year's. Please send the present one."


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What an application would get; follow: whether somebody moves up when it is withdrawn (told of Ayşe only)."""

    outcome: m.Outcome
    follow: bool


def fill_closed(world: World, call: Call, places: Sequence[Place], appeals: Sequence[float]) -> None:
    """Nearly all accepted, twelve to be checked, three returned. Ayşe is the first; Emre misses a place."""
    programmes, offers = _programmes(world), _offers(places, appeals)
    people = invent(world.seed, COUNT, programmes, offers, country=world.home.country, maximum_wishes=call.max_wishes)
    _make_ayse(world, people, programmes, offers)
    applications = _write(world, call, people, "closed")
    _write_papers(world, call, applications[: RETURNED[-1]])
    world.persons["ayse"] = applications[0].person
    rehearsal = _settle_ayse(world, call, people[0], applications[0], offers)
    _find_emre(world, rehearsal, applications)


def fill_open(world: World, call: Call, places: Sequence[Place]) -> None:
    """A few applications, three of them from the national portal, and Ayşe's draft."""
    offers = _offers(places, [1.0] * len(places))
    people = invent(
        f"{world.seed} open",
        OPEN_COUNT,
        _programmes(world),
        offers,
        country=world.home.country,
        maximum_wishes=call.max_wishes,
    )
    applications = _write(world, call, people, "open")
    _write_papers(world, call, [one for one in applications if one.door == Door.KERVAN])
    _draft_of_ayse(world, call, offers)


def _programmes(world: World) -> list[Programme]:
    faculties = {unit.pk: unit.uid for unit in world.faculties}
    return [Programme(unit.uid, faculties[unit.parent_id or 0], unit.level, unit.isced) for unit in world.programmes]


def _offers(places: Sequence[Place], appeals: Sequence[float]) -> list[Offer]:
    return [_offer(place, appeal) for place, appeal in zip(places, appeals, strict=True)]


def _offer(row: Place, appeal: float) -> Offer:
    condition = row.condition
    return Offer(
        key=row.uid,
        levels=tuple(condition.levels),
        fields=tuple(condition.fields),
        country=condition.agreement_version.agreement.institution.country,
        appeal=appeal,
        languages=tuple(one["language"] for one in condition.languages if one["demand"] == "required"),
        faculty=condition.unit.uid if condition.unit else "",
    )


def _make_ayse(world: World, people: list[Invented], programmes: Sequence[Programme], offers: Sequence[Offer]) -> None:
    """Ayşe studies in the coordinator's faculty where some places suit her, and has good marks."""
    mine = coordinated(world).uid
    ranked = sorted(
        programmes, key=lambda one: (one.faculty != mine, one.level != "bachelor", -_choices(one, offers), one.key)
    )
    programme = next((one for one in ranked if _choices(one, offers) >= 3), ranked[0])
    suiting = sorted(
        (one for one in offers if one.suits(programme)),
        key=lambda one: (one.languages not in ((), ("en",)), -one.appeal),
    )
    people[0] = replace(
        people[0],
        given=cast.AYSE.given,
        family=cast.AYSE.family,
        born=date(2004, 3, 9),
        citizenships=[world.home.country],
        programme=programme,
        study_year=2,
        gpa=Decimal("3.42"),
        written=Decimal("81.5"),
        oral=Decimal("76"),
        absent=False,
        wishes=[one.key for one in suiting[:3]] or people[0].wishes,
        special="",
        claim="",
        stays=[],
    )


def _choices(programme: Programme, offers: Sequence[Offer]) -> int:
    return sum(one.suits(programme) for one in offers)


@transaction.atomic
def _write(world: World, call: Call, people: Sequence[Invented], name: str) -> list[Application]:
    """Write all rows of a call's applications in bulk."""
    units = {unit.uid: unit for unit in world.programmes}
    persons = [_person(world, one, name) for one in people]
    Person.objects.bulk_create(persons, batch_size=BATCH)
    pairs = list(zip(people, persons, strict=True))
    Enrolment.objects.bulk_create([_enrolment(world, one, row, units) for one, row in pairs], batch_size=BATCH)
    applications = [_application(world, call, one, row, units, name) for one, row in pairs]
    Application.objects.bulk_create(applications, batch_size=BATCH)
    for parts in _parts(world, call, list(zip(people, applications, strict=True))):
        if parts:
            type(parts[0]).objects.bulk_create(parts, batch_size=BATCH)
    for application in applications:
        _record(world, call, application)
    return applications


def _person(world: World, one: Invented, name: str) -> Person:
    is_ayse = name == "closed" and one.number == 1
    number = f"D{26 if name == 'closed' else 27}-{one.number:04d}"
    return person_of(
        world,
        f"{name} {one.number}",
        user=world.users["ayse"] if is_ayse else None,
        given_name=one.given,
        family_name=one.family,
        birth_date=one.born,
        citizenships=one.citizenships,
        student_number=number,
        email=cast.AYSE.email if is_ayse else f"{number.lower()}@students.example",
        language="tr" if world.home.country == "TR" and not is_ayse else "en",
    )


def _enrolment(world: World, one: Invented, person: Person, units: dict[str, Unit]) -> Enrolment:
    return Enrolment(
        office=world.office,
        uid=world.uid("enrolment", person.uid),
        person=person,
        unit=units[one.programme.key],
        level=one.programme.level,
        gpa_4=one.gpa,
        study_year=one.study_year,
    )


def _application(
    world: World, call: Call, one: Invented, person: Person, units: dict[str, Unit], name: str
) -> Application:
    state = _state(one.number, name)
    is_here = one.number <= (RETURNED[-1] if name == "closed" else OPEN_COUNT - 3)
    return Application(
        office=world.office,
        uid=world.uid("application", call.uid, person.uid),
        call=call,
        person=person,
        door=Door.KERVAN if is_here else Door.PORTAL,
        portal_number="" if is_here else f"DEMO-{one.number:05d}" if name == "closed" else f"DEMO-7{one.number:04d}",
        unit=units[one.programme.key],
        level=one.programme.level,
        gpa_4=one.gpa,
        isced=one.programme.isced,
        exam_language="en",
        statement="Invented for the demonstration." if is_here else "",
        returned_reason=REASON if state == ApplicationState.RETURNED else "",
        submitted_at=_submitted(world, call, one.number),
        sort_key=person.sort_key,
        state=state,
    )


def _state(number: int, name: str) -> ApplicationState:
    if name == "closed" and number in RETURNED:
        return ApplicationState.RETURNED
    return ApplicationState.SUBMITTED if name == "open" or number in TO_CHECK else ApplicationState.CHECKED


def _submitted(world: World, call: Call, number: int) -> Any:
    """Between the first day and the last (or yesterday), most of them late."""
    draw = random_for(world.seed, "submitted", call.uid, number)
    first, last = (world.today - call.opens_on).days, max((world.today - call.closes_on).days, 1)
    days = last + round((first - last) * draw.random() ** 2)
    return world.at(days, draw.randrange(8, 23), draw.randrange(60))


def _parts(world: World, call: Call, pairs: Sequence[tuple[Invented, Application]]) -> Iterator[list[Any]]:
    """Wishes, exam results, points and earlier stays of all applications."""
    rules = rules_of(call)
    places = {row.uid: row for row in Place.objects.filter(call=call)}
    yield [wish for one, row in pairs for wish in _wishes(world, one, row, places)]
    yield [exam for one, row in pairs for exam in _exams(world, call, one, row, rules)]
    yield [claim for one, row in pairs for claim in _claims(world, one, row, rules)]
    yield [stay for one, row in pairs for stay in _stays(world, one, row, rules)]


def _wishes(world: World, one: Invented, row: Application, places: dict[str, Place]) -> Iterator[Wish]:
    for rank, key in enumerate(one.wishes, 1):
        yield Wish(
            office=world.office, uid=world.uid("wish", row.uid, rank), application=row, place=places[key], rank=rank
        )


def _exams(world: World, call: Call, one: Invented, row: Application, rules: SelectionRules) -> Iterator[ExamResult]:
    """Results of a call that is still open are not there yet."""
    if call.closes_on >= world.today:
        return
    if one.absent:
        yield _exam(world, row, "en", was_absent=True)
    elif one.written is not None and one.oral is not None:
        yield _exam(world, row, "en", **_marks(one.written, one.oral, rules))
    if one.german is not None:
        yield _exam(world, row, "de", mark=one.german, level=_level(one.german, None, None, rules))


def _exam(world: World, row: Application, language: str, **values: Any) -> ExamResult:
    return ExamResult(
        office=world.office, uid=world.uid("exam", row.uid, language), application=row, language=language, **values
    )


def _marks(written: Decimal, oral: Decimal, rules: SelectionRules) -> dict[str, Any]:
    """Both parts where the pack weighs them, else one mark; the CEFR level stands beside."""
    if rules.exam:
        return {"written": written, "oral": oral, "level": _level(None, written, oral, rules)}
    mark = ((written * 3 + oral) / 4).quantize(Decimal("0.01"))
    return {"mark": mark, "level": _level(mark, None, None, rules)}


def _level(mark: Decimal | None, written: Decimal | None, oral: Decimal | None, rules: SelectionRules) -> str:
    """The pack's band of a mark; where the pack has none, rough ones of our own."""
    sheet = scoring.Sheet("bachelor", None, None, mark, written, oral)
    value = mark if mark is not None else scoring.language_mark(sheet, rules)
    if rules.language_bands:
        return eligibility.language_level(sheet, value, rules) or "A1"
    return next((code for code, minimum in ROUGH_BANDS if value is not None and value >= minimum), "A1")


def _claims(world: World, one: Invented, row: Application, rules: SelectionRules) -> Iterator[PointClaim]:
    """Points that the pack knows; special ones are sealed. Whoever is still to be checked has them waiting."""
    state = CheckState.WAITING if row.state == ApplicationState.SUBMITTED else CheckState.ACCEPTED
    for code in (one.special, one.claim):
        item = rules.item(code) if code else None
        if item:
            is_special = item.special_category
            yield PointClaim(
                office=world.office,
                uid=world.uid("claim", row.uid, code),
                application=row,
                item="" if is_special else code,
                sealed_item=sealed.seal(code) if is_special else "",
                state=state,
            )


def _stays(world: World, one: Invented, row: Application, rules: SelectionRules) -> Iterator[PriorStay]:
    for number, item in enumerate(one.stays, 1):
        if rules.item(item):
            yield PriorStay(
                office=world.office,
                uid=world.uid("stay", row.uid, number),
                person=row.person,
                item=item,
                level=row.level,
                academic_year=world.academic_year - 1 - number,
            )


def _record(world: World, call: Call, row: Application) -> None:
    """Handed in, then accepted or returned by the office on a later day."""
    at = row.submitted_at
    if at is None:
        return
    here = world.users["ayse"] if row.person.user_id else None
    submitted = {"from": ApplicationState.DRAFT.value, "to": ApplicationState.SUBMITTED.value}
    world.happened(at, row, "application.submit", here, **submitted)
    decided = at + timedelta(hours=20)
    states = {"from": ApplicationState.SUBMITTED.value, "to": str(row.state)}
    if row.state == ApplicationState.CHECKED:
        world.happened(decided, row, "application.accept", world.users["elif"], **states)
    if row.state == ApplicationState.RETURNED:
        world.happened(decided, row, "application.return", world.users["elif"], reason=REASON, **states)


def _write_papers(world: World, call: Call, applications: Iterable[Application]) -> None:
    """Small invented papers for the files that wait in Kervan; one file misses a paper."""
    for number, row in enumerate(applications, 1):
        needed = documents_of(call)
        for document in needed[1:] if number == WITHOUT_PAPER else needed:
            lines = [document.label_en, "Invented for the demonstration", row.person.student_number]
            stored = storage.store(
                world.office.pk,
                f"{document.code}.pdf",
                pdf(lines),
                content_type="application/pdf",
                actor=row.person.user,
            )
            is_returned = row.state == ApplicationState.RETURNED
            ApplicationDocument.objects.create(
                office=world.office,
                uid=world.uid("document", row.uid, document.code),
                application=row,
                code=document.code,
                stored_file=stored,
                state=CheckState.RETURNED if is_returned else CheckState.WAITING,
                reason=REASON if is_returned else "",
            )


def _draft_of_ayse(world: World, call: Call, offers: Sequence[Offer]) -> None:
    """Begun, with one wish, not handed in."""
    person = world.persons["ayse"]
    enrolment = person.enrolments.select_related("unit__parent").get()
    draft = Application.objects.create(
        office=world.office,
        uid=world.uid("application", call.uid, person.uid),
        call=call,
        person=person,
        unit=enrolment.unit,
        level=enrolment.level,
        gpa_4=enrolment.gpa_4,
        isced=enrolment.unit.isced,
        exam_language="en",
        sort_key=person.sort_key,
    )
    faculty = enrolment.unit.parent or enrolment.unit
    programme = Programme(enrolment.unit.uid, faculty.uid, enrolment.level, enrolment.unit.isced)
    wished = next((one.key for one in offers if one.suits(programme)), None)
    if wished:
        place_row = Place.objects.get(uid=wished)
        Wish.objects.create(
            office=world.office, uid=world.uid("wish", draft.uid, 1), application=draft, place=place_row, rank=1
        )


def _settle_ayse(
    world: World, call: Call, one: Invented, row: Application, offers: Sequence[Offer]
) -> dict[int, Rehearsed]:
    """See to it that somebody moves up when Ayşe gives up; else better marks and a place that others wait for."""
    found = _rehearsed(world, call)
    for wish in _waited_for(found, one, offers)[:TRIES]:
        if found[row.pk].follow:
            break
        _let_wish(world, call, replace(one, wishes=[wish, *(key for key in one.wishes if key != wish)][:3]), row)
        found = _rehearsed(world, call)
    return found


def _waited_for(found: dict[int, Rehearsed], one: Invented, offers: Sequence[Offer]) -> list[str]:
    """The places that suit, by how many miss them; with English before those that demand another language."""
    missed = Counter(wish.place for each in found.values() for wish in each.outcome.wishes if wish.shortfall)
    suiting = [offer for offer in offers if offer.suits(one.programme) and missed[offer.key]]
    suiting.sort(key=lambda offer: (offer.languages not in ((), ("en",)), -missed[offer.key], offer.key))
    return [offer.key for offer in suiting]


def _let_wish(world: World, call: Call, one: Invented, row: Application) -> None:
    """Write these wishes and the best marks for an application that stands already."""
    places = {place.uid: place for place in Place.objects.filter(call=call, uid__in=one.wishes)}
    row.wishes.all().delete()
    Wish.objects.bulk_create(_wishes(world, one, row, places))
    row.gpa_4 = BEST_GPA
    row.save(update_fields=["gpa_4"])
    Enrolment.objects.filter(person_id=row.person_id).update(gpa_4=BEST_GPA)
    ExamResult.objects.filter(application=row, language="en").update(**_marks(*BEST_EXAM, rules_of(call)))


def _find_emre(world: World, found: dict[int, Rehearsed], applications: Sequence[Application]) -> None:
    """Whoever misses the first wish by little and gets nothing becomes Emre, who would like to know why."""
    candidates = [
        (near, row.uid, row.person)
        for row in applications
        if row.pk in found and row.person.user_id is None and (near := _nearness(found[row.pk].outcome))
    ]
    if not candidates:
        return
    person = min(candidates, key=lambda one: one[:2])[2]
    person.given_name, person.family_name = cast.EMRE.given, cast.EMRE.family
    person.user, person.email, person.language = world.users["emre"], cast.EMRE.email, cast.EMRE.language
    person.save()
    Application.objects.filter(person=person).update(sort_key=person.sort_key)
    world.persons["emre"] = person


def _nearness(one: m.Outcome) -> tuple[bool, int, Decimal] | None:
    """How well somebody tells of a near miss, the smallest best; None for others. More to explain goes first."""
    first = one.wishes[0] if one.wishes else None
    missed = first.shortfall if first and one.result in (m.NOT_PLACED, m.RESERVED) else None
    if missed is None or missed <= 0:
        return None
    plainness = (one.result == m.RESERVED) + (len(one.wishes) < 3)
    return (False, plainness, missed) if missed <= LITTLE else (True, 0, missed)


def _rehearsed(world: World, call: Call) -> dict[int, Rehearsed]:
    """Score and place once and take it back: application -> what it would get."""
    with transaction.atomic():
        rescore(call)
        run = PlacementRun.objects.create(office=world.office, call=call, number=1)
        rows = in_the_running(call).values_list("pk", "person__user_id")
        keys = {f"a{number:06d}": row for number, row in enumerate(rows, 1)}
        RunKey.objects.bulk_create(
            [RunKey(office=world.office, run=run, application_id=pk, key=key) for key, (pk, _user) in keys.items()],
            batch_size=BATCH,
        )
        market = market_of(run)
        placed = place(market)
        transaction.set_rollback(True)
    seated = {key for key, one in placed.outcomes.items() if one.result == m.MAIN and keys[key][1]}
    follow = {key for key in seated if withdraw(market, placed, key).steps}
    return {pk: Rehearsed(placed.outcomes[key], key in follow) for key, (pk, _user) in keys.items()}
