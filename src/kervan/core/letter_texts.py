"""Letters and issued documents in words."""

from collections.abc import Mapping
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kervan.core import registries, texts
from kervan.core.models import (
    IssuedDocument,
    ItemState,
    LetterChannel,
    LetterItem,
    LetterRun,
    LetterTemplate,
    LetterVersion,
    RunState,
)
from kervan.core.registries import LetterReader
from kervan.core.rules import merging
from kervan.core.rules.merging import Problem


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
    words = [_("Issued by %(office)s on %(day)s.") % values]
    if document.office.is_demo:
        words.append(_("This is a demonstration: the document is invented and has no effect."))
    return {"title": _("This document is genuine."), "sentence": " ".join(words), "tone": "ok"}


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


# Templates


def problem(one: Problem) -> str:
    """What is wrong with a field of a template, where, and what was probably meant."""
    values = {"text": one.text, "line": one.line, "column": one.column, "nearest": f"{{{{ {one.nearest} }}}}"}
    if one.code == merging.UNOPENED:
        words = _("Line %(line)d, column %(column)d: “}}” ends no field. Begin it with “{{” or take it away.")
    elif one.code == merging.UNKNOWN and one.nearest:
        words = _("Line %(line)d, column %(column)d: there is no field “%(text)s”. Did you mean %(nearest)s?")
    elif one.code == merging.UNKNOWN:
        words = _("Line %(line)d, column %(column)d: there is no field “%(text)s”. Take one from the list of fields.")
    elif one.nearest:
        words = _("Line %(line)d, column %(column)d: “%(text)s” is no field. Did you mean %(nearest)s?")
    else:
        words = _("Line %(line)d, column %(column)d: “%(text)s” is no field. A field is written {{ name }}.")
    return words % values


def template_badge(template: LetterTemplate) -> tuple[str, str]:
    """Whether it can be sent: words and tone. Needs `released` and `has_draft` (selectors.letters.templates_of)."""
    if template.archived_at:
        return _("Out of use"), ""
    if not template.released:  # type: ignore[attr-defined]
        return _("Draft"), "warn"
    return (_("In use, a draft waits"), "info") if template.has_draft else (_("In use"), "ok")  # type: ignore[attr-defined]


def template_standing(
    template: LetterTemplate, released: LetterVersion | None, draft: LetterVersion | None, *, writes: bool
) -> dict[str, str]:
    """Where a template stands: happened, acts, until, otherwise, tone."""
    if template.archived_at:
        happened = _("This template is out of use since %(day)s.") % {
            "day": _day(timezone.localtime(template.archived_at))
        }
        return _standing(happened, _("Nothing to do. It can be taken back into use."))
    if draft is None and released:
        happened = _("Version %(number)d is released and can be sent.") % {"number": released.number}
        return _standing(happened, _("Choose who gets it, when you need it."), tone="ok")
    happened = _("Version %(number)d is a draft.") % {"number": draft.number if draft else 0}
    acts = _("You: look at the preview, then release it.") if writes else _("The office releases it.")
    if released:
        otherwise = _("Until then version %(number)d is sent.") % {"number": released.number}
    else:
        otherwise = _("Until then it cannot be sent.")
    return _standing(happened, acts, otherwise=otherwise, tone="next" if writes else "")


def _standing(happened: str, acts: str, *, until: str = "", otherwise: str = "", tone: str = "") -> dict[str, str]:
    return {"happened": happened, "acts": acts, "until": until, "otherwise": otherwise, "tone": tone}


def version_label(version: LetterVersion) -> str:
    """How a version is called on its tab."""
    words = _("Version %(number)d") if version.released_at else _("Version %(number)d (draft)")
    return words % {"number": version.number}


# Runs

LOST_RIGHT = gettext_lazy("Not allowed any more: whoever started it may not write letters now.")
RUN_TONES = {RunState.DRAFT: "warn", RunState.RUNNING: "info", RunState.DONE: "ok", RunState.STOPPED: "bad"}
ITEM_TONES = {ItemState.WAITING: "info", ItemState.DONE: "ok", ItemState.SKIPPED: "warn"}


def run_badge(run: LetterRun) -> tuple[str, str]:
    return str(RunState(run.state).label), RUN_TONES[RunState(run.state)]


def run_standing(
    run: LetterRun, counts: Mapping[str, int], *, writes: bool, has_lost_right: bool = False
) -> dict[str, str]:
    """Where a run stands. counts: state of an item -> how many. has_lost_right: why it stopped."""
    done, waiting = counts.get(ItemState.DONE, 0), counts.get(ItemState.WAITING, 0)
    is_letter = run.letter_version.template.channel == LetterChannel.LETTER
    if run.state == RunState.DRAFT:
        return _draft_standing(waiting, counts.get(ItemState.SKIPPED, 0), is_letter=is_letter, writes=writes)
    if run.state == RunState.RUNNING:
        happened = _("The letters are being written, one after another.")
        return _standing(happened, _("Kervan, by itself. You may leave this page."))
    if run.state == RunState.DONE:
        happened = ngettext("One letter was written.", "%(count)d letters were written.", done) % {"count": done}
        return _standing(happened, _what_now(is_letter and done > 0, writes=writes), tone="ok")
    if run.started_at is None:
        return _standing(_("This run was given up before anything was sent."), _("Nothing to do: it is done."))
    happened = _("Stopped: %(done)d written, %(waiting)d not.") % {"done": done, "waiting": waiting}
    if has_lost_right:
        happened = f"{happened} {LOST_RIGHT}"
    acts = _("You: go on, or leave it as it is.") if writes else _("The office goes on, or leaves it as it is.")
    return _standing(happened, acts, otherwise=_("Otherwise the others get nothing."), tone="bad")


