"""One released version written to many: a draft with its preview, then letter by letter in the worker.

A reader's item, its document and its mail are written in one transaction; the PDF is on disk before. Whenever the
worker is killed, what is missing is written by the next one, and nothing twice.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from kervan.core import history, outbox, pdf, registries, work
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.letter_states import RUN_MOVES
from kervan.core.models import (
    IssuedDocument,
    ItemState,
    LetterChannel,
    LetterItem,
    LetterRun,
    LetterVersion,
    OutboxMessage,
    RunState,
)
from kervan.core.registries import LetterReader
from kervan.core.rules import markdown_blocks, merging
from kervan.core.rules.markdown_blocks import Block
from kervan.core.scope import Scope
from kervan.core.selectors import letters as selectors
from kervan.core.selectors.pages import PRIVATE_MAIL
from kervan.core.services import documents, letters
from kervan.core.states import move

log = logging.getLogger(__name__)
MOST_READERS = 5_000
CHUNK = 25
CHUNKS_SECONDS = settings.Q_CLUSTER["timeout"] / 3  # then the job goes on in a new one, before the worker ends it
JOB = "kervan.core.services.letter_runs.carry_on"
NO_MAIL, GONE, UNPRINTABLE, FAILED = "no_mail", "gone", "unprintable", "failed"
LANGUAGES = ("en", "tr")
ADDRESS_FIELDS = ("function", "university", "partner")  # as the sources of readers call them


@dataclass(frozen=True, slots=True)
class Written:
    """A letter to one reader, in one language: subject as one line, text as blocks."""

    subject: str
    blocks: list[Block]
    language: str


@dataclass(frozen=True, slots=True)
class Head:
    """Who signs, as what in both languages, and the date; empty for mails."""

    signatory: str = ""
    function_en: str = ""
    function_tr: str = ""
    dated: date | None = None


def language_of(reader: LetterReader) -> str:
    """The language a reader is written to in: theirs, English where it is another one."""
    return "tr" if reader.language.startswith("tr") else "en"


def write_to(version: LetterVersion, reader: LetterReader, language: str = "") -> Written:
    """Put what a reader has into the words of a version."""
    chosen = language or language_of(reader)
    values = reader.values(chosen)
    subject, body = _words(version, chosen)
    return Written(merging.fill_line(subject, values), merging.fill(body, values), chosen)


def _words(version: LetterVersion, language: str) -> tuple[str, str]:
    return getattr(version, f"subject_{language}"), getattr(version, f"body_{language}")


def obstacle(version: LetterVersion, channel: str, reader: LetterReader) -> tuple[str, dict[str, Any]] | None:
    """Why a reader cannot be written to: (code, values), or None. Codes: missing, too_long, no_mail."""
    subject, body = _words(version, language_of(reader))
    fields = merging.fields_in(f"{subject}\n{body}")
    lack = merging.lacking(fields, reader.values(language_of(reader)))
    if lack:
        return lack[0], {"fields": lack[1]}
    if channel == LetterChannel.MAIL and not _is_address(reader.email):
        return NO_MAIL, {"email": reader.email}
    return None


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


# The draft


@transaction.atomic
def draft_run(
    version: LetterVersion, uids: Sequence[str], *, scope: Scope, head: Head | None = None, uid: str = "", actor: Any
) -> LetterRun:
    """Prepare a run: who gets what, who is left out and why. Nothing is sent before `start`.

    uids: of the readers. uid: of an open draft of the same version that further readers join. Raises NotPossible
    for a version that is not released, a template out of use, no reader at all, or too many.
    """
    _refuse_version(version)
    readers = letters.source_of(version.template.about).readers_of(scope, list(dict.fromkeys(uids)))
    if not readers:
        raise NotPossible(_("Nobody is chosen. Choose at least one reader."))
    run = _draft(version, head or Head(), uid, actor)
    _add_items(run, readers)
    run.total = run.items.exclude(state=ItemState.SKIPPED).count()
    run.save(update_fields=["total"])
    return run


def _refuse_version(version: LetterVersion) -> None:
    if version.released_at is None:
        raise NotPossible(
            _("Version %(number)d is still a draft. Release it, then it can be sent.") % {"number": version.number}
        )
    if version.template.archived_at:
        raise NotPossible(_("The template “%(title)s” is out of use.") % {"title": version.template.title})


def _draft(version: LetterVersion, head: Head, uid: str, actor: Any) -> LetterRun:
    joined = LetterRun.objects.select_for_update().filter(office_id=version.office_id, uid=uid).first() if uid else None
    if joined:
        if joined.state != RunState.DRAFT or joined.letter_version_id != version.pk:
            raise NotPossible(_("This run was started or stopped already; nobody can join it."))
        return joined
    run = LetterRun(
        office_id=version.office_id,
        letter_version=version,
        signatory=head.signatory,
        function_en=head.function_en,
        function_tr=head.function_tr,
        dated=head.dated,
        made_by=actor if getattr(actor, "pk", None) else None,
        **({"uid": uid} if uid else {}),
    )
    run.save(force_insert=True)
    history.record(run, "letterrun.draft", actor=actor)
    return run


def _add_items(run: LetterRun, readers: list[LetterReader]) -> None:
    have = set(run.items.values_list("subject_uid", flat=True))
    if len(have) + len(readers) > MOST_READERS:
        raise NotPossible(
            _("At most %(limit)d readers can be written to at once; %(count)d are chosen.")
            % {"limit": MOST_READERS, "count": len(have) + len(readers)}
        )
    items = [_item(run, run.letter_version.template.channel, reader) for reader in readers if reader.uid not in have]
    LetterItem.objects.bulk_create(items, batch_size=500)


def _item(run: LetterRun, channel: str, reader: LetterReader) -> LetterItem:
    code, values = obstacle(run.letter_version, channel, reader) or ("", {})
    return LetterItem(
        office_id=run.office_id,
        run=run,
        subject_uid=reader.uid,
        recipient=reader.name[:250],
        email=reader.email[:254],
        language=language_of(reader),
        state=ItemState.SKIPPED if code else ItemState.WAITING,
        problem=code,
        problem_values=values,
    )


# Start, stop, go on


@transaction.atomic
def set_head(run: LetterRun, version_seen: int, head: Head, *, actor: Any) -> LetterRun:
    """Say who signs the letters of a draft, and their date. Raises Stale, and NotPossible once it was started."""
    if LetterRun.objects.select_for_update().get(pk=run.pk).state != RunState.DRAFT:
        raise NotPossible(_("This run was started or stopped already; who signs cannot change any more."))
    saved: LetterRun = save_if_current(run, version_seen, **asdict(head))
    history.record(saved, "letterrun.set_head", actor=actor, signatory=head.signatory)
    return saved


@transaction.atomic
def start_signed(run: LetterRun, version_seen: int, head: Head, *, actor: Any) -> LetterRun:
    """Say who signs, and begin."""
    return start(set_head(run, version_seen, head, actor=actor), actor=actor)


@transaction.atomic
def start(run: LetterRun, *, actor: Any) -> LetterRun:
    """Begin to write. Pressed twice, the second press is refused and changes nothing."""
    if run.letter_version.template.channel == LetterChannel.LETTER and not run.signatory:
        raise NotPossible(_("Say who signs the letters, then press “Write the letters”."))
    if not run.items.filter(state=ItemState.WAITING).exists():
        raise NotPossible(_("Nobody can be written to: everybody is left out. Look at the reasons."))
    move(run, "start", RUN_MOVES, actor=actor, count=run.total)
    run.started_at = timezone.now()
    run.save(update_fields=["started_at"])
    work.later(JOB, run.pk)
    return run


def stop(run: LetterRun, *, actor: Any) -> LetterRun:
    """Stop a run; what was written stays. A draft is given up."""
    stopped: LetterRun = move(run, "stop", RUN_MOVES, actor=actor)
    return stopped


@transaction.atomic
def go_on(run: LetterRun, *, actor: Any) -> LetterRun:
    """Go on with a run that was stopped in the middle."""
    if run.started_at is None:
        raise NotPossible(_("This run was never started. Make a new one."))
    move(run, "go_on", RUN_MOVES, actor=actor)
    work.later(JOB, run.pk)
    return run


# In the worker


def carry_on(pk: int) -> str:
    """Write chunk by chunk until all is written, the run is stopped, or it is time for a new job."""
    began, count = monotonic(), 0
    while written := _write_chunk(pk):
        count += written
        if monotonic() - began > CHUNKS_SECONDS:
            work.later(JOB, pk)
            return f"{count} written, goes on"
    return f"{count} written, done"


def pick_up() -> int:
    """Every minute: queue running runs that no job works on, attempts used up or the queue lost. Returns how many."""
    from django_q.models import OrmQ

    running = list(LetterRun.objects.filter(state=RunState.RUNNING).values_list("pk", flat=True))
    tasks = [one.task for one in OrmQ.objects.all()] if running else []
    queued = {pk for task in tasks if task.get("func") == JOB for pk in task.get("args", ())}
    lost = [pk for pk in running if pk not in queued]
    for pk in lost:
        work.later(JOB, pk)
    return len(lost)


def _write_chunk(pk: int) -> int:
    """Write the next readers of a running run. Returns how many were looked at; 0: nothing is left to do."""
    run = LetterRun.objects.select_related("letter_version__template", "office", "made_by").get(pk=pk)
    if run.state != RunState.RUNNING:
        return 0
    items = list(run.items.filter(state=ItemState.WAITING).order_by("pk")[:CHUNK])
    if not items:
        _finish(run)
        return 0
    actor = selectors.started_by(run)
    scope = registries.scope_of(actor, run.office_id)
    if not selectors.writes_letters(scope):
        _stop_without_right(run)
        return 0
    source = letters.source_of(run.letter_version.template.about)
    readers = {reader.uid: reader for reader in source.readers_of(scope, [item.subject_uid for item in items])}
    mails = [mail for item in items if (mail := _fill(run, item, readers.get(item.subject_uid), actor))]
    _keep(run, items, mails, actor)
    return len(items)


@transaction.atomic
def _finish(run: LetterRun) -> None:
    locked = LetterRun.objects.select_for_update().get(pk=run.pk)
    if locked.state != RunState.RUNNING:
        return
    done = locked.items.filter(state=ItemState.DONE).count()
    move(locked, "finish", RUN_MOVES, actor=None, done=done)
    LetterRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())


@transaction.atomic
def _stop_without_right(run: LetterRun) -> None:
    """Stop where whoever started it may not write letters any more; a colleague goes on with their own right."""
    locked = LetterRun.objects.select_for_update().get(pk=run.pk)
    if locked.state == RunState.RUNNING:
        move(locked, "stop", RUN_MOVES, actor=None)
        history.record(locked, selectors.LOST_RIGHT, actor=None)


def _fill(run: LetterRun, item: LetterItem, reader: LetterReader | None, actor: Any) -> dict[str, str] | None:
    """Write one letter: sets the item's state, and its document (not saved yet) or the mail that is returned.

    Whatever goes wrong with one reader leaves that reader out, with the reason, and never stops the others.
    """
    try:
        return _write(run, item, reader, actor)
    except NotPossible:
        _skip(item, UNPRINTABLE, {})
    except Exception as error:
        log.exception("letter %s could not be written", item.uid)
        _skip(item, FAILED, {"error": type(error).__name__})
    return None


def _write(run: LetterRun, item: LetterItem, reader: LetterReader | None, actor: Any) -> dict[str, str] | None:
    channel = run.letter_version.template.channel
    problem = obstacle(run.letter_version, channel, reader) if reader else (GONE, {})
    if reader is None or problem:
        _skip(item, *(problem or (GONE, {})))
        return None
    item.recipient, item.email, item.language = reader.name[:250], reader.email[:254], language_of(reader)
    written = write_to(run.letter_version, reader)
    if channel == LetterChannel.LETTER:
        item.document = _document(run, reader, written, actor)
    item.state = ItemState.DONE
    return _mail(item, written) if channel == LetterChannel.MAIL else None


def _skip(item: LetterItem, problem: str, values: dict[str, Any]) -> None:
    item.state, item.problem, item.problem_values, item.document = ItemState.SKIPPED, problem, values, None


def _mail(item: LetterItem, written: Written) -> dict[str, str]:
    return {
        "to": item.email,
        "subject": written.subject,
        "body": markdown_blocks.plain_text(written.blocks),
        "language": written.language,
        "dedupe_key": _dedupe_key(item),
    }


def _dedupe_key(item: LetterItem) -> str:
    """Private where the text opens something by itself: then the outbox shows it to nobody and does not keep it."""
    is_private = selectors.holds_secret(item.run.letter_version)
    return f"{PRIVATE_MAIL if is_private else ''}letter:{item.uid}"


def _document(run: LetterRun, reader: LetterReader, written: Written, actor: Any) -> IssuedDocument:
    template = run.letter_version.template
    return documents.prepare(
        run.office,
        kind="letter",
        title_en=template.title_en,
        title_tr=template.title_tr,
        recipient=reader.name,
        about=(reader.subject_type, reader.uid if reader.subject_type else ""),
        build=lambda code, address: letter_pdf(run, reader, written, code=code, address=address),
        issued_on=run.dated,
        actor=actor,
    )


def address_lines(reader: LetterReader, language: str) -> list[str]:
    """Whom a letter goes to: the name, under it function and university where the records have them."""
    values = reader.values(language)
    lines = [reader.name, *(values.get(code, "") for code in ADDRESS_FIELDS)]
    return [line for line in dict.fromkeys(map(merging.cleaned, lines)) if line]


def letter_pdf(run: LetterRun, reader: LetterReader, written: Written, *, code: str = "", address: str = "") -> bytes:
    """The letter as PDF, marked as a preview while it has no code. Raises NotPossible for signs without a font."""
    title, language = written.subject, written.language
    day = run.dated or timezone.localdate(timezone=ZoneInfo(run.office.time_zone))
    with translation.override(language):
        shown_day = formats.date_format(day, "j F Y")
    data = {
        **pdf.frame(run.office, language, title=title, code=code, address=address, is_draft=not code),
        "recipient": address_lines(reader, language),
        "date": shown_day,
        "subject": written.subject,
        "blocks": written.blocks,
        "signatory": run.signatory,
        "function": getattr(run, f"function_{language}") or run.function_en or run.function_tr,
    }
    return pdf.compile_pdf("core/letter", data, has_gaps=False)


@transaction.atomic
def _keep(run: LetterRun, items: list[LetterItem], mails: list[dict[str, str]], actor: Any) -> None:
    """Write items, documents and mails of a chunk, all or none; what another worker wrote meanwhile is left alone."""
    locked = LetterRun.objects.select_for_update().get(pk=run.pk)
    if locked.state != RunState.RUNNING:
        return
    waiting = set(
        locked.items.filter(pk__in=[item.pk for item in items], state=ItemState.WAITING).values_list("pk", flat=True)
    )
    mine = [item for item in items if item.pk in waiting]
    documents.keep([item.document for item in mine if item.document], actor=actor)
    for item in mine:
        item.document = item.document  # its key is known now
    keys = {_dedupe_key(item): item for item in mine}
    outbox.write_mails(run.office_id, [mail for mail in mails if mail["dedupe_key"] in keys])
    for message in OutboxMessage.objects.filter(office_id=run.office_id, dedupe_key__in=list(keys)):
        keys[message.dedupe_key].message = message
    fields = ["recipient", "email", "language", "state", "problem", "problem_values", "document", "message"]
    LetterItem.objects.bulk_update(mine, fields)
    if mails:
        work.drain_soon()
