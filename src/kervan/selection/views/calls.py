"""Pages of calls: list, draft, overview, places, home quotas, announcement."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core import once, years
from kervan.core.answers import attempt
from kervan.core.errors import NotPossible, Stale
from kervan.core.lists import Column, Filter, listing
from kervan.core.permissions import allow
from kervan.core.states import possible
from kervan.core.text import pick
from kervan.institutions.models import Level, Unit
from kervan.selection import diagrams, permissions, texts
from kervan.selection.forms.calls import CallForm, PlaceForm, QuotaForm, TextsForm
from kervan.selection.models import Call, Cap
from kervan.selection.selectors import calls as selectors
from kervan.selection.selectors import offers
from kervan.selection.selectors.rules import rules_of
from kervan.selection.services import calls as services
from kervan.selection.states import CALL_MOVES, CallState
from kervan.selection.views.office import call_of, frame, history_of, version_of

PLACES_A_PAGE = 60
BLANK_QUOTAS = 3


@require_GET
@allow(permissions.reads_calls)
def call_list(request: HttpRequest) -> HttpResponse:
    rows = selectors.with_figures(Call.objects.visible_to(request.scope))  # type: ignore[attr-defined]
    found = listing(
        request,
        rows.select_related("office"),
        name="calls",
        caption=_("Calls"),
        columns=_call_columns(),
        default_sort="-closes",
        filters=[
            Filter("state", gettext_lazy("State"), CallState.choices, lambda rows, value: rows.filter(state=value))
        ],
        empty=_("There is no call yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    prepares = permissions.prepares_calls(request.scope)  # type: ignore[attr-defined]
    return render(request, "selection/office/calls.html", {"listing": found, "prepares": prepares})


def _call_columns() -> list[Column]:
    return [
        Column("title", gettext_lazy("Call"), lambda row: row.title, link=_call_url),
        Column("state", gettext_lazy("State"), texts.call_badge, kind="badge"),
        Column("year", gettext_lazy("Academic year"), lambda row: years.label(row.academic_year), sort="academic_year"),
        Column("opens", gettext_lazy("First day"), lambda row: row.opens_on, sort="opens_on", kind="date"),
        Column("closes", gettext_lazy("Last day"), lambda row: row.closes_on, sort="closes_on", kind="date"),
        Column("handed_in", gettext_lazy("Handed in"), lambda row: row.handed_in, kind="number"),
    ]


def _call_url(call: Call) -> str:
    return reverse("selection:office_call", args=[call.uid])


@require_http_methods(["GET", "POST"])
@allow(permissions.prepares_calls)
def call_new(request: HttpRequest) -> HttpResponse:
    office = request.office  # type: ignore[attr-defined]
    form = CallForm(request.POST or None, office_id=office.pk, today=timezone.localdate())
    if _is_sent(request, form) and form.is_valid():
        values = form.cleaned_data
        uid = once.once(request, "call", lambda: services.create_call(office.pk, actor=request.user, **values))
        messages.success(request, _("The draft is saved. Choose its places now."))
        return redirect("selection:office_places", uid)
    key = request.POST.get(once.FIELD) or once.new_key()
    return render(request, "selection/office/call_new.html", {"form": form, "key": key})


def _is_sent(request: HttpRequest, form: BaseForm) -> bool:
    """Whether the form was sent to be saved; who only searched a university, without script, sees no faults yet."""
    if "find" in request.POST:
        form.errors.clear()
    return request.method == "POST" and "find" not in request.POST


@require_http_methods(["GET", "POST"])
@allow(permissions.prepares_calls)
def call_edit(request: HttpRequest, uid: str) -> HttpResponse:
    call = call_of(request, uid)
    kind = CallForm if call.state == CallState.DRAFT else TextsForm
    form = kind(request.POST or None, instance=call, office_id=call.office_id, today=timezone.localdate())
    context = {**frame(request, call, "office_call", (_("Edit"), "")), "form": form, "differences": []}
    if _is_sent(request, form) and form.is_valid():
        try:
            values = {name: form.cleaned_data[name] for name in form.fields}
            services.change_call(_as_stored(call), version_of(request), actor=request.user, **values)
            messages.success(request, _("The call is saved."))
            return redirect("selection:office_call", uid)
        except Stale as refusal:
            messages.error(request, str(refusal))
            context["differences"] = differences(form, refusal.current)
            context["current_version"] = refusal.current.version  # type: ignore[attr-defined]
    return render(request, "selection/office/call_edit.html", context)


def _as_stored(call: Call) -> Call:
    """The row as it is in the database: a bound model form has already written into its own copy."""
    return Call.objects.get(pk=call.pk)


def differences(form: BaseForm, current: Any) -> list[dict[str, Any]]:
    """Both versions of a stale save, field by field: what stands there now, what the reader typed."""
    rows = []
    for name, field in form.fields.items():
        theirs, ours = getattr(current, name), form.cleaned_data.get(name)
        rows.append({"label": str(field.label), "left": theirs, "right": ours, "differs": theirs != ours})
    return rows


@require_GET
@allow(permissions.reads_calls)
def call_page(request: HttpRequest, uid: str) -> HttpResponse:
    call = call_of(request, uid)
    figures = selectors.figures_of(call)
    is_draft = call.state == CallState.DRAFT
    context = {
        **frame(request, call, "office_call"),
        "figures": _call_figures(call, figures),
        "standing": texts.call_standing(call, figures, selectors.waiting_run(call)),
        "steps": texts.call_steps(call),
        "year": years.label(call.academic_year),
        "diagram": diagrams.of_call(call.state),
        "problems": services.problems_of(call, timezone.localdate()) if is_draft else [],
        "warnings": services.warnings_of(call),
        "moves": possible(call.state, CALL_MOVES),
        "may_take_back": call.state == CallState.ANNOUNCED and not sum(figures["states"].values()),
        "may_score": call.is_closed and call.state in (CallState.ANNOUNCED, CallState.SCORED),
        "waiting": selectors.waiting_run(call),
        "events": history_of(call),
        "rules": rules_of(call),
    }
    return render(request, "selection/office/call.html", context)


def _call_figures(call: Call, figures: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (_("Places"), figures["seats"]),
        (_("Handed in"), figures["handed_in"]),
        (_("To be checked"), figures["to_check"]),
        (_("Returned"), figures["returned"]),
        (_("With a grant"), call.funded_places if call.funded_places is not None else _("open")),
        (_("Placement runs"), figures["runs"]),
    ]


@require_http_methods(["GET", "POST"])
@allow(permissions.reads_calls)
def places(request: HttpRequest, uid: str) -> HttpResponse:
    """The places of a call; in a draft the office chooses them from the lines of its agreements."""
    call = call_of(request, uid)
    edits = call.state == CallState.DRAFT and permissions.prepares_calls(request.scope)  # type: ignore[attr-defined]
    if not edits:
        return _places_offered(request, call)
    text = request.GET.get("q", "").strip()[:100]
    page = Paginator(offers.offers_of(call, text), PLACES_A_PAGE).get_page(request.GET.get("page"))
    rows = [(offer, PlaceForm(request.POST or None, prefix=offer.key, initial=offer.initial)) for offer in page]
    context = {**frame(request, call, "office_places", (_("Places"), "")), "rows": rows, "page": page, "q": text}
    if request.method == "POST" and all(form.is_valid() for _offer, form in rows):
        choices = [choice for offer, form in rows if (choice := _choice(offer, form))]
        try:
            services.offer_places(call, choices, version_of(request), actor=request.user)
            messages.success(request, _("The places are saved."))
            return redirect("selection:office_places", uid)
        except Stale as refusal:
            messages.error(request, str(refusal))
            context |= {"call": refusal.current, "differences": list(_place_differences(rows))}
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect("selection:office_places", uid)
    return render(request, "selection/office/places_edit.html", context)


def _place_differences(rows: list[tuple[offers.Offer, PlaceForm]]) -> Iterable[dict[str, Any]]:
    """The places of each line: what stands there now, what the reader typed."""
    for offer, form in rows:
        theirs, ours = offer.place.capacity if offer.place else 0, form.cleaned_data["capacity"] or 0
        if theirs or ours:
            label = f"{offer.institution.name}, {offer.term_label}"
            yield {"label": label, "left": theirs, "right": ours, "differs": theirs != ours}


def _choice(offer: offers.Offer, form: PlaceForm) -> services.PlaceChoice | None:
    """What the row asks for; None where nothing is offered and nothing was."""
    data = form.cleaned_data
    capacity = data["capacity"] or 0
    if not capacity and not offer.place:
        return None
    months = data["months"] if data["months"] is not None else offer.initial["months"]
    return services.PlaceChoice(offer.condition, offer.term, capacity, data["reserve"] or 0, months)


def _places_offered(request: HttpRequest, call: Call) -> HttpResponse:
    found = listing(
        request,
        offers.places_for_list(call),
        name="places",
        caption=_("Places"),
        columns=offers.place_columns(),
        default_sort="partner",
        search=offers.places_matching,
        empty=_("No place is offered."),
    )
    if isinstance(found, HttpResponse):
        return found
    context = {**frame(request, call, "office_places", (_("Places"), "")), "listing": found}
    return render(request, "selection/office/places.html", context)


@require_http_methods(["GET", "POST"])
@allow(permissions.reads_calls)
def quotas(request: HttpRequest, uid: str) -> HttpResponse:
    """Home quotas: at most so many people of a unit, a level, or both."""
    call = call_of(request, uid)
    edits = permissions.prepares_calls(request.scope) and call.state not in (  # type: ignore[attr-defined]
        CallState.PUBLISHED,
        CallState.FINAL,
    )
    units = list(Unit.objects.filter(institution__office=call.office_id).order_by("path"))
    caps = list(Cap.objects.filter(call=call).order_by("pk"))
    maker = formset_factory(QuotaForm, extra=BLANK_QUOTAS)
    forms = maker(
        request.POST if edits and request.method == "POST" else None,
        initial=[_initial(cap) for cap in caps],
        form_kwargs={"units": units},
        prefix="quota",
    )
    context = {
        **frame(request, call, "office_quotas", (_("Quotas"), "")),
        "forms": forms,
        "caps": caps,
        "edits": edits,
        "header": [_("Quota"), (_("At most"), "number")],
    }
    if edits and request.method == "POST" and forms.is_valid():
        choices = [_quota(form) for form in forms if not form.is_blank]
        try:
            services.set_quotas(call, choices, version_of(request), actor=request.user)
            messages.success(request, _("The home quotas are saved."))
            return redirect("selection:office_quotas", uid)
        except Stale as refusal:
            messages.error(request, str(refusal))
            context |= {"call": refusal.current, "differences": list(_quota_differences(caps, choices))}
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect("selection:office_quotas", uid)
    return render(request, "selection/office/quotas.html", context)


def _quota_differences(caps: list[Cap], choices: list[services.QuotaChoice]) -> Iterable[dict[str, Any]]:
    """Each quota: what stands there now, what the reader typed."""
    theirs = {str(cap.label): int(cap.maximum) for cap in caps}
    ours = {pick(choice.label_en, choice.label_tr): int(choice.maximum) for choice in choices}
    for label in {**theirs, **ours}:
        left, right = theirs.get(label, ""), ours.get(label, "")
        yield {"label": label, "left": left, "right": right, "differs": left != right}


def _initial(cap: Cap) -> dict[str, Any]:
    values = dict(cap.dimensions)
    return {
        "unit": values.get("unit") or values.get("faculty") or "",
        "level": values.get("level", ""),
        "maximum": int(cap.maximum),
    }


def _quota(form: QuotaForm) -> services.QuotaChoice:
    unit = form.units.get(form.cleaned_data["unit"])
    level = form.cleaned_data["level"]
    return services.QuotaChoice(
        label_en=quota_label("en", unit, level),
        label_tr=quota_label("tr", unit, level),
        dimensions=form.dimensions(),
        maximum=form.cleaned_data["maximum"],
    )


def quota_label(language: str, unit: Unit | None, level: str) -> str:
    """The name of a quota in one language: unit, level, or the whole call."""
    from django.utils import translation

    with translation.override(language):
        parts = [unit.name] if unit else []
        parts += [str(Level(level).label)] if level else []
        return ", ".join(parts) or _("Whole call")


@require_POST
@allow(permissions.prepares_calls)
def announce(request: HttpRequest, uid: str) -> HttpResponse:
    call = call_of(request, uid)
    return attempt(
        request,
        lambda: services.announce(call, today=timezone.localdate(), actor=request.user),
        _("The call is announced."),
        "selection:office_call",
        uid,
    )


@require_POST
@allow(permissions.prepares_calls)
def take_back(request: HttpRequest, uid: str) -> HttpResponse:
    call = call_of(request, uid)
    return attempt(
        request,
        lambda: services.take_back(call, actor=request.user),
        _("The call is a draft again."),
        "selection:office_call",
        uid,
    )


@require_POST
@allow(permissions.prepares_calls)
def finish(request: HttpRequest, uid: str) -> HttpResponse:
    call = call_of(request, uid)
    return attempt(
        request,
        lambda: services.finish(call, actor=request.user),
        _("The call is closed for good."),
        "selection:office_call",
        uid,
    )
