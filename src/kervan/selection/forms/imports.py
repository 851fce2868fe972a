"""Forms of the imports: a table to upload, the choice of its columns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kervan.selection.import_texts import column_label
from kervan.selection.models import ImportKind


class UploadForm(forms.Form):
    """A table: what it holds, and the file."""

    kind = forms.ChoiceField(label=_("What the table holds"), choices=ImportKind.choices, widget=forms.RadioSelect)
    table = forms.FileField(
        label=_("Table"), widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.xls,.csv,.tsv,.txt"})
    )


class ColumnsForm(forms.Form):
    """For each column that is known here, which column of the table it is."""

    use_required_attribute = False

    def __init__(
        self, *args: Any, codes: Iterable[str], header: Sequence[str], examples: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("not in this table")), *((name, _choice(name, examples)) for name in header if name)]
        for code in codes:
            self.fields[code] = forms.ChoiceField(label=column_label(code), choices=choices, required=False)

    def mark_needed(self) -> None:
        """Leave out the words “(optional)”: that a column is not in the table is a choice like any other."""
        for field in self.fields.values():
            field.required = True

    def mapping(self) -> dict[str, str]:
        """Return the chosen columns: code -> header."""
        return {code: name for code, name in self.cleaned_data.items() if name}


def _choice(name: str, examples: Mapping[str, str]) -> str:
    example = examples.get(name, "")
    return f"{name} ({example})" if example else name
