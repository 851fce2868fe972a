"""What the applicant's side and the imports hang on the common pages: menus, first page, queue, words of events."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import registries, texts
from kervan.core.registries import QueueItem
from kervan.core.scope import Scope
from kervan.selection import applicant_texts, import_texts
from kervan.selection.models import ImportBatch, ImportState
from kervan.selection.permissions import everyone, is_applicant, prepares_calls
from kervan.selection.selectors import imports
from kervan.selection.views import public


def register() -> None:
    """Register all of it, once, when the app is ready."""
    texts.register(applicant_texts.EVENTS)
    texts.register(import_texts.EVENTS)
    calls, mine = gettext_lazy("Calls"), gettext_lazy("My applications")
    registries.menu(
        registries.Entry(calls, "selection:calls", "megaphone", everyone, area="public", order=10),
        registries.Entry(mine, "selection:my", "file-text", is_applicant, area="my", order=10),
        registries.Entry(calls, "selection:calls", "megaphone", everyone, area="my", order=20),
    )
    registries.home(registries.HomePart("selection/public/home.html", public.home_part, order=10))
    registries.queue(waiting_imports)


def waiting_imports(scope: Scope) -> Iterable[QueueItem]:
    """Tables that were uploaded and wait for somebody to look at them."""
    if not prepares_calls(scope):
        return []
    return [_item(batch) for batch in imports.waiting_batches(scope)]


def _item(batch: ImportBatch) -> QueueItem:
    is_mapping = batch.state == ImportState.MAPPING
    return QueueItem(
        title=_("Table to import: %(name)s") % {"name": batch.stored_file.name},
        sentence=_("Say which column is what; until then nothing of it counts.")
        if is_mapping
        else _("Look at what it would change and apply it; until then nothing of it counts."),
        url=reverse("selection:import_batch", args=[batch.call.uid, batch.uid]),
        button=_("Choose columns") if is_mapping else _("Look and apply"),
        icon="file-spreadsheet",
    )
