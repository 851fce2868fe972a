"""Writing to the chosen rows of a list: prepares a run of letters; it is looked at and started under Letters."""

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import bulk, registries
from kervan.core.forms.letters import BulkLetterForm
from kervan.core.identity import new_uid
from kervan.core.letter_texts import bulk_sentence, prepared_sentence
from kervan.core.models import BulkRun, LetterRun, LetterVersion, RunState
from kervan.core.registries import LetterReader
from kervan.core.scope import Scope
from kervan.core.selectors import letters as selectors
from kervan.core.services import letter_runs


def register(list_name: str, about: str) -> None:
    """Put “Write to them” under a list whose rows have the uids of a merge source's readers."""
    bulk.register(
        bulk.BulkAction(
            list_name=list_name,
            name="letter",
            label=gettext_lazy("Write to them"),
            icon="mail",
            readers=selectors.writes_letters,
            rows=lambda scope, uids: _readers(scope, about, uids),
            judge=judge,
            apply=prepare,
            form=lambda scope, data: letter_form(scope, about, data),
            name_of=lambda reader: reader.name,
            next_of=next_of,
        )
    )


def _readers(scope: Scope, about: str, uids: Sequence[str]) -> list[LetterReader]:
    source = registries.merge_sources.get(about)
    return source.readers_of(scope, uids) if source else []


def letter_form(scope: Scope, about: str, data: Any) -> BulkLetterForm:
    """The form that asks which letter. One query when it is shown or checked."""
    form = BulkLetterForm(data or None, initial={"run": new_uid()})
    letter: Any = form.fields["letter"]
    letter.queryset = selectors.usable_versions(scope, about)
    letter.label_from_instance = _label
    return form


def _label(version: LetterVersion) -> str:
    return _("%(title)s (%(channel)s)") % {
        "title": version.template.title,
        "channel": version.template.get_channel_display(),
    }


def judge(reader: LetterReader, data: bulk.Data) -> bulk.Verdict:
    """Whether a reader gets a letter, in which language and where to; or what is missing."""
    version = data["letter"]
    obstacle = letter_runs.obstacle(version, version.template.channel, reader)
    return bulk.Verdict(obstacle is None, bulk_sentence(version, reader, obstacle))


def prepare(readers: Sequence[LetterReader], data: bulk.Data, actor: Any) -> int:
    """Put the readers into the draft run of this action; further pieces of the same action join it."""
    version = data["letter"]
    scope = registries.scope_of(actor, version.office_id)
    uids = [reader.uid for reader in readers]
    letter_runs.draft_run(version, uids, scope=scope, uid=data["run"], actor=actor)
    return len(uids)


def next_of(done: BulkRun) -> bulk.Next | None:
    """The draft run that was prepared: nothing is sent before it is looked at and started there. One query."""
    uid = QueryDict(done.data).get("run", "")
    rows = LetterRun.objects.filter(office_id=done.office_id, uid=uid, state=RunState.DRAFT)
    run = rows.first()
    if run is None:
        return None
    return bulk.Next(prepared_sentence(run), reverse("core:letter_run", args=[run.uid]), _("Look at the samples"))
