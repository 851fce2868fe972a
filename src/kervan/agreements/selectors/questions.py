"""The answer to a question about our agreements: which lines fit, what is left of them, what is near when none does."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from kervan.agreements.models import Agreement, AgreementState, AgreementVersion, Condition, Direction, VersionState
from kervan.agreements.rules import questions, quotas
from kervan.agreements.selectors.agreements import quota, uses_of
from kervan.core import years
from kervan.core.rules.turkish import search_key
from kervan.core.scope import Role, Scope
from kervan.institutions import reference
from kervan.institutions.models import Institution

MOST_LINES = 200
MOST_PLACES = 2_000
NEAR = 5


@dataclass(frozen=True, slots=True)
class Fitting:
    """A line that fits, and what is left of it in the year."""

    condition: Condition
    agreement: Agreement
    left: quotas.Left


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood, and what we have.

    lines: at most 200; has_more: there are more. universities: those that the words name, city: they name it and not
    the universities. Only when nothing fits: other_fields: codes of fields that agreements with these places have;
    elsewhere: (country, agreements) for the same but elsewhere, the country of the universities first, at most five;
    more_countries: how many countries besides; without_details: agreements that fit but for level, direction, language,
    kind of stay, kind and year, where a place or field was asked for.
    """

    question: questions.Question
    academic_year: int
    lines: tuple[Fitting, ...] = ()
    has_more: bool = False
    universities: tuple[Institution, ...] = ()
    is_city: bool = False
    other_fields: tuple[str, ...] = ()
    other_agreements: int = 0
    elsewhere: tuple[tuple[str, int], ...] = ()
    more_countries: int = 0
    without_details: int = 0
    drafts: int = 0

    @property
    def agreements(self) -> int:
        return len({one.agreement.pk for one in self.lines})

    @property
    def places_left(self) -> int:
        """People that may still go in the year, of the lines that send."""
        return sum(one.left.people for one in self.lines if one.condition.direction == Direction.OUTGOING)


@dataclass(slots=True)
class _Places:
    """Universities that the words left over may name."""

    found: list[questions.Institution] = field(default_factory=list)
    rows: dict[int, Institution] = field(default_factory=dict)


@lru_cache(maxsize=1)
def vocabulary() -> questions.Vocabulary:
    """Return the names of countries, fields and languages in both languages; made once."""
    return questions.vocabulary(
        [(one.iso2, (one.name_en, one.name_tr)) for one in reference.countries()],
        [(one.code, (one.name_en, one.name_tr)) for one in reference.isced_fields()],
        [(one.code, (one.name_en, one.name_tr)) for one in reference.languages()],
        reference.field_suggestions(),
    )


def answer(scope: Scope, text: str, today: date) -> Answer:
    """Answer a question. At most seven queries, whatever the number of agreements."""
    question = questions.parse(text, vocabulary())
    places = _places(question)
    question = questions.resolve(question, places.found)
    named = question.codes(questions.PLACE)
    asked_year = question.codes(questions.YEAR)
    year = int(asked_year[0]) if asked_year else years.of(today)
    empty = Answer(question, year)
    if not question.parts:
        return empty
    universities = tuple(places.rows[int(key)] for key in named)
    found = _fitting(scope, question, year, today)
    known = replace(empty, universities=universities, is_city=_is_city(question, universities, places))
    if found:
        return replace(
            known, lines=tuple(_with_left(scope, found[:MOST_LINES], year)), has_more=len(found) > MOST_LINES
        )
    return _near(scope, known, today)


def _places(question: questions.Question) -> _Places:
    """Look up universities that hold one of the words. No query when no word is left."""
    forms = _shortest(questions.place_words(question))
    places = _Places()
    if not forms:
        return places
    holds = Q()
    for form in forms:
        holds |= Q(search_key__contains=form)
    rows = Institution.objects.filter(holds, merged_into__isnull=True, office__isnull=True)
    for row in rows.only("name", "city", "country", "erasmus_code", "uid", "search_key")[:MOST_PLACES]:
        words, city = frozenset(row.search_key.split()), frozenset(search_key(row.city).split())
        places.found.append(questions.Institution(row.pk, words, city))
        places.rows[row.pk] = row
    return places


