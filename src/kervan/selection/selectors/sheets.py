"""What the rules need to know of each application: its score sheet. Seven queries for a call of any size."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from kervan.core import sealed
from kervan.selection.models import (
    Application,
    ApplicationDocument,
    Call,
    CheckState,
    Door,
    ExamResult,
    Place,
    PointClaim,
    PriorStay,
    Wish,
)
from kervan.selection.rules import scoring
from kervan.selection.rules.packs import SelectionRules
from kervan.selection.selectors.rules import documents_of, rules_of
from kervan.selection.states import ApplicationState

FIRST_CYCLE = ("associate", "bachelor")
CITIZENSHIP = "citizenship_country"
SAME_CYCLE_ITEMS = ("previous_mobility",)
IN_THE_RUNNING = (ApplicationState.SUBMITTED, ApplicationState.CHECKED, ApplicationState.RETURNED)


@dataclass(slots=True)
class Case:
    """One application with everything that counts. `sheet` is None when its grade average is not known."""

    application: Application
    sheet: scoring.Sheet | None
    exams: list[ExamResult] = field(default_factory=list)
    special: frozenset[str] = frozenset()
    undecided_claims: int = 0


@dataclass(frozen=True, slots=True)
class _Facts:
    """All parts of all applications, by application (prior stays by person)."""

    documents: Mapping[int, list[ApplicationDocument]]
    exams: Mapping[int, list[ExamResult]]
    claims: Mapping[int, list[PointClaim]]
    stays: Mapping[int, list[PriorStay]]
    countries: Mapping[int, set[str]]
    needed: tuple[str, ...]
    rules: SelectionRules


def item_of(claim: PointClaim) -> str:
    """Return the item of a claim; that of a special category is decrypted (the caller answers for the look)."""
    return claim.item or str(sealed.unseal(claim.sealed_item))


def in_the_running(call: Call) -> QuerySet[Application]:
    """The applications that are handed in and not withdrawn, in the order in which they were made."""
    rows = Application.objects.filter(call=call, state__in=IN_THE_RUNNING)
    return rows.select_related("person", "unit").order_by("pk")


def cases_of(call: Call, applications: QuerySet[Application] | None = None) -> list[Case]:
    """Return every application in the running with its sheet."""
    rows = list(in_the_running(call) if applications is None else applications)
    facts = _facts(call, rows)
    return [_case(application, facts) for application in rows]


def _facts(call: Call, rows: list[Application]) -> _Facts:
    """Read all parts at once; for a single application only its own."""
    mine = {"application": rows[0]} if len(rows) == 1 else {"application__call": call}
    persons = {"person": rows[0].person_id} if len(rows) == 1 else {"person__applications__call": call}
    return _Facts(
        documents=_grouped(ApplicationDocument.objects.filter(**mine), "application_id"),
        exams=_grouped(ExamResult.objects.filter(**mine).order_by("language"), "application_id"),
        claims=_grouped(PointClaim.objects.filter(**mine), "application_id"),
        stays=_grouped(PriorStay.objects.filter(**persons), "person_id"),
        countries=_countries(call, Wish.objects.filter(**mine)),
        needed=tuple(document.code for document in documents_of(call)),
        rules=rules_of(call),
    )


def _grouped(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _countries(call: Call, wishes: QuerySet[Wish]) -> dict[int, set[str]]:
    """Application -> countries wished. The places are few: their countries are read once, not with every wish."""
    country = "condition__agreement_version__agreement__institution__country"
    of_place = dict(Place.objects.filter(call=call).values_list("pk", country))
    found: dict[int, set[str]] = defaultdict(set)
    for application_id, place_id in wishes.order_by().values_list("application_id", "place_id"):
        found[application_id].add(of_place[place_id])
    return found


def _case(application: Application, facts: _Facts) -> Case:
    exams = facts.exams.get(application.pk, [])
    claims = facts.claims.get(application.pk, [])
    counts = dict(_counts(application, claims, facts))
    case = Case(application, None, exams, undecided_claims=sum(c.state == CheckState.WAITING for c in claims))
    case.special = frozenset(code for code in counts if (item := facts.rules.item(code)) and item.special_category)
    if application.level and (application.gpa_4 is not None or application.gpa_100 is not None):
        case.sheet = _sheet(application, exams, counts, missing_documents(application, facts.documents, facts.needed))
    return case


def _sheet(
    application: Application, exams: list[ExamResult], counts: Mapping[str, int], missing: tuple[str, ...]
) -> scoring.Sheet:
    exam = ranking_exam(application, exams)
    return scoring.Sheet(
        level=application.level,
        gpa_4=application.gpa_4,
        gpa_100=None if application.gpa_4 is not None else application.gpa_100,
        language=exam.mark if exam else None,
        written=exam.written if exam and exam.mark is None else None,
        oral=exam.oral if exam and exam.mark is None else None,
        language_level=exam.level if exam else "",
        counts=counts,
        documents_missing=missing,
    )


def ranking_exam(application: Application, exams: list[ExamResult]) -> ExamResult | None:
    """Return the result in the one language that the applicant named; None until it was sat."""
    named = (exam for exam in exams if exam.language == application.exam_language and not exam.was_absent)
    return next(named, None)


def missing_documents(
    application: Application, documents: Mapping[int, list[ApplicationDocument]], needed: Iterable[str]
) -> tuple[str, ...]:
    """Return the required documents that are not there or were returned.

    A file that the office accepted misses nothing. Whoever applied on the national portal gave the documents there.
    """
    if application.state == ApplicationState.CHECKED:
        return ()
    rows = {row.code: row for row in documents.get(application.pk, [])}
    is_asked = application.door != Door.PORTAL
    missing = tuple(code for code in needed if _lacks(rows.get(code), is_asked=is_asked))
    is_returned = application.state == ApplicationState.RETURNED and not missing
    return ("file",) if is_returned else missing


def _lacks(row: ApplicationDocument | None, *, is_asked: bool) -> bool:
    return is_asked if row is None else row.state == CheckState.RETURNED


def _counts(application: Application, claims: list[PointClaim], facts: _Facts) -> Iterator[tuple[str, int]]:
    """How often each item is true: accepted claims (deductions also unchecked), earlier stays, citizenship."""
    claimed: Counter[str] = Counter()
    for claim in claims:
        item = facts.rules.item(item_of(claim))
        if item and _counts_now(claim, item.points):
            claimed[item.code] = max(claimed[item.code], claim.count)
    known = Counter(stay.item for stay in facts.stays.get(application.person_id, []) if _same_cycle(stay, application))
    citizen = bool(facts.countries.get(application.pk, set()) & set(application.person.citizenships))
    for item in facts.rules.items:
        count = max(claimed[item.code], known[item.code], int(citizen and item.code == CITIZENSHIP))
        if count:
            yield item.code, count


def _counts_now(claim: PointClaim, points: Decimal) -> bool:
    if claim.state == CheckState.RETURNED:
        return False
    return claim.state == CheckState.ACCEPTED or points < 0


def _same_cycle(stay: PriorStay, application: Application) -> bool:
    """Earlier stays of another cycle do not count; penalties always do."""
    if stay.item not in SAME_CYCLE_ITEMS or not stay.level:
        return True
    return stay.level == application.level or {stay.level, application.level} <= set(FIRST_CYCLE)
