"""The form by which past exchange is recorded."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kervan.agreements import texts
from kervan.agreements.models import Condition
from kervan.core import years

FIRST_YEAR = 2014


class PastUseForm(forms.Form):
    """How many people went or came on one line in one academic year, besides the calls in Kervan."""

    line = forms.ChoiceField(label=gettext_lazy("Line of the agreement"))
    academic_year = forms.TypedChoiceField(label=gettext_lazy("Academic year"), coerce=int)
    people = forms.IntegerField(
        label=gettext_lazy("People"),
        min_value=0,
        max_value=9_999,
        help_text=gettext_lazy("All together, without those placed by a call here. Zero takes a record back."),
    )
    months = forms.DecimalField(
        label=gettext_lazy("Months in all"),
        required=False,
        min_value=0,
        max_value=99_999,
        max_digits=6,
        decimal_places=1,
        localize=True,
        help_text=gettext_lazy("Of students; leave it empty for staff."),
    )

    def __init__(self, *args: Any, lines: Sequence[Condition], current_year: int, **options: Any) -> None:
        super().__init__(*args, **options)
        line: Any = self.fields["line"]
        line.choices = [(one.line_uid, f"{one.agreement_version.agreement.reference}: {label(one)}") for one in lines]
        year: Any = self.fields["academic_year"]
        year.choices = [(one, years.label(one)) for one in range(current_year, FIRST_YEAR - 1, -1)]

    def use(self) -> tuple[int, Decimal]:
        return self.cleaned_data["people"], self.cleaned_data["months"] or Decimal(0)


def label(line: Condition) -> str:
    """Return a line in few words: direction, kind, fields, unit."""
    parts = [texts.line_title(line), texts.fields(line)]
    return " · ".join([*parts, str(line.unit)] if line.unit else parts)
