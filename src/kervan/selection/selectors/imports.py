"""What rows of an uploaded table are read against, and what is known of the people in them.

Eight queries, and two more for every 500 student numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kervan.core.rules.turkish import search_key
from kervan.core.scope import Scope
from kervan.institutions import reference
from kervan.institutions.models import Unit, UnitKind
from kervan.people.models import Enrolment, Person, RoleAssignment
from kervan.selection.models import Application, Call, ExamResult, ImportBatch, ImportState, Place, Wish
from kervan.selection.rules import portal

CHUNK = 500


@dataclass(slots=True)
class Match:
    """What a row is about; None where there is none yet. conflict: the student number known here.

    has_waiting_role: the person holds a role and never signed in: whoever has the address would come into the role.
    """

    person: Person | None = None
    application: Application | None = None
    conflict: str = ""
    enrolment: Enrolment | None = None
    exam: ExamResult | None = None
    has_waiting_role: bool = False


@dataclass(slots=True)
class Matches:
    """Everything found for a table: people and applications by their numbers, with wishes, exams and enrolments."""

    by_portal: dict[str, Application] = field(default_factory=dict)
    by_student: dict[str, Person] = field(default_factory=dict)
    by_person: dict[int, Application] = field(default_factory=dict)
    wishes: dict[int, list[str]] = field(default_factory=dict)
    exams: dict[tuple[int, str], ExamResult] = field(default_factory=dict)
    enrolled: dict[int, Enrolment] = field(default_factory=dict)
    waiting_roles: frozenset[int] = frozenset()

    def of(self, values: Mapping[str, str]) -> Match:
        """Match on the portal number, then on the student number."""
        application = self.by_portal.get(values.get("portal_number", ""))
        person = self.by_student.get(values.get("student_number", ""))
        if application is None:
            application = self.by_person.get(person.pk) if person else None
            return self._match(person, application, values)
        owner, stated = application.person, values.get("student_number", "")
        match = self._match(owner, application, values)
        is_other = person is not None and person.pk != owner.pk
        if stated and (is_other or (owner.student_number and stated != owner.student_number)):
            match.conflict = owner.student_number or owner.full_name
        return match

    def _match(self, person: Person | None, application: Application | None, values: Mapping[str, str]) -> Match:
        enrolment = self.enrolled.get(person.pk) if person else None
        exam = self.exams.get((application.pk, values.get("language", ""))) if application else None
        has_waiting_role = person is not None and person.pk in self.waiting_roles
        return Match(person, application, "", enrolment, exam, has_waiting_role)


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Every way to write a country, folded, to its ISO code."""
    return {
        search_key(word): one.iso2
        for one in reference.countries()
        for word in (one.iso2, one.iso3, one.name_en, one.name_tr)
    }


def known_of(call: Call) -> portal.Known:
    """Return what rows are read against. Two queries."""
    return portal.Known(
        programmes=[_programme(unit) for unit in programmes_of(call)],
        offers=[_offer(place) for place in places_of(call)],
        max_wishes=call.max_wishes,
        academic_year=call.academic_year,
        languages=frozenset(one.code for one in reference.languages()),
        countries=countries(),
    )


def programmes_of(call: Call) -> Sequence[Unit]:
    """The study programmes of the office's own institution. One query."""
    rows = Unit.objects.filter(institution__office_id=call.office_id, kind=UnitKind.PROGRAMME)
    return list(rows.order_by("sort_key", "pk"))


def places_of(call: Call) -> Sequence[Place]:
    """The places of a call with their partners, by name. One query."""
    partner = "condition__agreement_version__agreement__institution"
    rows = Place.objects.filter(call=call).select_related(partner, "condition__unit")
    return list(rows.order_by(f"{partner}__sort_key", "term", "pk"))


def _programme(unit: Unit) -> portal.Programme:
    return portal.Programme(
        unit.uid, unit.level, unit.isced, (unit.name_tr, unit.name_en, unit.programme_code), unit.path
    )


def _offer(place: Place) -> portal.Offer:
    host = place.condition.agreement_version.agreement.institution
    return portal.Offer(
        place.uid,
        (host.name, host.name_en, host.erasmus_code),
        place.term,
        tuple(place.condition.levels),
        tuple(place.condition.fields),
        place.condition.unit.path if place.condition.unit else "",
    )


def matches_of(call: Call, rows: Iterable[portal.Row]) -> Matches:
    """Find the people and applications that the rows name. Queries grow by one per 500 numbers only."""
    rows = list(rows)
    found = Matches()
    for application in Application.objects.filter(call=call).select_related("person", "unit"):
        found.by_person[application.person_id] = application
        if application.portal_number:
            found.by_portal[application.portal_number] = application
    numbers = sorted({row.values["student_number"] for row in rows if "student_number" in row.values})
    for start in range(0, len(numbers), CHUNK):
        people = Person.objects.filter(office_id=call.office_id, student_number__in=numbers[start : start + CHUNK])
        found.by_student.update({person.student_number: person for person in people})
    roles = RoleAssignment.objects.filter(office_id=call.office_id, person__user__last_login__isnull=True)
    found.waiting_roles = frozenset(roles.values_list("person_id", flat=True))
    _add_parts(call, found)
    return found


