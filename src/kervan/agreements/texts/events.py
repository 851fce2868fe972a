"""What happened to agreements, versions, decisions and proposals, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.agreements.texts.lines import day
from kervan.core import texts, years
from kervan.core.text import pick

Values = Mapping[str, Any]


def _day(values: Values, name: str) -> str:
    return day(date.fromisoformat(values[name])) if values.get(name) else "–"


def _word(values: Values, name: str) -> Any:
    return values.get(name) or "–"


def _put_in_force(values: Values) -> str:
    if not values.get("document"):
        return _("Version %(number)s put in force; both sides have signed") % {"number": _word(values, "number")}
    return _("Version %(number)s put in force on the strength of “%(document)s”") % {
        "number": _word(values, "number"),
        "document": _word(values, "document"),
    }


def _use_recorded(values: Values) -> str:
    count, year = int(values.get("people") or 0), values.get("academic_year")
    words = ngettext("%(count)d place used in %(year)s", "%(count)d places used in %(year)s", count)
    return words % {"count": count, "year": years.label(int(year)) if year else "–"}


def _version_started(values: Values) -> str:
    number = {"number": _word(values, "number"), "reason": values.get("reason")}
    if number["reason"]:
        return _("Version %(number)s begun as a copy. Reason: %(reason)s") % number
    return _("Version %(number)s begun as a copy") % number


def _terminate(values: Values) -> str:
    words = {"day": _day(values, "ends_on"), "reason": _word(values, "reason")}
    sentences = {
        "us": _("Ended by us; last day %(day)s. Reason: %(reason)s"),
        "partner": _("Ended by the partner; last day %(day)s. Reason: %(reason)s"),
        "both": _("Ended by both together; last day %(day)s. Reason: %(reason)s"),
    }
    return sentences.get(values.get("ended_by", ""), _("Terminated; last day %(day)s. Reason: %(reason)s")) % words


def _body(values: Values) -> str:
    return pick(values.get("name_en", ""), values.get("name_tr", "")) or "–"


def _approval(values: Values) -> str:
    words = {"body": _body(values), "day": _day(values, "date"), "number": _word(values, "number")}
    return _("Approved: %(body)s, decision %(number)s of %(day)s") % words


def _approval_refused(values: Values) -> str:
    words = {"body": _body(values), "day": _day(values, "date"), "reason": _word(values, "reason")}
    return _("Refused: %(body)s, %(day)s. Reason: %(reason)s") % words


def _agree(values: Values) -> str:
    words = {"number": _word(values, "number"), "who": _word(values, "who")}
    if values.get("by_link"):
        return _("The partner accepted version %(number)s by its link: %(who)s") % words
    return _("The partner’s acceptance of version %(number)s recorded: %(who)s") % words


def _refuse(values: Values) -> str:
    words = {"number": _word(values, "number"), "who": _word(values, "who"), "reason": _word(values, "reason")}
    if values.get("by") == "partner":
        return _("The partner refused version %(number)s: %(who)s. Reason: %(reason)s") % words
    return _("Version %(number)s was refused inside our university") % words


def _signed(values: Values) -> str:
    words = {"number": _word(values, "number"), "who": _word(values, "who"), "day": _day(values, "date")}
    if values.get("side") == "partner":
        return _("Version %(number)s signed for the partner by %(who)s on %(day)s") % words
    return _("Version %(number)s signed for us by %(who)s on %(day)s") % words


def _signature_corrected(values: Values) -> str:
    words = {"number": _word(values, "number"), "who": _word(values, "who"), "day": _day(values, "date")}
    if values.get("side") == "partner":
        return _("The partner’s signature under version %(number)s corrected: %(who)s, %(day)s") % words
    return _("Our signature under version %(number)s corrected: %(who)s, %(day)s") % words


def _commented(values: Values) -> str:
    if values.get("by") == "partner":
        words = {"number": _word(values, "number"), "who": _word(values, "who")}
        return _("The partner’s contact %(who)s commented on version %(number)s by link") % words
    if values.get("side") == "partner":
        return _("The partner commented on version %(number)s") % {"number": _word(values, "number")}
    return _("We commented on version %(number)s") % {"number": _word(values, "number")}


def _taken_back(values: Values) -> str:
    words = {"number": _word(values, "number"), "reason": _word(values, "reason")}
    if values.get("signatures"):
        return _("Version %(number)s taken back; signatures no longer count. Reason: %(reason)s") % words
    return _("Version %(number)s taken back. Reason: %(reason)s") % words


texts.register(
    {
        "agreement.drafted": gettext_lazy("Agreement drafted"),
        "agreement.draft_changed": gettext_lazy("Draft of version %(number)s changed"),
        "agreement.version_started": _version_started,
        "agreement.draft_discarded": gettext_lazy("Draft of version %(number)s discarded"),
        "agreement.put_in_force": _put_in_force,
        "agreement.renew": _put_in_force,
        "agreement.terminate": _terminate,
        "agreement.take_back_end": gettext_lazy("Termination taken back; the agreement goes on. Reason: %(reason)s"),
        "agreement.use_recorded": _use_recorded,
        "agreementversion.propose": gettext_lazy("Version %(number)s proposed; its words stay as they are"),
        "agreementversion.approve": gettext_lazy("Version %(number)s approved by our university"),
        "agreementversion.agree": _agree,
        "agreementversion.refuse": _refuse,
        "agreementversion.take_back": _taken_back,
        "agreementversion.signed": _signed,
        "agreementversion.signature_corrected": _signature_corrected,
        "agreementversion.commented": _commented,
        "agreementversion.issued": gettext_lazy("Version %(number)s issued as a document with the code %(code)s"),
        "agreementversion.put_in_force": gettext_lazy("Version %(number)s put in force"),
        "agreementversion.record_in_force": gettext_lazy("Version recorded as in force"),
        "agreementversion.supersede": gettext_lazy("Replaced by version %(by)s"),
        "approval.approve": _approval,
        "approval.refuse": _approval_refused,
        "approval.drop": lambda values: _("Not asked any more: %(body)s") % {"body": _body(values)},
        "approvalbody.added": lambda values: _("Body added: %(body)s") % {"body": _body(values)},
        "approvalbody.changed": lambda values: _("Body changed: %(body)s") % {"body": _body(values)},
        "proposal.handed_in": gettext_lazy("Proposal handed in"),
        "proposal.changed": gettext_lazy("Proposal changed"),
        "proposal.submit": gettext_lazy("Handed in again"),
        "proposal.return": gettext_lazy("Returned with a question: %(text)s"),
        "proposal.take_up": gettext_lazy("Taken up as agreement %(reference)s"),
        "proposal.decline": gettext_lazy("Not taken up. Reason: %(text)s"),
        "proposal.withdraw": gettext_lazy("Taken back by whoever made it"),
    }
)
