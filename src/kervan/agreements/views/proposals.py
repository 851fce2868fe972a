"""Proposals of departments: made, answered, taken up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.agreements import selectors, services, texts
from kervan.agreements.forms import proposals as forms
from kervan.agreements.forms.agreements import units_of
from kervan.agreements.models import Agreement, AgreementKind, Proposal, ProposalState
from kervan.agreements.permissions import edits_agreements, proposes_agreements, reads_proposals
from kervan.agreements.views.agreements import institutions_to_choose
from kervan.agreements.views.page import differing
from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible, Stale
from kervan.core.lists import Column, Filter, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.scope import Role
from kervan.core.texts import timeline
from kervan.institutions.models import Institution, Unit
from kervan.people.models import Person

UNLISTED = "none"
CANDIDATES = 12
EXISTING = 10
TONES = {"submitted": "info", "returned": "warn", "taken_up": "ok", "declined": "bad", "withdrawn": ""}
OPEN = (ProposalState.SUBMITTED, ProposalState.RETURNED)


@require_GET
@allow(reads_proposals)
def proposal_list(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    found = listing(
        request,
        Proposal.objects.visible_to(scope).select_related("institution", "unit", "made_by"),
        name="proposals",
        caption=_("Proposals"),
        columns=[
            Column("university", gettext_lazy("University"), str, link=_url),
            Column("kind", gettext_lazy("Kind"), lambda row: texts.SHORT_KINDS[row.kind]),
            Column("unit", gettext_lazy("Our unit"), lambda row: row.unit or ""),
            Column("who", gettext_lazy("Proposed by"), lambda row: row.made_by),
            Column("made", gettext_lazy("Proposed on"), lambda row: row.made_at, sort="made_at", kind="date"),
            Column("state", gettext_lazy("State"), _badge, kind="badge"),
            Column("mark", gettext_lazy("Mark"), lambda row: row.is_invented, kind="mark"),
        ],
        default_sort="-made",
        filters=[
            Filter("state", gettext_lazy("State"), ProposalState.choices, lambda rows, code: rows.filter(state=code)),
            Filter("kind", gettext_lazy("Kind"), AgreementKind.choices, lambda rows, code: rows.filter(kind=code)),
        ],
        empty=_("No agreement has been proposed yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    context = {"listing": found, "proposes": proposes_agreements(scope)}
    return render(request, "agreements/proposals/list.html", context)


def _url(row: Proposal) -> str:
    return reverse("agreements:proposal", args=[row.uid])


def _badge(row: Proposal) -> tuple[str, str]:
    return row.get_state_display(), TONES[row.state]


def _visible(request: HttpRequest, uid: str) -> Proposal:
    rows = Proposal.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    found = rows.select_related("institution", "unit", "made_by", "agreement__institution")
    proposal: Proposal = get_object_or_404(found, uid=uid)
    return proposal


def _is_mine(request: HttpRequest, proposal: Proposal) -> bool:
    return proposal.made_by_id == request.scope.person_id  # type: ignore[attr-defined]


def _mine(request: HttpRequest, uid: str) -> Proposal:
    """A proposal that the reader made."""
    rows = Proposal.objects.visible_to(request.scope).filter(made_by=request.scope.person_id)  # type: ignore[attr-defined]
    proposal: Proposal = get_object_or_404(rows.select_related("institution", "unit", "made_by"), uid=uid)
    return proposal


@require_GET
@allow(reads_proposals)
def page(request: HttpRequest, uid: str) -> HttpResponse:
    proposal = _visible(request, uid)
    scope = request.scope  # type: ignore[attr-defined]
    edits, is_mine, is_open = edits_agreements(scope), _is_mine(request, proposal), proposal.state in OPEN
    existing = _existing(request, proposal.institution, but=proposal.agreement_id or 0) if edits else []
    context = {
        "proposal": proposal,
        "badge": _badge(proposal),
        "fields": ", ".join(texts.field_names(proposal.fields)),
        "standing": texts.proposal_standing(
            proposal, is_mine=is_mine, edits=edits, agreement_words=_agreement_words(proposal)
        ),
        "agreement": _agreement_for(request, proposal),
        "existing": existing,
        "events": timeline(selectors.events_of_proposal(proposal)[:50]),
        "answers": edits and is_open,
        "changes": is_mine and is_open,
    }
    return render(request, "agreements/proposals/page.html", context)


def _existing(request: HttpRequest, institution: Institution | None, but: int = 0) -> list[dict[str, Any]]:
    """What we have with a university already; who may not open it reads that it is there. At most two queries."""
    if institution is None:
        return []
    scope = request.scope  # type: ignore[attr-defined]
    rows = selectors.existing_with(scope.office_id, institution.pk).exclude(pk=but)[:EXISTING]
    opens = set(Agreement.objects.visible_to(scope).filter(institution=institution).values_list("pk", flat=True))
    return [{"row": one, "opens": one.pk in opens} for one in rows]


def _agreement_for(request: HttpRequest, proposal: Proposal) -> Agreement | None:
    """The agreement that was begun, if the reader may see it."""
    rows = Agreement.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    return rows.filter(pk=proposal.agreement_id).first() if proposal.agreement_id else None


def _agreement_words(proposal: Proposal) -> str:
    """Where the agreement stands that was begun, in one sentence."""
    if proposal.agreement is None:
        return ""
    agreement, today = proposal.agreement, timezone.localdate()
    versions = selectors.versions_of(agreement)
    shown, waiting = selectors.shown(versions), selectors.draft_of(versions)
    code = selectors.standing(agreement, shown, today)
    view = texts.View(
        agreement, shown, waiting, code, edits=False, first=selectors.first_in_force(versions), today=today
    )
    return texts.standing(view)["happened"]


@require_http_methods(["GET", "POST"])
@allow(proposes_agreements)
def new(request: HttpRequest) -> HttpResponse:
    """First the university is chosen, or said not to be in the directory; then what is wanted is written."""
    asked = request.GET.get("institution", "")
    institution = Institution.objects.filter(uid=asked).first()
    if institution is None and asked != UNLISTED:
        found = institutions_to_choose(request, "agreements:proposal_new")
        if isinstance(found, HttpResponse):
            return found
        return render(request, "agreements/proposals/choose.html", {"listing": found})
    form = forms.ProposalForm(request.POST or None, units=_units(request), institution=institution)
    if form.is_valid():
        try:
            uid = once(request, "proposal", lambda: _submitted(request, form))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The office has your proposal. You see here what becomes of it."))
            return redirect("agreements:proposal", uid=uid)
    key = request.POST.get("idempotency_key") or new_key()
    context = {"form": form, "institution": institution, "key": key, "existing": _existing(request, institution)}
    return render(request, "agreements/proposals/form.html", context)


def _submitted(request: HttpRequest, form: forms.ProposalForm) -> Proposal:
    scope = request.scope  # type: ignore[attr-defined]
    person = Person.objects.get(pk=scope.person_id)
    return services.proposals.submit(scope.office_id, made_by=person, actor=request.user, **form.values())


def _units(request: HttpRequest) -> list[Unit]:
    """The units for which the reader may propose: a coordinator's own, for the office all."""
    scope = request.scope  # type: ignore[attr-defined]
    units = units_of(request.office)  # type: ignore[attr-defined]
    own = scope.unit_ids(Role.COORDINATOR, Role.STAFF, Role.HEAD)
    return [one for one in units if one.pk in own] if own else units


