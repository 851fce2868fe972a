"""Uploading a newer list of accredited institutions."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import storage
from kervan.core.errors import NotPossible
from kervan.institutions.forms.inputs import DayInput


class CharterListForm(forms.Form):
    """The file, and of which day it is."""

    table = forms.FileField(
        label=gettext_lazy("List of accredited institutions"),
        help_text=gettext_lazy(
            "The workbook of the European Commission as it is published (.xlsx), or its columns as CSV."
        ),
    )
    of_day = forms.DateField(
        label=gettext_lazy("Day of the list"),
        widget=DayInput(),
        help_text=gettext_lazy("It stands on the page where the list is published, often in the name of the file."),
    )

    def clean_table(self) -> Any:
        table = self.cleaned_data["table"]
        try:
            storage.refuse_size(table.name, table.size)
        except NotPossible as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return table

    def clean_of_day(self) -> Any:
        if self.cleaned_data["of_day"] > timezone.localdate():
            raise forms.ValidationError(_("The day of the list lies in the future."))
        return self.cleaned_data["of_day"]