def _what_now(has_files: bool, *, writes: bool) -> str:
    if not has_files:
        return _("Nothing to do: it is done.")
    if not writes:
        return _("The office prints the PDFs or sends them by mail.")
    return _("You: download all PDFs, then print them or send them by mail. Kervan does not attach them to mails yet.")


def _draft_standing(waiting: int, skipped: int, *, is_letter: bool, writes: bool) -> dict[str, str]:
    parts = [ngettext("One letter is ready.", "%(count)d letters are ready.", waiting) % {"count": waiting}]
    if skipped:
        words = ngettext("One reader is left out.", "%(count)d readers are left out.", skipped)
        parts.append(words % {"count": skipped})
    acts = _how_to_start(is_letter) if writes else _("The office starts it.")
    return _standing(" ".join(parts), acts, otherwise=_("Otherwise nothing is sent."), tone="next" if writes else "")


def _how_to_start(is_letter: bool) -> str:
    if is_letter:
        return _("You: look at the samples, say who signs, then press “Write the letters”.")
    return _("You: look at the samples and at who is left out, then press “Send the mails”.")


def prepared_sentence(run: LetterRun) -> str:
    """What a list's action prepared: a draft run."""
    words = ngettext(
        "One reader is chosen; nothing is sent yet. Look at the samples first.",
        "%(count)d readers are chosen; nothing is sent yet. Look at the samples first.",
        run.total,
    )
    return words % {"count": run.total}


def item_badge(item: LetterItem) -> tuple[str, str]:
    return str(ItemState(item.state).label), ITEM_TONES[ItemState(item.state)]


def item_problem(item: LetterItem, labels: Mapping[str, str]) -> str:
    """Why a reader is left out, "" where they are not. labels: code of a field -> its name."""
    return problem_sentence(item.problem, item.problem_values, labels)


def problem_sentence(code: str, values: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    fields = ", ".join(labels.get(one, one) for one in values.get("fields", []))
    return str(PROBLEMS.get(code, "")) % {"fields": fields, "email": values.get("email") or _("none")}


PROBLEMS = {
    merging.MISSING: gettext_lazy("We do not know: %(fields)s. Add it to the record, then write again."),
    merging.TOO_LONG: gettext_lazy("Too long for a letter: %(fields)s. Correct the record, then write again."),
    "no_mail": gettext_lazy("No valid e-mail address (we have: %(email)s). Add it to the record, then write again."),
    "gone": gettext_lazy("The record is not there any more, or cannot be seen by who started the run."),
    "unprintable": gettext_lazy("The letter would hold signs that a PDF of Kervan cannot show yet."),
    "failed": gettext_lazy("The letter could not be written. The administrator finds the error in the log."),
}

texts.register(
    {
        "lettertemplate.create": gettext_lazy("Template written"),
        "lettertemplate.change": gettext_lazy("Draft %(number)s changed"),
        "lettertemplate.new_version": gettext_lazy("Version %(number)s begun"),
        "lettertemplate.release": gettext_lazy("Version %(number)s released"),
        "lettertemplate.archive": gettext_lazy("Taken out of use"),
        "lettertemplate.restore": gettext_lazy("Taken back into use"),
        "letterrun.draft": gettext_lazy("Run prepared"),
        "letterrun.set_head": gettext_lazy("Signed by %(signatory)s"),
        "letterrun.start": gettext_lazy("Started for %(count)s readers"),
        "letterrun.stop": gettext_lazy("Stopped"),
        "letterrun.go_on": gettext_lazy("Gone on"),
        "letterrun.lost_right": LOST_RIGHT,
        "letterrun.finish": gettext_lazy("Finished: %(done)s letters written"),
    }
)


def bulk_sentence(version: LetterVersion, reader: LetterReader, obstacle: tuple[str, dict[str, Any]] | None) -> str:
    """What happens to a row for which a letter is to be prepared."""
    if obstacle:
        labels = {field.code: str(field.label) for field in registries.merge_sources[version.template.about].fields}
        return problem_sentence(obstacle[0], obstacle[1], labels)
    is_turkish = reader.language.startswith("tr")
    if version.template.channel == LetterChannel.LETTER:
        return _("Gets a letter in Turkish.") if is_turkish else _("Gets a letter in English.")
    words = _("Gets a mail in Turkish to %(email)s.") if is_turkish else _("Gets a mail in English to %(email)s.")
    return words % {"email": reader.email}
