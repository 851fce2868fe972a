"""How long applications are kept, and how their part is erased (see people/retention.py and data/retention.csv)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kervan.core import history, texts
from kervan.core.models import StoredFile
from kervan.people import retention
from kervan.people.models import Person
from kervan.selection.models import (
    Application,
    ApplicationDocument,
    ImportBatch,
    PointClaim,
    PriorStay,
    RunKey,
    Score,
)
from kervan.selection.states import ApplicationState

WORDS = {"statement": "", "returned_reason": "", "withdrawal_reason": ""}
UNSUCCESSFUL = (ApplicationState.NOT_PLACED, ApplicationState.REJECTED, ApplicationState.WITHDRAWN)


def last_needed(office_id: int, today: date) -> dict[int, date]:
    """The last day of the latest call a person applied to, or the end of the year of an earlier stay."""
    applied = Application.objects.filter(office_id=office_id).values_list("person_id")
    days: dict[int, date] = dict(applied.annotate(Max("call__closes_on")))
    stays = PriorStay.objects.filter(office_id=office_id).values_list("person_id").annotate(Max("academic_year"))
    for person_id, year in stays:
        days[person_id] = max(date(year + 1, 8, 31), days.get(person_id, date.min))
    return days


def erase(persons: list[Person]) -> None:
    """Take out of a person's applications whatever leads back to the person. What the result was stays as a number."""
    rows = Application.objects.filter(person__in=persons)
    keys = list(rows.values_list("pk", flat=True))
    _drop_papers(keys)
    RunKey.objects.filter(application__in=keys).delete()
    PriorStay.objects.filter(person__in=persons).delete()
    _erase_events(rows)
    rows.update(**WORDS, portal_number="", sort_key="")


def _drop_papers(keys: list[int]) -> None:
    """Delete documents and claims; their files go with the next sweep, which removes what no row knows."""
    documents = ApplicationDocument.objects.filter(application__in=keys)
    files = list(documents.values_list("stored_file", flat=True))
    documents.delete()
    StoredFile.objects.filter(pk__in=files).delete()
    PointClaim.objects.filter(application__in=keys).delete()
    Score.objects.filter(application__in=keys).update(sealed_parts="")


def tidy(office_id: int, today: date) -> int:
    """Drafts never handed in, papers of applications without a place, and old imported lists."""
    return _tidy_drafts(office_id, today) + _tidy_unsuccessful(office_id, today) + _tidy_imports(office_id, today)


@transaction.atomic
def _tidy_drafts(office_id: int, today: date) -> int:
    before = retention.limit("selection.Application", "draft", today)
    rows = Application.objects.filter(office_id=office_id, state=ApplicationState.DRAFT, call__closes_on__lt=before)
    keys = list(rows.values_list("pk", flat=True))
    _drop_papers(keys)
    _erase_events(rows)
    _record(rows, "application.draft_deleted")
    rows.filter(pk__in=keys).delete()
    return len(keys)


@transaction.atomic
def _tidy_unsuccessful(office_id: int, today: date) -> int:
    before = retention.limit("selection.Application", "statement", today)
    rows = Application.objects.filter(office_id=office_id, state__in=UNSUCCESSFUL, call__closes_on__lt=before)
    keys = list(rows.filter(Q(documents__isnull=False) | ~Q(**WORDS)).distinct().values_list("pk", flat=True))
    _drop_papers(keys)
    return Application.objects.filter(pk__in=keys).update(**WORDS)


@transaction.atomic
def _tidy_imports(office_id: int, today: date) -> int:
    before = retention.midnight(retention.limit("selection.ImportBatch", "*", today))
    rows = ImportBatch.objects.filter(office_id=office_id, made_at__lt=before)
    keys, files = list(rows.values_list("pk", flat=True)), list(rows.values_list("stored_file", flat=True))
    _erase_events(rows)
    _record(rows, "importbatch.deleted")
    rows.filter(pk__in=keys).delete()
    StoredFile.objects.filter(pk__in=files).delete()
    return len(keys)


def _erase_events(rows: QuerySet[Any]) -> None:
    """Empty the history of rows whose content goes: it holds names of files, and of an import every changed value."""
    by_office: dict[int, list[str]] = {}
    for office_id, uid in rows.values_list("office_id", "uid"):
        by_office.setdefault(office_id, []).append(uid)
    for office_id, uids in by_office.items():
        retention.erase_events(office_id, rows.model._meta.model_name or "", uids)


def _record(rows: Iterable[Any], kind: str) -> None:
    for row in rows:
        history.record(row, kind, actor=None)


texts.register(
    {
        "application.draft_deleted": _("Draft deleted: it was never handed in and its time is over"),
        "importbatch.deleted": _("Imported list deleted at the end of its time"),
    }
)
retention.hold(
    retention.Holder(
        tables=("selection.Application", "selection.PriorStay"), last_needed=last_needed, erase=erase, tidy=tidy
    )
)
