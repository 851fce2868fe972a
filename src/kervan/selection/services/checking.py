"""Checking files: accept, return with a reason, decide on documents and claims, note points, enter exam results."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kervan.core import history, sealed, storage
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible
from kervan.core.states import move
from kervan.core.work import drain_soon
from kervan.selection import mails
from kervan.selection.models import Application, ApplicationDocument, Call, CheckState, ExamResult, PointClaim
from kervan.selection.selectors.rules import documents_of, rules_of
from kervan.selection.selectors.sheets import missing_documents
from kervan.selection.states import APPLICATION_MOVES, ApplicationState, CallState

BEFORE_RESULTS = (CallState.ANNOUNCED, CallState.SCORED)
EXAM_FIELDS = ("written", "oral", "mark", "level", "was_absent")


def _check_before_results(application: Application) -> None:
    call = Call.objects.select_for_update().get(pk=application.call_id)
    if call.state not in BEFORE_RESULTS:
        raise NotPossible(_("The results of this call are published; files are not changed any more."))


@transaction.atomic
def accept(application: Application, *, actor: Any) -> Application:
    """Accept a file as complete and true. Raises NotPossible naming what is missing or was returned."""
    _check_before_results(application)
    found = {application.pk: list(application.documents.all())}
    missing = missing_documents(application, found, [document.code for document in documents_of(application.call)])
    missing = tuple(code for code in missing if code != "file")
    if missing:
        labels = {one.code: one for one in documents_of(application.call)}
        names = ", ".join(label_of(labels.get(code), code) for code in missing)
        raise NotPossible(_("Still missing or returned: %(documents)s.") % {"documents": names})
    if application.claims.filter(state=CheckState.WAITING).exclude(item="").exists():
        raise NotPossible(_("Decide on the claimed points first: accept or refuse each."))
    application.documents.filter(state=CheckState.WAITING).update(state=CheckState.ACCEPTED)
    Application.objects.filter(pk=application.pk).update(returned_reason="")
    moved: Application = move(application, "accept", APPLICATION_MOVES, actor=actor)
    return moved


def label_of(document: Any, code: str) -> str:
    """Return a document's name in the reader's language."""
    from kervan.core.text import pick

    return pick(document.label_en, document.label_tr) if document else code


@transaction.atomic
def return_file(application: Application, reason: str, *, actor: Any) -> Application:
    """Give a file back with what is missing; the applicant gets mail and hands it in again until the deadline."""
    if not reason.strip():
        raise NotPossible(_("Say what is missing, so that the applicant can mend it."))
    _check_before_results(application)
    Application.objects.filter(pk=application.pk).update(returned_reason=reason.strip())
    application.returned_reason = reason.strip()
    moved: Application = move(application, "return", APPLICATION_MOVES, actor=actor, reason=reason.strip())
    mails.write_returned(moved)
    drain_soon()
    return moved


@transaction.atomic
def reopen(application: Application, *, actor: Any) -> Application:
    """Take back an acceptance."""
    _check_before_results(application)
    moved: Application = move(application, "reopen", APPLICATION_MOVES, actor=actor)
    return moved


@transaction.atomic
def decide_document(document: ApplicationDocument, state: str, reason: str = "", *, actor: Any) -> ApplicationDocument:
    """Accept or return one document; returning needs a reason."""
    application = document.application
    _check_before_results(application)
    if state == CheckState.RETURNED and not reason.strip():
        raise NotPossible(_("Say what is wrong with the document."))
    if application.state == ApplicationState.CHECKED:
        raise NotPossible(_("The file is accepted. Open it again first."))
    document.state, document.reason = state, reason.strip() if state == CheckState.RETURNED else ""
    document.save(update_fields=["state", "reason"])
    history.record(
        application, "application.document", actor=actor, document=document.code, decision=state, reason=document.reason
    )
    return document


@transaction.atomic
def decide_claim(claim: PointClaim, state: str, *, actor: Any) -> PointClaim:
    """Accept or refuse claimed points. The history never names a special item."""
    _check_before_results(claim.application)
    claim.state = state
    claim.save(update_fields=["state"])
    item = claim.item or "special"
    history.record(claim.application, "application.claim", actor=actor, item=item, decision=state, count=claim.count)
    return claim


@transaction.atomic
def note_item(application: Application, item: str, count: int, *, actor: Any) -> PointClaim:
    """Note points that the office knows of (an earlier stay, a missed meeting); count 0 takes them away again."""
    _check_before_results(application)
    known = rules_of(application.call).item(item)
    if known is None or known.special_category:
        raise NotPossible(_("These points cannot be noted here."))
    if known.maximum_count is not None and count > known.maximum_count:
        raise NotPossible(_("These points count at most %(count)d times.") % {"count": known.maximum_count})
    if count <= 0:
        application.claims.filter(item=item).delete()
        claim = PointClaim(application=application, item=item, count=0)
    else:
        claim, _made = PointClaim.objects.update_or_create(
            application=application,
            item=item,
            defaults={"office_id": application.office_id, "count": count, "state": CheckState.ACCEPTED},
        )
    history.record(application, "application.note_item", actor=actor, item=item, count=count)
    return claim


@transaction.atomic
def look_at_special(application: Application, *, actor: Any) -> list[tuple[PointClaim, str]]:
    """Return special claims with their item, for holders of the right; the look is written down."""
    claims = list(application.claims.exclude(sealed_item="").order_by("pk"))
    history.record(application, "application.read_special", actor=actor, count=len(claims))
    return [(claim, str(sealed.unseal(claim.sealed_item))) for claim in claims]


@transaction.atomic
def enter_exam(
    application: Application, language: str, version: int | None, *, actor: Any, **values: Any
) -> ExamResult:
    """Save one exam result. `version` None is a new one; a stale one changes nothing (Stale holds the current row)."""
    _check_before_results(application)
    values = {name: values[name] for name in EXAM_FIELDS if name in values}
    row = ExamResult.objects.filter(application=application, language=language).first()
    if row is None:
        row = ExamResult.objects.create(
            office_id=application.office_id, application=application, language=language, **values
        )
    else:
        row = save_if_current(row, version or 0, **values)
    shown = {name: str(value) for name, value in values.items() if value not in (None, "")}
    history.record(application, "application.exam", actor=actor, language=language, **shown)
    return row


def read_document(document: ApplicationDocument, *, actor: Any) -> bytes:
    """Return the content of a document; looks at sealed ones are recorded."""
    return storage.content_of(document.stored_file, actor=actor)