def _shortest(forms: Iterable[str]) -> list[str]:
    """The forms in which all others are contained."""
    every = sorted(set(forms), key=len)
    return [form for at, form in enumerate(every) if not any(one in form for one in every[:at])]


def _is_city(question: questions.Question, universities: Iterable[Institution], places: _Places) -> bool:
    part = next((one for one in question.parts if one.kind == questions.PLACE), None)
    if part is None:
        return False
    words = [search_key(question.typed[at]) for at in part.at]
    keys = {one.pk for one in universities}
    return questions.is_city(words, [one for one in places.found if one.key in keys])


def _holding(scope: Scope, year: int, today: date) -> QuerySet[Any]:
    """Lines of our own agreements in force that hold on a day of the academic year and have not ended.

    Each agreement by its newest version that holds then: one that was renewed early still holds by the former.
    """
    version, head = "agreement_version", "agreement_version__agreement"
    first, last = max(date(year, 9, 1), min(today, date(year + 1, 8, 31))), date(year + 1, 8, 31)
    newer = AgreementVersion.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=first),
        in_force_since__isnull=False,
        valid_from__lte=last,
        agreement=OuterRef(head),
        number__gt=OuterRef(f"{version}__number"),
    )
    rows = Condition.objects.filter(
        Q(**{f"{version}__state": VersionState.IN_FORCE}) | ~Exists(newer),
        office_id=scope.office_id or 0,
        **{
            f"{version}__state__in": [VersionState.IN_FORCE, VersionState.SUPERSEDED],
            f"{version}__valid_from__lte": last,
            f"{head}__sample_of": "",
            f"{head}__state__in": [AgreementState.IN_FORCE, AgreementState.TERMINATED],
        },
    ).filter(
        Q(**{f"{version}__valid_until__isnull": True}) | Q(**{f"{version}__valid_until__gte": first}),
        Q(**{f"{head}__ends_on__isnull": True}) | Q(**{f"{head}__ends_on__gte": first}),
    )
    if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP):
        return rows
    return rows.filter(**{f"{head}__in": Agreement.objects.visible_to(scope)})


def _fitting(scope: Scope, question: questions.Question, year: int, today: date) -> list[Condition]:
    """The first lines that fit, by partner. They are put in order here: the database would have to read all of them."""
    rows = _holding(scope, year, today)
    rows = _in_places(_in_fields(_in_details(rows, question), question), question)
    head = "agreement_version__agreement__institution"
    found = list(rows.select_related("unit", head).order_by("pk")[: MOST_LINES + 1])
    return sorted(found, key=lambda one: (one.agreement_version.agreement.institution.sort_key, one.pk))


def _in_places(rows: QuerySet[Any], question: questions.Question) -> QuerySet[Any]:
    head = "agreement_version__agreement"
    if keys := question.codes(questions.PLACE):
        rows = rows.filter(**{f"{head}__institution_id__in": [int(key) for key in keys]})
    if countries := question.codes(questions.COUNTRY):
        rows = rows.filter(**{f"{head}__institution__country__in": countries})
    return rows


def _in_fields(rows: QuerySet[Any], question: questions.Question) -> QuerySet[Any]:
    """Narrow to lines for one of the fields, as `questions.covers` decides; a line without fields is for all."""
    asked = question.codes(questions.FIELD)
    if not asked:
        return rows
    fits = Q(fields_key="")
    for code in asked:
        fits |= Q(fields_key__contains=f" {code}")
        for length in range(2, len(code)):
            fits |= Q(fields_key__contains=f" {code[:length]} ")
    return rows.filter(fits)


