"""The life of a call: draft, places, home quotas, announcement, taking back, end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kervan.agreements.models import Condition
from kervan.core import history, packs
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.identity import new_uid
from kervan.core.models import OfficePack
from kervan.core.states import move
from kervan.selection import programmes
from kervan.selection.models import Call, Cap, Place, Wish
from kervan.selection.rules.packs import selection_of
from kervan.selection.selectors.rules import pack_of
from kervan.selection.states import CALL_MOVES, CallState

AGREEMENT = "condition__agreement_version__agreement"


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """One agreement line in one term, as the office wants to offer it."""

    condition: Condition
    term: str
    capacity: int
    reserve_quota: int
    months: Decimal


@dataclass(frozen=True, slots=True)
class QuotaChoice:
    """A limit for people of one unit (programme or faculty), one level, or both; no dimension is the whole call."""

    label_en: str
    label_tr: str
    dimensions: tuple[tuple[str, str], ...]
    maximum: Decimal
    measure: str = "persons"


@transaction.atomic
def create_call(office_id: int, *, actor: Any, **values: Any) -> Call:
    """Make a draft. What the values leave out (mode, waiver days, wishes) begins as the pack says."""
    rules = selection_of(packs.pack_of(values["pack_version"]))
    begun = {"mode": rules.mode, "waiver_days": rules.waiver_days, "max_wishes": rules.maximum_wishes}
    call = Call.objects.create(office_id=office_id, seed=new_uid(), **{**begun, **values})
    history.record(call, "call.create", actor=actor, rules=str(call.pack_version))
    return call


@transaction.atomic
def change_call(call: Call, version: int, *, actor: Any, **values: Any) -> Call:
    """Save the fields of a draft; of an announced call only the texts and the day of the results may change."""
    if call.state != CallState.DRAFT:
        values = {name: value for name, value in values.items() if name in ("text_en", "text_tr", "results_on")}
    before = {name: str(getattr(call, name)) for name, value in values.items() if getattr(call, name) != value}
    saved: Call = save_if_current(call, version, **values)
    after = {name: str(getattr(saved, name)) for name in before}
    history.record(saved, "call.change", actor=actor, before=before, after=after)
    return saved


@transaction.atomic
def offer_places(call: Call, choices: Iterable[PlaceChoice], version: int | None = None, *, actor: Any) -> int:
    """Offer these lines and terms in a draft, or change how; capacity 0 takes one off. Returns how many stand.

    version: of the call, as it was shown; Stale when it is another by now. None asks for none.
    """
    locked = _locked_draft(call)
    _next_version(call, locked, version)
    chosen = list(choices)
    for choice in chosen:
        _offer(locked, choice)
    count = Place.objects.filter(call=locked).count()
    history.record(locked, "call.places", actor=actor, places=count, changed=len(chosen))
    return count


def _next_version(call: Call, locked: Call, version: int | None) -> None:
    call.version = save_if_current(locked, locked.version if version is None else version).version


def _offer(call: Call, choice: PlaceChoice) -> None:
    where: dict[str, Any] = {"call": call, "line_uid": choice.condition.line_uid, "term": choice.term}
    if choice.capacity == 0:
        gone = Place.objects.filter(**where)
        if Wish.objects.filter(place__in=gone).exists():
            raise NotPossible(_("A place that somebody wishes for cannot be taken off."))
        gone.delete()
        return
    _refuse_what_does_not_fit(call, choice.condition)
    values = {
        "office_id": call.office_id,
        "condition": choice.condition,
        "capacity": choice.capacity,
        "reserve_quota": choice.reserve_quota,
        "months": choice.months,
    }
    Place.objects.update_or_create(**where, defaults=values)


def _refuse_what_does_not_fit(call: Call, condition: Condition) -> None:
    agreement = condition.agreement_version.agreement
    if not programmes.is_study_abroad(condition):
        raise NotPossible(_("Only lines for students who go abroad to study can be offered in a call."))
    if not programmes.is_at_partner(call, condition):
        raise NotPossible(
            _("This call is only for %(partner)s; a place at %(university)s cannot be offered.")
            % {"partner": call.partner, "university": agreement.institution}
        )
    if not programmes.is_of_kind(call, condition):
        raise NotPossible(
            _("%(reference)s is another kind of agreement (%(kind)s) than the rules of this call are for.")
            % {"reference": agreement.reference, "kind": agreement.get_kind_display()}
        )


@transaction.atomic
def set_quotas(call: Call, choices: Iterable[QuotaChoice], version: int | None = None, *, actor: Any) -> int:
    """Replace the home quotas. Possible until the results are published: a run shows what a change would do.

    version: of the call, as it was shown; Stale when it is another by now. None asks for none.
    """
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.state in (CallState.PUBLISHED, CallState.FINAL):
        raise NotPossible(_("The results of this call are published; its quotas stand."))
    _next_version(call, locked, version)
    Cap.objects.filter(call=locked).delete()
    rows = [
        Cap(
            office_id=locked.office_id,
            call=locked,
            label_en=choice.label_en,
            label_tr=choice.label_tr,
            dimensions=[list(pair) for pair in choice.dimensions],
            measure=choice.measure,
            maximum=choice.maximum,
        )
        for choice in choices
    ]
    Cap.objects.bulk_create(rows)
    history.record(locked, "call.quotas", actor=actor, quotas=[[row.label_en, str(row.maximum)] for row in rows])
    return len(rows)


def _locked_draft(call: Call) -> Call:
    locked: Call = Call.objects.select_for_update().get(pk=call.pk)
    if locked.state != CallState.DRAFT:
        raise NotPossible(_("The call is announced; its places stand. Take it back while nobody has applied."))
    return locked


def problems_of(call: Call, today: date) -> list[str]:
    """Return everything that keeps a draft from being announced, each as a sentence."""
    return [
        *_date_problems(call, today),
        *_text_problems(call),
        *_place_problems(call),
        *_partner_problems(call),
        *_pack_problems(call),
    ]


def _date_problems(call: Call, today: date) -> Iterable[str]:
    if call.closes_on < call.opens_on:
        yield _("The last day is before the first day.")
    if call.closes_on < today:
        yield _("The last day has passed already.")
    if call.results_on and call.results_on <= call.closes_on:
        yield _("The results must come after the last day.")


def _text_problems(call: Call) -> Iterable[str]:
    if not (call.title_en and call.title_tr):
        yield _("The title is needed in both languages.")
    if not (call.text_en and call.text_tr):
        yield _("The text is needed in both languages.")


def _place_problems(call: Call) -> Iterable[str]:
    if not Place.objects.filter(call=call, capacity__gt=0).exists():
        yield _("No place is offered yet. Choose places from the agreements.")


def _partner_problems(call: Call) -> Iterable[str]:
    """Places that were offered before the call was limited to one partner, or before its rules were changed."""
    places = Place.objects.filter(call=call, capacity__gt=0).select_related(AGREEMENT, f"{AGREEMENT}__institution")
    for place in places:
        if not programmes.fits(call, place.condition):
            university = place.condition.agreement_version.agreement.institution
            yield _("The place at %(university)s does not fit this call any more. Take it off.") % {
                "university": university
            }


def _pack_problems(call: Call) -> Iterable[str]:
    mine = OfficePack.objects.filter(office=call.office, pack_version=call.pack_version, released_at__isnull=False)
    if not mine.exists():
        yield _("The rules of this call are not released by the office.")


def warnings_of(call: Call) -> list[str]:
    """Return what the office should know before it announces: historical rules, figures that nobody has confirmed."""
    pack = pack_of(call)
    warnings = []
    if pack.historical:
        warnings.append(_("These rules are historical: the programme is not called at present."))
    unverified = sum(not figure.verified for figure in pack.figures)
    if unverified:
        warnings.append(
            ngettext(
                "%(count)d figure of these rules has not been confirmed yet.",
                "%(count)d figures of these rules have not been confirmed yet.",
                unverified,
            )
            % {"count": unverified}
        )
    return warnings


@transaction.atomic
def announce(call: Call, *, today: date, actor: Any) -> Call:
    """Make a draft public. Raises NotPossible naming everything that is missing."""
    problems = problems_of(call, today)
    if problems:
        raise NotPossible(" ".join(problems))
    moved: Call = move(call, "announce", CALL_MOVES, actor=actor, warnings=len(warnings_of(call)))
    return moved


@transaction.atomic
def take_back(call: Call, *, actor: Any) -> Call:
    """Make an announced call a draft again, while nobody has begun an application."""
    Call.objects.select_for_update().get(pk=call.pk)
    count = call.applications.count()
    if count:
        raise NotPossible(
            ngettext(
                "%(count)d person has begun an application; the call cannot be taken back any more.",
                "%(count)d people have begun an application; the call cannot be taken back any more.",
                count,
            )
            % {"count": count}
        )
    moved: Call = move(call, "take_back", CALL_MOVES, actor=actor)
    return moved


@transaction.atomic
def finish(call: Call, *, actor: Any) -> Call:
    """Close the books of a published call: no succession any more."""
    moved: Call = move(call, "finish", CALL_MOVES, actor=actor)
    return moved
