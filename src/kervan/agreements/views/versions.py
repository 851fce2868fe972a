"""What the office does with a version: propose, decide, answer, sign, put in force, take back, renew, end."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kervan.agreements import effects, selectors, services, texts
from kervan.agreements.forms import versions as forms
from kervan.agreements.forms.agreements import InForceForm, TerminateForm
from kervan.agreements.models import Agreement, AgreementVersion, Approval, Side, VersionState
from kervan.agreements.permissions import edits_agreements
from kervan.agreements.rules import quotas, termination
from kervan.agreements.views.page import line_row, validity, visible
from kervan.core import years
from kervan.core.answers import attempt
from kervan.core.errors import NotPossible
from kervan.core.once import once
from kervan.core.permissions import allow


def _newest(agreement: Agreement) -> AgreementVersion:
    version = selectors.versions_of(agreement)[0]
    version.agreement = agreement
    return version


def _ask(
    request: HttpRequest,
    agreement: Agreement,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    done: str,
    template: str,
    **more: Any,
) -> HttpResponse:
    """Show a form about an agreement; when it is right, do what it asks and go back to the agreement.

    After a refusal the words stand there as they are now, and what is sent next is about these.
    """
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            form.data = {**form.data.dict(), "digest": more.get("digest", "")}  # type: ignore[attr-defined]
        else:
            messages.success(request, done)
            return redirect("agreements:page", uid=agreement.uid)
    return render(request, f"agreements/{template}.html", {"agreement": agreement, "form": form, **more})


def _words(version: AgreementVersion) -> dict[str, Any]:
    """The version as whoever decides on it must see it, with the digest of these very words."""
    lines = selectors.lines_of(version, years.of(timezone.localdate()))
    return {
        "version": version,
        "validity": validity(version),
        "lines": [line_row(line) for line in lines],
        "digest": version.digest,
    }


@require_POST
@allow(edits_agreements)
def propose(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = visible(request, uid)
    done = _("The version is proposed. Its words stay as they are from now on.")
    return attempt(
        request, lambda: services.versions.propose(agreement, actor=request.user), done, "agreements:page", uid
    )


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def take_back(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = visible(request, uid)
    return _ask(
        request,
        agreement,
        forms.TakeBackForm(request.POST or None),
        lambda data: services.versions.take_back(agreement, reason=data["reason"], actor=request.user),
        _("The version is a draft again."),
        "take_back",
        version=_newest(agreement),
    )


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def decide(request: HttpRequest, uid: str) -> HttpResponse:
    """Write down what a body decided (`uid` of the step)."""
    rows = Approval.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    approval = get_object_or_404(rows.select_related("agreement_version__agreement__institution"), uid=uid)
    version = approval.agreement_version
    words = _words(version)

    def act(data: dict[str, Any]) -> None:
        services.versions.decide(
            approval,
            is_approved=data["outcome"] == "approved",
            decided_on=data["decided_on"],
            decision_number=data["decision_number"],
            reason=data["reason"],
            digest_seen=data["digest"],
            actor=request.user,
        )

    form = forms.DecisionForm(request.POST or None, initial={"digest": words["digest"]})
    done = _("The decision is written down.")
    return _ask(request, version.agreement, form, act, done, "decide", approval=approval, **words)


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def answer(request: HttpRequest, uid: str) -> HttpResponse:
    """Write down what the partner answered by letter or mail."""
    agreement = visible(request, uid)
    version = _newest(agreement)
    words = _words(version)

    def act(data: dict[str, Any]) -> None:
        services.versions.answer(
            version,
            is_accepted=data["outcome"] == "accepted",
            name=data["name"],
            function=data["function"],
            reason=data["reason"],
            digest_seen=data["digest"],
            actor=request.user,
        )

    form = forms.AnswerForm(request.POST or None, initial={"digest": words["digest"]})
    return _ask(request, agreement, form, act, _("The partner’s answer is written down."), "answer", **words)


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def sign(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = visible(request, uid)
    version = _newest(agreement)
    words = _words(version)
    signed = selectors.signatures_of(version)
    missing = next((side.value for side in Side if side.value not in signed), "")

    def act(data: dict[str, Any]) -> None:
        seen = data.pop("digest")
        services.versions.sign(version, **data, digest_seen=seen, actor=request.user)

    form = forms.SignForm(request.POST or None, initial={"side": missing, "digest": words["digest"]})
    done = _("The signature is written down.")
    return _ask(request, agreement, form, act, done, "sign", signatures=list(signed.values()), **words)


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def conclude(request: HttpRequest, uid: str) -> HttpResponse:
    """Put a version in force that both have signed."""
    agreement = visible(request, uid)
    version = _newest(agreement)
    return _ask(
        request,
        agreement,
        forms.ConcludeForm(request.POST or None),
        lambda data: services.versions.put_in_force(version, **data, actor=request.user),
        _("The agreement is in force. Its places can be offered in calls."),
        "conclude",
        version=version,
        signatures=list(selectors.signatures_of(version).values()),
        has_scan=selectors.has_documents(agreement),
    )


@require_POST
@allow(edits_agreements)
def comment(request: HttpRequest, uid: str) -> HttpResponse:
    """Add a remark of ours to the newest version; the partner reads it when the version is shown to them."""
    agreement = visible(request, uid)
    version = _newest(agreement)
    user: Any = request.user

    def make() -> Any:
        text = request.POST.get("text", "")[:2_000]
        return services.versions.comment(version, side=Side.OURS.value, name=user.name, text=text, user=user)

    done = _("The comment is added.")
    return attempt(request, lambda: once(request, "comment", make), done, "agreements:page", uid)


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def start_version(request: HttpRequest, uid: str) -> HttpResponse:
    """Begin a new version: with a validity that follows the old one, and the reason."""
    agreement = visible(request, uid)
    versions = selectors.versions_of(agreement)
    if waiting := selectors.draft_of(versions):
        messages.info(request, _("A new version waits already."))
        name = "edit" if waiting.state == VersionState.DRAFT else "page"
        return redirect(f"agreements:{name}", uid=uid)
    shown = selectors.shown(versions)
    form = forms.RenewForm(request.POST or None, initial=_shifted(shown, timezone.localdate()))
    if form.is_valid():
        try:
            services.start_version(agreement, **form.cleaned_data, actor=request.user)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("agreements:edit", uid=uid)
    context = {"agreement": agreement, "form": form, "version": shown, "validity": validity(shown)}
    return render(request, "agreements/renew.html", context)


def _shifted(version: AgreementVersion, today: date) -> dict[str, Any]:
    """The validity to begin with: near its end it follows on for as long again, else it stays."""
    until = version.valid_until
    if until is None or until >= quotas.months_later(today, 2 * quotas.ENDING_MONTHS):
        return {"valid_from": version.valid_from, "valid_until": until}
    begins = until + timedelta(days=1)
    length_years = max(1, round((until - version.valid_from).days / 365.25))
    return {"valid_from": begins, "valid_until": quotas.months_later(until, 12 * length_years)}


@require_POST
@allow(edits_agreements)
def discard(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = visible(request, uid)
    try:
        is_gone = services.discard_draft(agreement, actor=request.user)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("agreements:page", uid=uid)
    messages.success(request, _("The draft was discarded."))
    return redirect("agreements:list") if is_gone else redirect("agreements:page", uid=uid)


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def put_in_force(request: HttpRequest, uid: str) -> HttpResponse:
    """Record that a draft is in force which was signed on paper before it was written down here."""
    agreement = visible(request, uid)
    draft = selectors.open_version(agreement)
    if draft is None:
        messages.info(request, _("This agreement is in force already."))
        return redirect("agreements:page", uid=uid)
    return _ask(
        request,
        agreement,
        InForceForm(request.POST or None),
        lambda data: services.record_in_force(agreement, **data, actor=request.user),
        _("The agreement is in force. Its places can be offered in calls."),
        "put_in_force",
        draft=draft,
    )


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def terminate(request: HttpRequest, uid: str) -> HttpResponse:
    """First say what an early end touches, then record it: only for the very last day that this was said of."""
    agreement = visible(request, uid)
    form = TerminateForm(request.POST or None)
    context: dict[str, Any] = {"agreement": agreement, "form": form}
    if form.is_valid():
        data = form.cleaned_data
        notice = termination.notice(agreement.kind, data["ended_by"], data["told_on"])
        ends_on = data["ends_on"] or notice.earliest_last_day
        context |= {"notice": notice, "ends_on": ends_on, "touched": _touched(request, agreement, ends_on)}
        if request.POST.get("confirmed") == str(ends_on) and _ended(request, agreement, form, ends_on):
            messages.success(request, _("The termination is recorded. Tell the partner, if they do not know yet."))
            return redirect("agreements:page", uid=uid)
    return render(request, "agreements/terminate.html", context)


@require_http_methods(["GET", "POST"])
@allow(edits_agreements)
def take_back_end(request: HttpRequest, uid: str) -> HttpResponse:
    agreement = visible(request, uid)
    return _ask(
        request,
        agreement,
        forms.TakeBackForm(request.POST or None),
        lambda data: services.take_back_end(agreement, reason=data["reason"], actor=request.user),
        _("The agreement goes on. Tell the partner, if they heard of the termination."),
        "take_back_end",
    )


def _ended(request: HttpRequest, agreement: Agreement, form: TerminateForm, ends_on: date) -> bool:
    data = form.cleaned_data
    values = {name: data[name] for name in ("ended_by", "told_on", "reason")}
    try:
        services.terminate(agreement, **values, ends_on=ends_on, actor=request.user)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _touched(request: HttpRequest, agreement: Agreement, ends_on: date) -> dict[str, Any]:
    """What counts on the agreement after its last day: places that were used or given, and what other apps know."""
    scope = request.scope  # type: ignore[attr-defined]
    uses = [texts.use_after(one) for one in selectors.uses_after(agreement, ends_on)]
    return {"uses": uses, "effects": effects.of(scope, agreement, ends_on)}