def _add_parts(call: Call, found: Matches) -> None:
    wishes = Wish.objects.filter(application__call=call).order_by("application_id", "rank")
    for application_id, uid in wishes.values_list("application_id", "place__uid"):
        found.wishes.setdefault(application_id, []).append(uid)
    for exam in ExamResult.objects.filter(application__call=call):
        found.exams[exam.application_id, exam.language] = exam
    people = [person.pk for person in found.by_student.values() if person.pk not in found.by_person]
    for start in range(0, len(people), CHUNK):
        rows = Enrolment.objects.filter(person_id__in=people[start : start + CHUNK], is_current=True)
        rows = rows.select_related("unit")
        found.enrolled.update({enrolment.person_id: enrolment for enrolment in rows.order_by("-pk")})


def existing_application(match: Match, found: Matches) -> portal.Existing | None:
    """Put what is known of a row's person and application into canonical texts."""
    if match.person is None:
        return None
    values = _person_values(match.person)
    keeps = frozenset(values) if match.person.user_id else frozenset()
    if match.application is None:
        values |= _enrolment_values(match.enrolment)
        return portal.Existing("", "", "", values, keeps)
    application = match.application
    values |= _study_values(application) | {"wishes": ",".join(found.wishes.get(application.pk, []))}
    return portal.Existing(application.uid, application.state, application.door, values, keeps)


def existing_exam(match: Match) -> portal.Existing | None:
    """Put what is known of a row's application and its result in that language into canonical texts."""
    if match.application is None:
        return None
    values = _exam_values(match.exam) if match.exam else {}
    return portal.Existing(match.application.uid, match.application.state, match.application.door, values)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _decimal(value: Any) -> str:
    return "" if value is None else f"{value:.2f}"


def _person_values(person: Person) -> dict[str, str]:
    return {
        "student_number": person.student_number,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        "birth_date": _text(person.birth_date),
        "citizenships": ",".join(sorted(person.citizenships)),
    }


def _study_values(application: Application) -> dict[str, str]:
    return {
        "portal_number": application.portal_number,
        "unit": application.unit.uid if application.unit else "",
        "level": application.level,
        "gpa_4": _decimal(application.gpa_4),
        "gpa_100": _decimal(application.gpa_100),
        "exam_language": application.exam_language,
    }


def _enrolment_values(enrolment: Enrolment | None) -> dict[str, str]:
    if enrolment is None:
        return {}
    values = {"unit": enrolment.unit.uid, "level": enrolment.level}
    return values | {"gpa_4": _decimal(enrolment.gpa_4), "gpa_100": _decimal(enrolment.gpa_100)}


def _exam_values(exam: ExamResult) -> dict[str, str]:
    return {
        "language": exam.language,
        "written": _decimal(exam.written),
        "oral": _decimal(exam.oral),
        "mark": _decimal(exam.mark),
        "cefr": exam.level,
        "absent": "yes" if exam.was_absent else "no",
    }


def recent_batches(call: Call) -> list[ImportBatch]:
    """The newest fifty imports of a call, without their previews. One query."""
    rows = ImportBatch.objects.filter(call=call).select_related("stored_file", "made_by").defer("preview", "mapping")
    return list(rows.order_by("-pk")[:50])


def waiting_batches(scope: Scope) -> list[ImportBatch]:
    """Imports that were uploaded and neither applied nor put aside. One query."""
    rows = ImportBatch.objects.visible_to(scope).filter(state__in=(ImportState.MAPPING, ImportState.PREVIEW))
    return list(rows.select_related("stored_file", "call").defer("preview", "mapping").order_by("pk")[:10])


def sample_sheet(call: Call, kind: str) -> tuple[list[str], list[list[str]]]:
    """Return header and one invented row in our own layout; the national portal's is not public. Two queries."""
    header = [column.names[0].capitalize() for column in portal.columns(kind, call.max_wishes)]
    values = _SAMPLE_EXAM if kind == portal.EXAMS else _SAMPLE_PORTAL | _sample_study(call)
    return header, [[values.get(column.code, "") for column in portal.columns(kind, call.max_wishes)]]


_SAMPLE_EXAM = {"portal_number": "P-0001", "student_number": "20230000001", "language": "English", "mark": "82"}
_SAMPLE_PORTAL = {
    "portal_number": "P-0001",
    "student_number": "20230000001",
    "given_name": "Deniz",
    "family_name": "Örnek",
    "email": "deniz.ornek@example.org",
    "birth_date": "2004-03-09",
    "citizenships": "TR",
    "gpa_4": "3.12",
    "exam_language": "English",
}


def _sample_study(call: Call) -> dict[str, str]:
    programme, offer = next(iter(programmes_of(call)), None), next(iter(places_of(call)), None)
    values = {"unit": programme.name_tr, "level": programme.level} if programme else {}
    if offer:
        host = offer.condition.agreement_version.agreement.institution
        values |= {"wish_1": host.erasmus_code or host.name, "wish_1_term": offer.term}
    return values
