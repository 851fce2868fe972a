"""The market of a call: what the pure placement rules are asked about. A bounded number of queries for any size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kervan.selection.models import Application, Call, Cap, ExamResult, Place, PlacementRun, RunKey, Score, Wish
from kervan.selection.rules import eligibility, scoring
from kervan.selection.rules import market as m
from kervan.selection.rules.packs import SelectionRules
from kervan.selection.selectors.lines import used_elsewhere
from kervan.selection.selectors.rules import rules_of
from kervan.selection.selectors.sheets import IN_THE_RUNNING
from kervan.selection.selectors.units import HomeUnits, home_units

REQUIRED = "required"
LOWEST_LEVEL = "A1"


@dataclass(frozen=True, slots=True)
class _Data:
    scores: Mapping[int, Score]
    exams: Mapping[int, list[ExamResult]]
    wishes: Mapping[int, list[str]]
    units: HomeUnits
    rules: SelectionRules


def market_of(run: PlacementRun, scores: Mapping[int, Score] | None = None) -> m.Market:
    """Return the market of a run from what stands now: its applications that are still in the running.

    scores: by application; None takes the stored ones.
    """
    call = run.call
    rules, units = rules_of(call), home_units(call.office_id)
    if scores is None:
        scores = {score.application_id: score for score in Score.objects.filter(application__call=call)}
    return m.Market(
        applicants=tuple(_in_order(list(_applicants(run, scores, rules, units)))),
        places=tuple(_places(call, units)),
        caps=(*_caps(call), *_line_caps(call)),
        funded=call.funded_places,
        seed=call.seed,
        mode=call.mode,
        tie_chain=tuple(rules.ties),
    )


def _applicants(
    run: PlacementRun, scores: Mapping[int, Score], rules: SelectionRules, units: HomeUnits
) -> Iterator[m.Applicant]:
    keys = dict(RunKey.objects.filter(run=run).values_list("application_id", "key"))
    rows = Application.objects.filter(call=run.call, state__in=IN_THE_RUNNING).select_related("person", "unit")
    data = _Data(
        scores=scores,
        exams=_exams(run.call),
        wishes=_wishes(run.call),
        units=units,
        rules=rules,
    )
    return (_applicant(row, keys[row.pk], data) for row in rows.order_by("pk") if row.pk in keys)


def _exams(call: Call) -> dict[int, list[ExamResult]]:
    found: dict[int, list[ExamResult]] = {}
    for exam in ExamResult.objects.filter(application__call=call, was_absent=False).order_by("pk"):
        found.setdefault(exam.application_id, []).append(exam)
    return found


def _wishes(call: Call) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Wish.objects.filter(application__call=call).order_by("application_id", "rank")
    for application_id, place in rows.values_list("application_id", "place__uid"):
        found.setdefault(application_id, []).append(place)
    return found


def _applicant(row: Application, key: str, data: _Data) -> m.Applicant:
    score = data.scores.get(row.pk)
    rejections = _rejections(score)
    return m.Applicant(
        key=key,
        score=score.final if score else None,
        ties=_ties(row, score, data.rules),
        unit=row.unit.uid if row.unit else "",
        faculty=data.units.faculty_of(row.unit),
        level=row.level,
        field=row.isced,
        eligible=not rejections,
        rejections=rejections,
        languages=dict(_languages(data.exams.get(row.pk, []), data.rules)),
        wishes=tuple(data.wishes.get(row.pk, [])),
    )


def _rejections(score: Score | None) -> tuple[str, ...]:
    """Why an application takes no part. Whose exam is still not known by now has no score to be ranked by."""
    if score is None:
        return (m.LANGUAGE_UNKNOWN,)
    if score.passes:
        return ()
    return tuple(reason["code"] for reason in score.reasons) or (m.LANGUAGE_UNKNOWN,)


def _ties(row: Application, score: Score | None, rules: SelectionRules) -> tuple[Decimal | None, ...]:
    academic = score.academic if score and score.academic is not None else Decimal(0)
    language = score.language if score else None
    scored = scoring.Score(academic, language, None, {}, None, ())
    return scoring.tie_values(rules, birth=row.person.birth_date, scored=scored)


def _in_order(applicants: Sequence[m.Applicant]) -> Iterator[m.Applicant]:
    """Put the place in the order for each tie value (1 is lowest): nobody reads a birth date out of a snapshot."""
    columns = zip(*(one.ties for one in applicants), strict=True)
    orders = [{value: Decimal(n) for n, value in enumerate(sorted(set(column) - {None}), 1)} for column in columns]
    for one in applicants:
        yield replace(one, ties=tuple(order.get(value) for order, value in zip(orders, one.ties, strict=True)))


def _languages(exams: list[ExamResult], rules: SelectionRules) -> Iterator[tuple[str, str]]:
    """The CEFR level of each language that was examined: the recorded one, else the pack's band of the mark."""
    for exam in exams:
        sheet = scoring.Sheet("", None, None, exam.mark, exam.written, exam.oral, exam.level)
        mark = None if exam.mark is None and not rules.exam else scoring.language_mark(sheet, rules)
        level = eligibility.language_level(sheet, mark, rules)
        if level is not None:
            yield exam.language, level or LOWEST_LEVEL


def _places(call: Call, units: HomeUnits) -> Iterator[m.Place]:
    for place in places_with_partner(call):
        condition = place.condition
        institution = condition.agreement_version.agreement.institution
        yield m.Place(
            key=place.uid,
            line=place.line_uid,
            partner=institution.uid,
            term=place.term,
            capacity=place.capacity,
            reserve=place.reserve_quota,
            months=place.months,
            units=units.covered_by(condition.unit),
            levels=tuple(condition.levels),
            fields=tuple(condition.fields),
            languages_required=required_languages(condition.languages),
            country=institution.country,
        )


def places_with_partner(call: Call) -> list[Place]:
    """Return the places of a call with their line, its unit and partner. One query."""
    partner = "condition__agreement_version__agreement__institution"
    rows = Place.objects.filter(call=call).select_related(partner, "condition__unit")
    return list(rows.order_by(f"{partner}__sort_key", "line_uid", "term"))


def required_languages(languages: list[dict[str, str]]) -> dict[str, str]:
    """Return the demands of a line that exclude; recommendations do not."""
    return {one["language"]: one["level"] for one in languages if one.get("demand") == REQUIRED}


def _caps(call: Call) -> Iterator[m.Cap]:
    for cap in Cap.objects.filter(call=call).order_by("pk"):
        yield m.Cap(cap.uid, tuple((name, value) for name, value in cap.dimensions), cap.maximum, cap.measure)


def _line_caps(call: Call) -> Iterator[m.Cap]:
    """What is left of each agreement line this year, all terms together, the claims of others taken off."""
    lines = {place.line_uid: place.condition for place in Place.objects.filter(call=call).select_related("condition")}
    used = used_elsewhere(call, lines)
    for line, condition in sorted(lines.items()):
        people, months = used[line]
        left = None if condition.months_per_year is None else max(condition.months_per_year - months, Decimal(0))
        yield from m.line_caps(line, persons=max(condition.people_per_year - people, 0), months=left)
