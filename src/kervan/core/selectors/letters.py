"""Reads of letters and issued documents: who may, what stands where, what a code says."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kervan.core.models import IssuedDocument
from kervan.core.rules import document_codes
from kervan.core.scope import Role, Scope

COUNTS, REVOKED = "counts", "revoked"
DOCUMENT_STATES = [(COUNTS, _("Counts")), (REVOKED, _("Revoked"))]


def reads_letters(scope: Scope) -> bool:
    """Staff, head and auditor of the whole office."""
    return scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR)


def writes_letters(scope: Scope) -> bool:
    """Staff and head of the whole office."""
    return scope.everywhere(Role.STAFF, Role.HEAD)


def document_with_code(text: str) -> IssuedDocument | None:
    """The document of a code as somebody typed it, of any office of this installation. One query."""
    code = document_codes.read(text)
    return IssuedDocument.objects.filter(code=code).select_related("office").first() if code else None


def in_document_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Narrow to the documents that count, or that were revoked."""
    return rows.filter(revoked_at__isnull=state == COUNTS)


def documents_matching(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Narrow to a code as it was typed, or to words of title or recipient."""
    code = document_codes.read(text)
    words = Q(title_en__icontains=text) | Q(title_tr__icontains=text) | Q(recipient__icontains=text)
    return rows.filter(Q(code=code) | words) if code else rows.filter(words | Q(code__startswith=text.upper()))
