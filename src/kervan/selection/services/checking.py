"""Checking files: accept, return with a reason, decide on documents and claims, note points, enter exam results."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kervan.core import history, storage
from kervan.core.editing import save_if_current
from kervan.core.errors import NotPossible, Stale
from kervan.core.states import move
from kervan.core.work import drain_soon
from kervan.selection import mails
from kervan.selection.models import Application, ApplicationDocument, Call, CheckState, ExamResult, PointClaim
from kervan.selection.selectors.rules import documents_of, rules_of
from kervan.selection.selectors.sheets import item_of, missing_documents
from kervan.selection.states import APPLICATION_MOVES, ApplicationState, CallState

BEFORE_RESULTS = (CallState.ANNOUNCED, CallState.SCORED)
EXAM_FIELDS = ("written", "oral", "mark", "level", "was_absent")


def _check_decides(application: Application, version: int | None, actor: Any) -> None:
    """Lock the call and the application for a decision on the file that the actor saw in this version.

    version None: whatever stands there (no form was shown). Raises NotPossible after the results and for one's own
    application, Stale when the file has changed since.
    """
    call = Call.objects.select_for_update().get(pk=application.call_id)
    if call.state not in BEFORE_RESULTS:
        raise NotPossible(_("The results of this call are published; files are not changed any more."))
    if application.person.user_id is not None and application.person.user_id == getattr(actor, "pk", None):
        raise NotPossible(_("This is your own application; somebody else of the office decides on it."))
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if version is not None and version != locked.version:
        raise Stale(_("This file has changed since you opened it. Look at it again, then decide."), locked)


def _touch(application: Application) -> None:
    """Let whoever still has the file open as it was find out."""
    Application.objects.filter(pk=application.pk).update(version=F("version") + 1)


@transaction.atomic
def accept(application: Application, version: int | None = None, *, actor: Any) -> Application:
    """Accept a file as complete and true. Raises NotPossible naming what is missing or was returned.

    Points do not wait here where a protected one is among them: its readers decide on all, before a run is adopted.
    """
    _check_decides(application, version, actor)
    found = {application.pk: list(application.documents.all())}
    missing = missing_documents(application, found, [document.code for document in documents_of(application.call)])
    missing = tuple(code for code in missing if code != "file")
    if missing:
        labels = {one.code: one for one in documents_of(application.call)}
        names = ", ".join(label_of(labels.get(code), code) for code in missing)
        raise NotPossible(_("Still missing or returned: %(documents)s.") % {"documents": names})
    if waits_for_points(application):
        raise NotPossible(_("Decide on the claimed points first: accept or refuse each."))
    application.documents.filter(state=CheckState.WAITING).update(state=CheckState.ACCEPTED)
    Application.objects.filter(pk=application.pk).update(returned_reason="")
    moved: Application = move(application, "accept", APPLICATION_MOVES, actor=actor)
    return moved


def waits_for_points(application: Application) -> bool:
    """Whether claimed points keep a file from being accepted."""
    claims = application.claims.all()
    return claims.filter(state=CheckState.WAITING).exists() and not claims.exclude(sealed_item="").exists()


def label_of(document: Any, code: str) -> str:
    """Return a document's name in the reader's language."""
    from kervan.core.text import pick

    return pick(document.label_en, document.label_tr) if document else code


@transaction.atomic
def return_file(application: Application, reason: str, version: int | None = None, *, actor: Any) -> Application:
    """Give a file back with what is missing; the applicant gets mail and can hand it in again."""
    if not reason.strip():
        raise NotPossible(_("Say what is missing, so that the applicant can mend it."))
    _check_decides(application, version, actor)
    Application.objects.filter(pk=application.pk).update(returned_reason=reason.strip())
    application.returned_reason = reason.strip()
    moved: Application = move(application, "return", APPLICATION_MOVES, actor=actor, reason=reason.strip())
    mails.write_returned(moved)
    drain_soon()
    return moved


@transaction.atomic
def reopen(application: Application, version: int | None = None, *, actor: Any) -> Application:
    """Take back an acceptance."""
    _check_decides(application, version, actor)
    moved: Application = move(application, "reopen", APPLICATION_MOVES, actor=actor)
    return moved


@transaction.atomic
def decide_document(
    document: ApplicationDocument, state: str, reason: str = "", version: int | None = None, *, actor: Any
) -> ApplicationDocument:
    """Accept or return one document; returning needs a reason. version: of the application, as it was shown."""
    application = document.application
    _check_decides(application, version, actor)
    if state == CheckState.RETURNED and not reason.strip():
        raise NotPossible(_("Say what is wrong with the document."))
    if application.state == ApplicationState.CHECKED:
        raise NotPossible(_("The file is accepted. Open it again first."))
    document.state, document.reason = state, reason.strip() if state == CheckState.RETURNED else ""
    document.save(update_fields=["state", "reason"])
    _touch(application)
    history.record(
        application, "application.document", actor=actor, document=document.code, decision=state, reason=document.reason
    )
    return document


@transaction.atomic
def decide_claim(claim: PointClaim, state: str, version: int | None = None, *, actor: Any) -> PointClaim:
    """Accept or refuse claimed points. The history never names a special item. version: of the application."""
    _check_decides(claim.application, version, actor)
    claim.state = state
    claim.save(update_fields=["state"])
    _touch(claim.application)
    item = claim.item or "special"
    history.record(claim.application, "application.claim", actor=actor, item=item, decision=state, count=claim.count)
    return claim


@transaction.atomic
def note_item(application: Application, item: str, count: int, version: int | None = None, *, actor: Any) -> PointClaim:
    """Note points that the office knows of (an earlier stay, a missed meeting); count 0 takes them away again."""
    _check_decides(application, version, actor)
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
    _touch(application)
    history.record(application, "application.note_item", actor=actor, item=item, count=count)
    return claim


@transaction.atomic
def look_at_special(application: Application, *, actor: Any) -> list[tuple[PointClaim, str]]:
    """Return all claims with their item, special ones too, for holders of the right; the look is written down."""
    claims = list(application.claims.order_by("pk"))
    history.record(application, "application.read_special", actor=actor, count=sum(bool(c.sealed_item) for c in claims))
    return [(claim, item_of(claim)) for claim in claims]


@transaction.atomic
def enter_exam(
    application: Application, language: str, version: int | None, *, actor: Any, **values: Any
) -> ExamResult:
    """Save one exam result. `version` None is a new one; a stale one changes nothing (Stale holds the current row)."""
    _check_decides(application, None, actor)
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
