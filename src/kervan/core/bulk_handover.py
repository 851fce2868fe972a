"""The action that every list of records with somebody who looks after them can offer: give them to a colleague."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import registries
from kervan.core.bulk import BulkAction, Data, Verdict
from kervan.core.permissions import Predicate
from kervan.core.scope import Scope
from kervan.core.services.handover import hand_over


class HandOverForm(forms.Form):
    to = forms.ChoiceField(label=gettext_lazy("Who takes over"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands in the history of every record and in the notice to your colleague."),
    )

    def __init__(self, scope: Scope, data: Any = None) -> None:
        super().__init__(data)
        self.colleagues = {one.uid: one for one in registries.members(scope.office_id or 0)}
        choices = [("", "–"), *((uid, str(one)) for uid, one in self.colleagues.items())]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]

    def clean_to(self) -> Any:
        return self.colleagues[self.cleaned_data["to"]]


def hand_over_action(
    list_name: str,
    *,
    readers: Predicate,
    rows: Callable[[Scope, Sequence[str]], Sequence[Any]],
    name_of: Callable[[Any], str] = str,
    url_of: Callable[[Any], str] | None = None,
) -> BulkAction:
    """Make the action for a list. rows: with `responsible` at hand (select_related), as in `BulkAction`."""
    return BulkAction(
        list_name=list_name,
        name="hand_over",
        label=gettext_lazy("Hand over to a colleague"),
        icon="arrow-right-left",
        readers=readers,
        rows=rows,
        judge=_judge,
        apply=_apply,
        form=HandOverForm,
        name_of=name_of,
        url_of=url_of,
    )


def _judge(row: Any, data: Data) -> Verdict:
    to, before = data["to"], row.responsible
    if before and before.pk == to.pk:
        return Verdict(False, _("%(name)s looks after this already.") % {"name": to})
    if before:
        return Verdict(True, _("From %(before)s to %(to)s") % {"before": before, "to": to})
    return Verdict(True, _("To %(to)s; nobody looks after it now") % {"to": to})


def _apply(rows: Sequence[Any], data: Data, actor: Any) -> int:
    for row in rows:
        hand_over(row, data["to"], reason=data["reason"], actor=actor)
    return len(rows)
