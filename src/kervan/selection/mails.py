"""What we write to applicants: rendered rows of the outbox, in the reader's language, sent by the worker."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kervan.core import outbox
from kervan.core.models import Office
from kervan.people.models import Person
from kervan.selection import words
from kervan.selection.models import Application, Call, Outcome, PlacementRun
from kervan.selection.rules import market as m
from kervan.selection.selectors.outcomes import outcomes_of
from kervan.selection.selectors.waiver import last_day_without_loss

Mail = dict[str, str]


def language_of(person: Person) -> str:
    """Return the language of a person's letters."""
    return person.language or "en"


def letter(office: Office, person: Person, lines: Iterable[str]) -> str:
    """Put lines into the frame of a letter: greeting, signature."""
    greeting = _("Dear %(name)s,") % {"name": person.full_name}
    return "\n\n".join([greeting, *lines, str(office.name)])


def _mail(office: Office, person: Person, subject: str, lines: Iterable[str], key: str) -> Mail:
    """One mail for the outbox; called with the person's language active."""
    return {
        "to": person.email,
        "subject": subject,
        "body": letter(office, person, lines),
        "language": language_of(person),
        "dedupe_key": key,
    }


def write_returned(application: Application) -> None:
    """Tell an applicant that the file came back, why, and until when it can be mended."""
    person, call = application.person, application.call
    if not person.email:
        return
    with translation.override(language_of(person)):
        lines = [
            _("Your application “%(call)s” was returned: %(reason)s")
            % {"call": call.title, "reason": application.returned_reason},
            _how_to_mend(call),
            _("Otherwise it takes part as incomplete and is refused."),
            page_of(application),
        ]
        subject = _("Your application needs to be mended: %(call)s") % {"call": call.title}
        key = f"returned:{application.uid}:{application.version}"
        outbox.write_mails(application.office_id, [_mail(call.office, person, subject, lines, key)])


def _how_to_mend(call: Call) -> str:
    """What can be mended until when (see `applying.takes_papers_only`)."""
    if call.is_closed:
        return _(
            "Please upload the documents anew and hand the application in again as soon as you can, before "
            "applications are placed. Nothing else can be changed after the deadline."
        )
    return _(
        "Please mend it and hand it in again until the end of %(day)s. Later you can still change documents and hand "
        "it in, but nothing else, before applications are placed."
    ) % {"day": date_format(call.closes_on, "j F Y")}


def write_results(run: PlacementRun) -> int:
    """Tell each applicant of a published run the result, its reasons and what comes next. Returns how many mails."""
    mails = [_result(run, outcome) for outcome in outcomes_of(run) if outcome.application.person.email]
    outbox.write_mails(run.office_id, mails)
    return len(mails)


def _result(run: PlacementRun, outcome: Outcome) -> Mail:
    person = outcome.application.person
    with translation.override(language_of(person)):
        subject = _("Your result: %(call)s") % {"call": run.call.title}
        lines = [*words.result_lines(outcome), *_next_steps(run, outcome), _where(outcome.application)]
        return _mail(run.call.office, person, subject, lines, f"result:{run.uid}:{outcome.application.uid}")


def _next_steps(run: PlacementRun, outcome: Outcome) -> list[str]:
    if outcome.result == m.MAIN:
        return _until_without_loss(run, outcome)
    if outcome.result == m.RESERVED:
        return [_("If a place becomes free you move up and hear of it by mail; you need to do nothing.")]
    return []


def _until_without_loss(run: PlacementRun, outcome: Outcome) -> list[str]:
    """The day until which the place can be given up, unless it is over (the letter may be about a grant alone)."""
    last_day = last_day_without_loss(run, outcome.application)
    if last_day < timezone.localdate():
        return []
    words = {"day": date_format(last_day, "j F Y")}
    return [
        _("You may give up the place until the end of %(day)s without losing points at a later application.") % words
    ]


def _where(application: Application) -> str:
    sentence = _("On your page in Kervan you find every wish with its reason and how your score was worked out.")
    return f"{sentence}\n{page_of(application)}"


def page_of(application: Application) -> str:
    """Return the address of the applicant's own page, for letters."""
    return f"{settings.ADDRESS}{reverse('selection:my_application', args=[application.uid])}"


def write_withdrawal(application: Application, run: PlacementRun) -> None:
    """Confirm a withdrawal."""
    person = application.person
    if not person.email:
        return
    with translation.override(language_of(person)):
        subject = _("You have withdrawn: %(call)s") % {"call": run.call.title}
        lines = [_("Your application was withdrawn. A place or grant that you held has been passed on.")]
        key = f"withdrawn:{run.uid}:{application.uid}"
        outbox.write_mails(run.office_id, [_mail(run.call.office, person, subject, lines, key)])


def write_changes(before: PlacementRun, after: PlacementRun) -> int:
    """Tell those whose result, place or grant a succession has improved. Returns how many mails."""
    old = {row.application_id: _held(row) for row in Outcome.objects.filter(run=before)}
    better = [row for row in outcomes_of(after) if old.get(row.application_id) != _held(row)]
    mails = [_improved(after, outcome) for outcome in better if outcome.application.person.email]
    outbox.write_mails(after.office_id, mails)
    return len(mails)


def _held(row: Outcome) -> tuple[Any, ...]:
    """What one holds: the place and grant, or standing on a reserve list at all (its rank moves without a mail)."""
    return row.result, row.place_id if row.result == m.MAIN else None, row.grant


def _improved(run: PlacementRun, outcome: Outcome) -> Mail:
    person = outcome.application.person
    with translation.override(language_of(person)):
        subject = _("Your result has changed: %(call)s") % {"call": run.call.title}
        lines = [
            _("Somebody has withdrawn, and you have moved up."),
            *words.result_lines(outcome),
            *_next_steps(run, outcome),
            _where(outcome.application),
        ]
        return _mail(run.call.office, person, subject, lines, f"result:{run.uid}:{outcome.application.uid}")
