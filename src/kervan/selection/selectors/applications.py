"""Applications of a call as lists and pages need them."""

from decimal import Decimal

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, When

from kervan.core.models import Office
from kervan.core.rules.turkish import search_key
from kervan.core.scope import Scope
from kervan.institutions.models import Unit
from kervan.selection.models import Application, Wish
from kervan.selection.rules.packs import SelectionRules
from kervan.selection.selectors.sheets import ranking_exam
from kervan.selection.states import ApplicationState

PARTNER = "place__condition__agreement_version__agreement__institution"


def for_list(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Add what a row of the list shows: person, unit, score, first wish; exams by one more query."""
    first = Wish.objects.filter(application=OuterRef("pk"), rank=1).values(f"{PARTNER}__name")
    return (
        rows.select_related("person", "unit", "score")
        .prefetch_related("exams")
        .annotate(first_wish=Subquery(first[:1]))
    )


def matching(rows: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Rows whose person's folded name, number or e-mail holds every word, or whose portal number is the text."""
    found = rows
    for word in search_key(text).split():
        found = found.filter(Q(person__search_key__contains=word) | Q(portal_number__iexact=text.strip()))
    return found


def next_to_check(application: Application, scope: Scope) -> Application | None:
    """Return the next unchecked file of the call by name, after the last one the first. One query."""
    rows = Application.objects.visible_to(scope).filter(call=application.call_id, state=ApplicationState.SUBMITTED)
    later = Q(sort_key__gt=application.sort_key)
    is_before = Case(When(later, then=0), default=1, output_field=IntegerField())
    return rows.order_by(is_before, "sort_key", "pk").first()


def exam_mark(application: Application, rules: SelectionRules) -> Decimal | None:
    """Return the mark in the named language, both parts weighed as the rules say; None until it was sat. No query."""
    exam = ranking_exam(application, list(application.exams.all()))
    if exam is None:
        return None
    if exam.mark is not None or not rules.exam or exam.written is None or exam.oral is None:
        return exam.mark
    whole = exam.written * rules.exam["written"] + exam.oral * rules.exam["oral"]
    return whole.quantize(Decimal("0.01"))


def top_units(office: Office | None) -> list[Unit]:
    """Return faculties and schools of the office's own institution. One query."""
    return list(Unit.objects.filter(institution__office=office, parent=None).order_by("sort_key"))


def wishes_with_partner(application: Application) -> list[Wish]:
    """Return the wishes with everything their words need. One query."""
    return list(application.wishes.select_related(PARTNER, "place__condition__unit").order_by("rank"))