@require_http_methods(["GET", "POST"])
@allow(proposes_agreements)
def edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Change what one proposed, or answer the office's question by it. A stale save shows both versions."""
    proposal = _mine(request, uid)
    options: dict[str, Any] = {"units": _units(request), "institution": proposal.institution}
    form = forms.ProposalForm(request.POST or None, initial=forms.proposal_initial(proposal), **options)
    context: dict[str, Any] = {"form": form, "institution": proposal.institution, "proposal": proposal}
    context["existing"] = _existing(request, proposal.institution)
    context["version"] = proposal.version
    if "version" in request.POST:
        context["version"] = request.POST["version"]
    if form.is_valid():
        try:
            services.proposals.change(proposal, version_sent(request), actor=request.user, **form.values())
        except Stale as stale:
            current: Any = stale.current
            context |= {"stale": stale, "version": current.version, "differences": _stale_rows(current, form)}
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The proposal is saved."))
            return redirect("agreements:proposal", uid=uid)
    return render(request, "agreements/proposals/form.html", context)


def _stale_rows(current: Proposal, form: forms.ProposalForm) -> list[dict[str, Any]]:
    return [
        differing(str(form[name].label), str(getattr(current, name) or ""), str(form.cleaned_data[name] or ""))
        for name in ("kind", "purpose", "people_per_year", "contact")
    ]


@require_POST
@allow(proposes_agreements)
def withdraw(request: HttpRequest, uid: str) -> HttpResponse:
    proposal = _mine(request, uid)
    done = _("The proposal is taken back.")
    return attempt(
        request, lambda: services.proposals.withdraw(proposal, actor=request.user), done, "agreements:proposal", uid
    )


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def take_up(request: HttpRequest, uid: str) -> HttpResponse:
    """Begin the agreement that was asked for."""
    proposal = _visible(request, uid)
    candidates = None if proposal.institution_id else _candidates(request, proposal)
    form = forms.TakeUpForm(request.POST or None, candidates=candidates)
    if form.is_valid():
        data = form.cleaned_data
        values = {"reference": data["reference"], "answer": data["answer"], "institution": form.chosen()}
        try:
            agreement = services.proposals.take_up(proposal, actor=request.user, **values)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The agreement is begun as a draft. Write its lines, then propose it."))
            return redirect("agreements:page", uid=agreement.uid)
    context = {"proposal": proposal, "form": form, "candidates": candidates, "q": _asked_name(request, proposal)}
    return render(request, "agreements/proposals/take_up.html", context)


def _asked_name(request: HttpRequest, proposal: Proposal) -> str:
    return request.GET.get("q", proposal.institution_name).replace("\0", "").strip()[:200]


def _candidates(request: HttpRequest, proposal: Proposal) -> list[Institution]:
    """Universities of the directory whose name holds the words that were written."""
    rows = Institution.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    found = rows.exclude(office=proposal.office_id).filter(merged_into=None)
    return list(found.matching(_asked_name(request, proposal)).order_by("sort_key", "pk")[:CANDIDATES])


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def ask_back(request: HttpRequest, uid: str) -> HttpResponse:
    """Return a proposal with a question."""
    return _answer(request, uid, "ask_back", _("The question is on its way."))


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def decline(request: HttpRequest, uid: str) -> HttpResponse:
    """Say why a proposal is not taken up."""
    return _answer(request, uid, "decline", _("The answer is on its way."))


def _answer(request: HttpRequest, uid: str, name: str, done: str) -> HttpResponse:
    proposal = _visible(request, uid)
    form = forms.WordsForm(request.POST or None)
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            if name == "decline":
                services.proposals.decline(proposal, reason=text, actor=request.user)
            else:
                services.proposals.ask_back(proposal, question=text, actor=request.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("agreements:proposal", uid=uid)
    context = {"proposal": proposal, "form": form, "is_decline": name == "decline"}
    return render(request, "agreements/proposals/answer.html", context)