def _in_details(rows: QuerySet[Any], question: questions.Question) -> QuerySet[Any]:
    """Narrow by direction, kind of stay, kind of agreement, level and language; a line without levels is for all."""
    for kind, name in (
        (questions.DIRECTION, "direction"), (questions.STAY, "kind"),
        (questions.KIND, "agreement_version__agreement__kind"),
    ):  # fmt: skip
        if codes := question.codes(kind):
            rows = rows.filter(**{f"{name}__in": codes})
    if levels := question.codes(questions.LEVEL):
        rows = rows.annotate(levels_text=Cast("levels", TextField()))
        rows = rows.filter(_any("levels_text", (f'"{code}"' for code in levels)) | Q(levels_text="[]"))
    if languages := question.codes(questions.LANGUAGE):
        rows = rows.annotate(languages_text=Cast("languages", TextField()))
        rows = rows.filter(_any("languages_text", (f'"language": "{code}"' for code in languages)))
    return rows


def _any(name: str, texts: Iterable[str]) -> Q:
    found = Q()
    for text in texts:
        found |= Q(**{f"{name}__contains": text})
    return found


def _with_left(scope: Scope, rows: Iterable[Condition], year: int) -> list[Fitting]:
    lines = list(rows)
    uses = uses_of(scope.office_id or 0, year, [one.line_uid for one in lines])
    return [
        Fitting(one, one.agreement_version.agreement, quotas.left(quota(one), uses.get(one.line_uid, [])))
        for one in lines
    ]


def _near(scope: Scope, known: Answer, today: date) -> Answer:
    """What is near when nothing fits. At most four queries."""
    question, rows = known.question, _holding(scope, known.academic_year, today)
    has_place = bool(question.codes(questions.PLACE) or question.codes(questions.COUNTRY))
    has_field = bool(question.codes(questions.FIELD))
    if has_place and has_field:
        other = _in_places(_in_details(rows, question), question)
        found = list(other.values_list("agreement_version__agreement_id", "fields")[:MOST_LINES])
        codes = Counter(code for _key, fields in found for code in fields)
        known = replace(
            known,
            other_fields=tuple(code for code, _count in codes.most_common(NEAR)),
            other_agreements=len({key for key, _fields in found}),
        )
    if has_place and (has_field or not known.other_agreements):
        counted = _by_country(_in_fields(_in_details(rows, question), question), known.universities)
        known = replace(known, elsewhere=counted[:NEAR], more_countries=len(counted[NEAR:]))
    if detail_parts(question) and (has_place or has_field):
        wider = _in_places(_in_fields(_holding(scope, years.of(today), today), question), question)
        known = replace(known, without_details=_agreements(wider))
    return replace(known, drafts=_drafts(scope, question)) if has_place else known


def _by_country(rows: QuerySet[Any], universities: Iterable[Institution]) -> tuple[tuple[str, int], ...]:
    """Agreements by country: those of the universities asked for first, then where most are."""
    near = {one.country for one in universities}
    country = "agreement_version__agreement__institution__country"
    counted = rows.order_by().values(country).annotate(count=Count("agreement_version__agreement", distinct=True))
    found = [(one[country], one["count"]) for one in counted.order_by("-count", country)]
    return tuple(sorted(found, key=lambda one: one[0] not in near))


def detail_parts(question: questions.Question) -> list[questions.Part]:
    """Return the parts that `Answer.without_details` leaves out."""
    kinds = (
        questions.LEVEL, questions.DIRECTION, questions.LANGUAGE, questions.STAY, questions.KIND, questions.YEAR,
    )  # fmt: skip
    return [part for part in question.parts if part.kind in kinds]


def _agreements(rows: QuerySet[Any]) -> int:
    return int(rows.order_by().aggregate(count=Count("agreement_version__agreement", distinct=True))["count"])


def _drafts(scope: Scope, question: questions.Question) -> int:
    """How many agreements with these places are on their way."""
    rows = Agreement.objects.visible_to(scope).filter(state=AgreementState.DRAFT, sample_of="")
    if keys := question.codes(questions.PLACE):
        rows = rows.filter(institution_id__in=[int(key) for key in keys])
    if countries := question.codes(questions.COUNTRY):
        rows = rows.filter(institution__country__in=countries)
    return rows.count()
