"""The pages behind a partner's address: what waits, agreements with comments and answer."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kervan.agreements import link_signing, printing, selectors
from kervan.agreements.forms import links as forms
from kervan.agreements.models import AgreementVersion, PartnerLink
from kervan.agreements.rules import links as rules
from kervan.agreements.selectors import links
from kervan.agreements.services import links_acts
from kervan.agreements.views import partner_parts as parts
from kervan.agreements.views.partner_frame import by_link, decides_until, is_ours, key_of, page, visit_of
from kervan.core.errors import NotPossible
from kervan.core.once import new_key


def to(link: PartnerLink, name: str, *arguments: str) -> HttpResponse:
    """Go on to another page behind the same address."""
    return redirect(f"agreements:{name}", link_signing.token_of(link), *arguments)


@require_safe
@by_link
def home(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    versions = list(links.shown_versions(link))
    context = {
        "items": parts.waiting(link, versions),
        "agreements": parts.agreement_rows(link, versions),
        "contact_count": links.contacts_of(link.partner).count(),
    }
    return page(request, link, "home", context)


def version_of(link: PartnerLink, uid: str) -> AgreementVersion | None:
    found: AgreementVersion | None = links.shown_versions(link).filter(uid=uid).first()
    return found


@require_safe
@by_link
def version(request: HttpRequest, link: PartnerLink, uid: str) -> HttpResponse:
    found = version_of(link, uid)
    if found is None:
        raise Http404
    return _version_page(request, link, found)


def _version_page(
    request: HttpRequest,
    link: PartnerLink,
    row: AgreementVersion,
    *,
    comment_form: forms.CommentForm | None = None,
    answer_form: forms.AnswerForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    contact = link.contact
    until = decides_until(request, link)
    may_answer = rules.may_answer(row.state)
    if answer_form is None and may_answer and until:
        initial = {"name": contact.full_name, "function": contact.function, "digest": row.digest}
        answer_form = forms.AnswerForm(initial=initial)
    context = {
        "version": row,
        "agreement": row.agreement,
        "badge": parts.badge(row),
        "standing": parts.standing(row),
        "validity": parts.holds(row.agreement, row),
        "lines": parts.lines(row),
        "differences": parts.differences(row),
        "comments": selectors.comments_of(row),
        "answers": selectors.answers_of(row),
        "comment_form": comment_form or forms.CommentForm(initial={"name": contact.full_name}),
        "answer_form": answer_form if may_answer and (until or (answer_form and answer_form.is_bound)) else None,
        "may_answer": may_answer,
        "key": new_key(),
        "refusal": refusal,
    }
    return page(request, link, "version", context, status=status)


@require_safe
@by_link
def pdf(request: HttpRequest, link: PartnerLink, uid: str, language: str) -> HttpResponse:
    """A version as PDF in one language; one that both have not agreed on yet is marked as a draft."""
    row = version_of(link, uid)
    if row is None or language not in ("en", "tr"):
        raise Http404
    response = HttpResponse(printing.as_pdf(row, language), content_type="application/pdf")
    name = f"{row.agreement.reference}-v{row.number}-{language}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _missing(request: HttpRequest, link: PartnerLink, uid: str, words: Iterable[str]) -> HttpResponse:
    """A form for a version that is not shown any more: taken back meanwhile, with what was typed, or never theirs."""
    row = links.was_once_sent(link, uid)
    if row is None:
        raise Http404
    typed = [one for one in words if one.strip()]
    return page(request, link, "taken_back", {"agreement": row.agreement, "typed": typed}, status=409)


@require_POST
@by_link
def comment(request: HttpRequest, link: PartnerLink, uid: str) -> HttpResponse:
    row = version_of(link, uid)
    if row is None:
        return _missing(request, link, uid, [request.POST.get("text", "")])
    form = forms.CommentForm(request.POST)
    if refusal := _ours_refused(request):
        return _version_page(request, link, row, comment_form=form, refusal=refusal, status=409)
    if not form.is_valid():
        return _version_page(request, link, row, comment_form=form, status=422)
    try:
        links_acts.comment(link, row, **form.cleaned_data, key=key_of(request), visit=visit_of(request))
    except NotPossible as refused:
        return _version_page(request, link, row, comment_form=form, refusal=str(refused), status=409)
    messages.success(request, _("Your comment has arrived."))
    return to(link, "link_version", uid)


def _ours_refused(request: HttpRequest) -> str:
    """Members of our own office do not speak for a partner."""
    if not is_ours(request):
        return ""
    return _("You are signed in as a member of the office. Comment and record answers on the agreement’s own page.")


@require_POST
@by_link
def answer(request: HttpRequest, link: PartnerLink, uid: str) -> HttpResponse:
    row = version_of(link, uid)
    form = forms.AnswerForm(request.POST)
    if row is None:
        return _missing(request, link, uid, [request.POST.get("reason", "")])
    if refusal := _ours_refused(request):
        return _version_page(request, link, row, answer_form=form, refusal=refusal, status=409)
    if not decides_until(request, link):
        refusal = _("This browser has not been confirmed, or not within the last twelve hours. Ask for a code first.")
        return _version_page(request, link, row, answer_form=form, refusal=refusal, status=403)
    if not form.is_valid():
        return _version_page(request, link, row, answer_form=form, status=422)
    return _answered(request, link, row, form)


def _answered(request: HttpRequest, link: PartnerLink, row: AgreementVersion, form: forms.AnswerForm) -> HttpResponse:
    try:
        links_acts.answer(link, row, **form.values(), key=key_of(request), visit=visit_of(request))
    except NotPossible as refused:
        return _refused(request, link, row.uid, form, str(refused))
    messages.success(request, _("Thank you. Your answer has arrived; a mail confirms it."))
    return to(link, "link_version", row.uid)


def _refused(request: HttpRequest, link: PartnerLink, uid: str, form: forms.AnswerForm, refusal: str) -> HttpResponse:
    """Show the words as they stand now beside what was typed; they are answered only after being read."""
    row = version_of(link, uid)
    if row is None:
        return _missing(request, link, uid, [form.cleaned_data["reason"]])
    form.data = {**form.data.dict(), "digest": row.digest}  # type: ignore[attr-defined]
    return _version_page(request, link, row, answer_form=form, refusal=refusal, status=409)
