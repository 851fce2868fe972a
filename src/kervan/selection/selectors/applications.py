"""Applications of a call as lists and pages need them."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from kervan.core.models import Office
from kervan.core.rules.turkish import search_key
from kervan.institutions.models import Unit
from kervan.selection.models import Application, Outcome, Wish
from kervan.selection.selectors.sheets import ranking_exam

PARTNER = "place__condition__agreement_version__agreement__institution"


def for_list(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Add what a row of the list shows: person, unit, score, first wish; exams by one more query."""
    first = Wish.objects.filter(application=OuterRef("pk"), rank=1).values(f"{PARTNER}__name")
    return rows.select_related("person", "unit", "score").prefetch_related("exams").annotate(first_wish=Subquery(first[:1]))


def matching(rows: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Rows whose person's folded name, number or e-mail holds every word, or whose portal number is the text."""
    found = rows
    for word in search_key(text).split():
        found = found.filter(Q(person__search_key__contains=word) | Q(portal_number__iexact=text.strip()))
    return found


def exam_words(application: Application) -> str:
    """Return the result in the named language in short: its mark, both parts, or nothing yet."""
    exam = ranking_exam(application, list(application.exams.all()))
    if exam is None:
        return ""
    if exam.mark is not None:
        return f"{exam.mark}"
    return f"{exam.written if exam.written is not None else '–'} / {exam.oral if exam.oral is not None else '–'}"


def top_units(office: Office | None) -> list[Unit]:
    """Return faculties and schools of the office's own institution. One query."""
    return list(Unit.objects.filter(institution__office=office, parent=None).order_by("sort_key"))


def wishes_with_partner(application: Application) -> list[Wish]:
    """Return the wishes with everything their words need. One query."""
    return list(application.wishes.select_related(PARTNER).order_by("rank"))


def outcomes_by_application(run: Any, applications: list[Application]) -> dict[int, Outcome]:
    """Return the outcome of each of these applications in a run. One query."""
    rows = Outcome.objects.filter(run=run, application__in=applications)
    return {row.application_id: row for row in rows}
