"""Issued documents: the office's list, and the public page on which anybody checks a code."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from kervan.core import letter_texts, limits, registries, storage
from kervan.core.answers import attempt
from kervan.core.lists import Column, Filter, listing
from kervan.core.models import IssuedDocument
from kervan.core.permissions import allow, everyone
from kervan.core.selectors import letters as selectors
from kervan.core.selectors.letters import reads_letters, writes_letters
from kervan.core.selectors.pages import timeline_of
from kervan.core.services import documents as services

MOST_CHECKS, CHECK_SECONDS = 20, 60


@require_GET
@allow(everyone)
def check(request: HttpRequest, code: str = "") -> HttpResponse:
    """Says of a code only whether it is ours, since when, and of which office."""
    typed = (code or request.GET.get("code", "")).replace("\0", "").strip()[:60]
    if not typed:
        return render(request, "core/documents/check.html", {})
    if _asks_too_often(request):
        context = {"typed": typed, "is_too_often": True}
        return render(request, "core/documents/check.html", context, status=429)
    context = {"typed": typed, "answer": letter_texts.document_answer(selectors.document_with_code(typed))}
    response = render(request, "core/documents/check.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _asks_too_often(request: HttpRequest) -> bool:
    """Count the questions of an address (of a network, for IPv6) in this minute."""
    address = get_adapter().get_client_ip(request)
    return limits.is_too_often(f"check:{limits.network_of(address)}", MOST_CHECKS, CHECK_SECONDS)


@require_GET
@allow(reads_letters)
def document_list(request: HttpRequest) -> HttpResponse:
    rows = IssuedDocument.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    found = listing(
        request,
        rows.select_related("issued_by"),
        name="documents",
        caption=_("Documents"),
        columns=_columns(),
        default_sort="-issued",
        filters=[Filter("state", gettext_lazy("State"), selectors.DOCUMENT_STATES, selectors.in_document_state)],
        search=selectors.documents_matching,
        empty=_("No document has been issued yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "core/documents/list.html", {"listing": found})


def _columns() -> list[Column]:
    return [
        Column("code", gettext_lazy("Code"), lambda row: row.code, link=_url),
        Column("title", gettext_lazy("Title"), lambda row: row.title),
        Column("recipient", gettext_lazy("For"), lambda row: row.recipient),
        Column("state", gettext_lazy("State"), letter_texts.document_badge, kind="badge"),
        Column("issued", gettext_lazy("Issued on"), lambda row: row.issued_on, sort="id", kind="date"),
        Column("by", gettext_lazy("Issued by"), lambda row: str(row.issued_by or "")),
    ]


def _url(document: IssuedDocument) -> str:
    return reverse("core:document", args=[document.uid])


def _visible(request: HttpRequest, uid: str) -> IssuedDocument:
    rows = IssuedDocument.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    found: IssuedDocument = get_object_or_404(rows.select_related("stored_file", "issued_by", "office"), uid=uid)
    return found


@require_GET
@allow(reads_letters)
def document(request: HttpRequest, uid: str) -> HttpResponse:
    found = _visible(request, uid)
    scope = request.scope  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "document": found,
        "badge": letter_texts.document_badge(found),
        "standing": letter_texts.document_standing(found),
        "about": _about(scope, found),
        "check_address": services.address(found.code),
        "may_revoke": writes_letters(scope) and not found.revoked_at,
        "events": timeline_of(found),
    }
    return render(request, "core/documents/page.html", context)


def _about(scope: Any, found: IssuedDocument) -> dict[str, str] | None:
    """The record a document is about, where the reader may see it."""
    subject = registries.subjects.get(found.subject_type)
    row = subject.find(scope, found.subject_uid) if subject else None
    return {"label": subject.label(row), "url": subject.url(row)} if subject and row else None


@require_GET
@allow(reads_letters)
def document_file(request: HttpRequest, uid: str) -> HttpResponse:
    found = _visible(request, uid)
    if not found.stored_file.size_bytes:
        raise Http404
    return storage.as_attachment(found.stored_file, storage.content_of(found.stored_file, actor=request.user))


@require_POST
@allow(writes_letters)
def document_revoke(request: HttpRequest, uid: str) -> HttpResponse:
    found = _visible(request, uid)
    return attempt(
        request,
        lambda: services.revoke(found, reason=request.POST.get("reason", ""), actor=request.user),
        _("The document is revoked. Whoever checks its code is told that it does not count any more."),
        "core:document",
        uid,
    )
