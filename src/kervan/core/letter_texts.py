"""Letters and issued documents in words."""

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import texts
from kervan.core.models import IssuedDocument


def document_answer(document: IssuedDocument | None) -> dict[str, str]:
    """What anybody is told of a code: title, sentence, tone. Nothing about whom or what the document concerns."""
    if document is None:
        return {
            "title": _("We have not issued a document with this code."),
            "sentence": _("Compare the code with the document, sign by sign. It has twelve letters and digits."),
            "tone": "bad",
        }
    values = {"office": document.office.name, "day": _day(document.issued_on)}
    if document.revoked_at:
        return {
            "title": _("This document does not count any more."),
            "sentence": _("Issued by %(office)s on %(day)s, revoked on %(revoked)s.")
            % {**values, "revoked": _day(timezone.localtime(document.revoked_at))},
            "tone": "warn",
        }
    return {
        "title": _("This document is genuine."),
        "sentence": _("Issued by %(office)s on %(day)s.") % values,
        "tone": "ok",
    }


def _day(value: Any) -> str:
    return formats.date_format(value, "j F Y")


def document_badge(document: IssuedDocument) -> tuple[str, str]:
    """Whether it counts: words and tone."""
    return (_("Revoked"), "bad") if document.revoked_at else (_("Counts"), "ok")


def document_standing(document: IssuedDocument) -> dict[str, str]:
    """Where a document stands: happened, acts, until, otherwise, tone."""
    if document.revoked_at:
        happened = _("This document was revoked on %(at)s: %(reason)s")
        values = {"at": _day(timezone.localtime(document.revoked_at)), "reason": document.revoked_reason}
        acts = _("Nothing to do: whoever checks its code is told that it does not count any more.")
        return {"happened": happened % values, "acts": acts, "until": "", "otherwise": "", "tone": "bad"}
    return {
        "happened": _("This document was issued on %(day)s and counts.") % {"day": _day(document.issued_on)},
        "acts": _("Nothing to do: whoever checks its code is told that it is genuine."),
        "until": "",
        "otherwise": "",
        "tone": "ok",
    }


texts.register(
    {
        "issueddocument.issue": gettext_lazy("Issued with the code %(code)s"),
        "issueddocument.revoke": gettext_lazy("Revoked: %(reason)s"),
    }
)
