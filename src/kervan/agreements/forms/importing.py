"""Forms of imports: a table to upload; whose agreements it holds and which column is what."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.agreements.models import AgreementKind
from kervan.agreements.rules import importing
from kervan.agreements.texts.importing import COLUMN_LABELS

OURS, ANOTHER = "ours", "another"


class UploadForm(forms.Form):
    """A table of agreement lines."""

    table = forms.FileField(
        label=gettext_lazy("Table"), widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.xls,.csv,.tsv,.txt"})
    )


class ColumnsForm(forms.Form):
    """Whose agreements these are, and for each column that is known here, which column of the table it is."""

    use_required_attribute = False
    whose = forms.ChoiceField(
        label=gettext_lazy("Whose agreements are these?"),
        choices=[
            (OURS, gettext_lazy("Ours")),
            (ANOTHER, gettext_lazy("Another university’s, to try the software")),
        ],
        widget=forms.RadioSelect,
    )
    sample_of = forms.CharField(
        label=gettext_lazy("Name of the other university"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Its name stands on each of these agreements. They are never offered or shown as ours."),
    )
    agreement_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of agreement, where a row does not say"),
        choices=AgreementKind.choices,
        initial=AgreementKind.ERASMUS,
    )

    def __init__(self, *args: Any, header: Sequence[str], examples: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", gettext_lazy("not in this table")),
            *((name, _choice(name, examples)) for name in header if name),
        ]
        for code in importing.COLUMNS:
            field = forms.ChoiceField(label=str(COLUMN_LABELS[code]), choices=choices, required=False)
            self.fields[f"column_{code}"] = field

    def mark_needed(self) -> None:
        """Leave out the words “(optional)” at columns: that one is not in the table is a choice like any other."""
        for bound in self.columns():
            bound.field.required = True

    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{code}"] for code in importing.COLUMNS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("whose") == ANOTHER and not (cleaned.get("sample_of") or "").strip():
            self.add_error("sample_of", _("Write the name of the university whose agreements these are."))
        return cleaned

    def mapping(self) -> dict[str, str]:
        """Return the chosen columns: code -> header."""
        found = {code: self.cleaned_data[f"column_{code}"] for code in importing.COLUMNS}
        return {code: name for code, name in found.items() if name}

    def of_another(self) -> str:
        """Return the name of the other university, empty for our own."""
        return str(self.cleaned_data["sample_of"]) if self.cleaned_data["whose"] == ANOTHER else ""


def _choice(name: str, examples: Mapping[str, str]) -> str:
    example = examples.get(name, "")
    return f"{name} ({example})" if example else name
