"""What a call offers: its places for the list, and the agreement lines that it could offer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext_lazy

from kervan.agreements.models import AgreementState, Condition, Direction, StayKind
from kervan.agreements.selectors import offerable_lines
from kervan.core.lists import Column
from kervan.core.rules.turkish import search_key
from kervan.institutions.models import Institution, Level
from kervan.selection.models import Call, Place, Term
from kervan.selection.programmes import fits
from kervan.selection.selectors.lines import Use, use_source, used_elsewhere
from kervan.selection.selectors.markets import places_with_partner
from kervan.selection.selectors.rules import rules_of

PARTNER = "condition__agreement_version__agreement__institution"
UNIT = "condition__unit"
MONTHS = {Term.AUTUMN: Decimal(5), Term.SPRING: Decimal(5), Term.YEAR: Decimal(10)}


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of an agreement in one term: offered already (`place`), or possible with `people` left this year."""

    condition: Condition
    institution: Institution
    term: str
    place: Place | None
    people: int
    months: Decimal | None
    initial: dict[str, Any]

    @property
    def key(self) -> str:
        return f"{self.condition.line_uid}-{self.term}"

    @property
    def term_label(self) -> str:
        return str(Term(self.term).label)


def offers_of(call: Call, text: str = "") -> list[Offer]:
    """Return lines that may be offered, those offered already first; narrowed by the partner's folded name.

    Lines of another kind of agreement or, in a call for one partner, at another one stand there only when they are
    offered already: to be taken off.
    """
    placed = {(place.line_uid, place.term): place for place in places_with_partner(call)}
    reserve = rules_of(call).reserve_places
    found = []
    offered = {place.line_uid for place in placed.values()}
    lines = [
        line
        for line in offerable_lines(call.office, call.academic_year, source=use_source(call))
        if line.condition.line_uid in offered or fits(call, line.condition)
    ]
    used = used_elsewhere(call, [line.condition.line_uid for line in lines])
    for line in lines:
        for term in line.terms:
            place = placed.get((line.condition.line_uid, term))
            found.append(_offer(line, term, place, reserve, used[line.condition.line_uid]))
    words = search_key(text).split()
    shown = [one for one in found if all(word in one.institution.search_key for word in words)]
    return sorted(shown, key=lambda one: one.place is None)


def _offer(line: Any, term: str, place: Place | None, reserve: int, used: Use) -> Offer:
    initial = {
        "capacity": place.capacity if place else None,
        "reserve": place.reserve_quota if place else reserve,
        "months": place.months if place else MONTHS[Term(term)],
    }
    people = max(line.condition.people_per_year - used.people, 0)
    return Offer(line.condition, line.agreement.institution, term, place, people, line.left.months, initial)


def has_lines(office_id: int, partner: Institution) -> bool:
    """Whether an agreement in force with a partner sends students to study there, in whatever year. One query."""
    return Condition.objects.filter(
        office_id=office_id,
        direction=Direction.OUTGOING,
        kind=StayKind.STUDY,
        agreement_version__in_force_since__isnull=False,
        agreement_version__agreement__state=AgreementState.IN_FORCE,
        agreement_version__agreement__institution=partner,
    ).exists()


def places_for_list(call: Call) -> QuerySet[Place]:
    """Return the places of a call with partner, unit and how many wish for them. One query."""
    rows = Place.objects.filter(call=call).select_related(PARTNER, UNIT)
    return rows.annotate(wished_by=Count("wishes"), partner_order=F(f"{PARTNER}__sort_key"))


def places_matching(rows: QuerySet[Place], text: str) -> QuerySet[Place]:
    """Rows whose partner's folded name, code, city or country holds every word."""
    for word in search_key(text).split():
        rows = rows.filter(**{f"{PARTNER}__search_key__contains": word})
    return rows


def partner_of(place: Place) -> Institution:
    """Return the institution that a place is at."""
    institution: Institution = place.condition.agreement_version.agreement.institution
    return institution


def demands(place: Place) -> str:
    """Return unit, field, level and language demands of a place in short."""
    condition = place.condition
    levels = [str(Level(level).label) for level in condition.levels]
    languages = [
        f"{one['language'].upper()} {one['level']}" for one in condition.languages if one.get("demand") == "required"
    ]
    units = [str(condition.unit)] if condition.unit else []
    return " · ".join([*units, *condition.fields, *levels, *languages])


def place_columns() -> list[Column]:
    """The columns of a list of places."""
    return [
        Column("partner", gettext_lazy("University"), lambda row: partner_of(row).name, sort="partner_order"),
        Column("term", gettext_lazy("Term"), lambda row: row.get_term_display(), sort="term"),
        Column("demands", gettext_lazy("For whom"), demands),
        Column("capacity", gettext_lazy("Places"), lambda row: row.capacity, sort="capacity", kind="number"),
        Column("reserve", gettext_lazy("Reserve places"), lambda row: row.reserve_quota, kind="number"),
        Column("months", gettext_lazy("Months"), lambda row: row.months, kind="number"),
        Column("wished", gettext_lazy("Wished by"), lambda row: row.wished_by, sort="wished_by", kind="number"),
    ]
