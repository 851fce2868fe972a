"""What a contact sees behind the signed address of our question. Looking changes nothing: mail scanners look, too."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible, Stale
from kervan.core.permissions import allow, everyone
from kervan.institutions import confirming, texts
from kervan.institutions.forms.contacts import CorrectionForm, SuccessorForm
from kervan.institutions.models import Contact
from kervan.institutions.services import contacts as services

YES, CORRECT, NOT_ME = "yes", "correct", "not_me"


@never_cache
@require_http_methods(["GET", "POST"])
@allow(everyone)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    contact = confirming.contact_of(token)
    office = request.office  # type: ignore[attr-defined]
    if contact is None or office is None or contact.office_id != office.pk:
        return _private(render(request, "institutions/confirm_gone.html", {"office": office}, status=404))
    with translation.override(_language(request, contact)):
        return _private(_page(request, contact))


def _language(request: HttpRequest, contact: Contact) -> str:
    """The language that the reader chose on this page; until then that of the mail."""
    return translation.get_language() if settings.LANGUAGE_COOKIE_NAME in request.COOKIES else contact.language


def _private(response: HttpResponse) -> HttpResponse:
    """The address opens a record: no search engine keeps it, no other site learns it.

    "strict-origin", not "no-referrer": with the latter browsers call the origin of our own form "null", and it is
    refused as forged.
    """
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "strict-origin"
    return response


def _page(request: HttpRequest, contact: Contact) -> HttpResponse:
    answer = request.POST.get("answer", "")
    correction = CorrectionForm(
        request.POST if answer == CORRECT else None, instance=Contact.objects.get(pk=contact.pk), auto_id="c_%s"
    )
    successor = SuccessorForm(request.POST if answer == NOT_ME else None, auto_id="s_%s")
    context: dict[str, Any] = {"contact": contact, "institution": contact.partner.institution}
    if request.method == "POST":
        try:
            if _answered(request, contact, answer, correction, successor):
                return render(request, "institutions/confirm_done.html", {**context, "answer": answer})
        except Stale:
            context["problem"] = _("The office changed this record while you were reading. Look again, please.")
            contact.refresh_from_db()
            correction = CorrectionForm(instance=contact, auto_id="c_%s")
        except NotPossible as refusal:
            context["problem"] = str(refusal)
    context |= {
        "roles": texts.roles(contact.roles),
        "correction": correction,
        "successor": successor,
        "version": contact.version,
        "open": answer if answer in (CORRECT, NOT_ME) else "",
    }
    return render(request, "institutions/confirm.html", context)


def _answered(
    request: HttpRequest, contact: Contact, answer: str, correction: CorrectionForm, successor: SuccessorForm
) -> bool:
    """Carry out an answer; False when its form is not right yet."""
    today = timezone.localdate()
    if answer == YES:
        services.answer_yes(contact, on=today)
        return True
    if answer == CORRECT and correction.is_valid():
        services.answer_correct(contact, version_sent(request, contact.version), on=today, **correction.cleaned_data)
        return True
    if answer == NOT_ME and successor.is_valid():
        services.answer_not_me(contact, **successor.cleaned_data)
        return True
    return False
