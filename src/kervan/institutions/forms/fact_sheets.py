"""The form of a fact sheet: in sections, both languages, days of the year as people write them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import years
from kervan.core.forms.inputs import WebAddress
from kervan.institutions.forms.inputs import DayInput
from kervan.institutions.models import FactSheet
from kervan.institutions.rules.fact_dates import in_year, month_day
from kervan.institutions.rules.fact_sections import SECTIONS, TEXTS
from kervan.institutions.services.fact_sheets import FIELDS
from kervan.institutions.texts import fact_sheets as texts

MONTH_DAYS = SECTIONS["deadlines"]
WEEKS = ("decision_weeks", "transcript_weeks")
FIELDS_OF = {**SECTIONS, "deadlines": (*MONTH_DAYS, *WEEKS), "terms": ("academic_year", *SECTIONS["terms"])}
WEEKS_LIMIT = 52
TEXT_LIMIT = 4_000
LEAP_YEAR = 2000


class MonthDayField(forms.CharField):
    """A day that comes each year, kept as "05-15" and shown in words."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        stored = month_day(str(value or ""))
        return formats.date_format(in_year(stored, LEAP_YEAR), "j F") if stored else value

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        found = month_day(typed)
        if typed and found is None:
            raise forms.ValidationError(
                _("“%(typed)s” is no day of the year. Write it like 15 May or 15.05.") % {"typed": typed}
            )
        return found or ""


@dataclass(frozen=True, slots=True)
class FormSection:
    """One part of the form with its bound fields."""

    code: str
    title: str
    sentence: str
    fields: list[forms.BoundField]


class FactSheetForm(forms.ModelForm):  # type: ignore[type-arg]
    """Checks shape; `fact_sheets.save` saves what `values()` returns.

    by_partner: the partner's own people fill it in by link: they do not decide whether we show it to the public.
    """

    is_right_today = forms.BooleanField(
        label=gettext_lazy("Everything here was checked and is right today"), required=False
    )

    class Meta:
        model = FactSheet
        fields = [*FIELDS, "is_published"]
        field_classes = dict.fromkeys(("website", "course_catalogue"), WebAddress)
        widgets = {name: DayInput() for name in SECTIONS["terms"]}

    def __init__(
        self, data: Any = None, *, sheet: FactSheet, today: date, by_partner: bool = False, **options: Any
    ) -> None:
        super().__init__(data, instance=sheet, **options)
        self.today = today
        for name in MONTH_DAYS:
            self.fields[name] = MonthDayField(label=_label(name))
        for name in WEEKS:
            self.fields[name] = forms.IntegerField(
                label=_label(name), min_value=0, max_value=WEEKS_LIMIT, required=False
            )
        for name in TEXTS:
            for language in ("en", "tr"):
                self.fields[f"{name}_{language}"] = _text_field(f"{name}_{language}", language)
        now = years.of(today)
        known = {now, now + 1, *([sheet.academic_year] if sheet.academic_year else [])}
        self.fields["academic_year"] = forms.TypedChoiceField(
            label=_label("academic_year"),
            choices=[("", "–"), *((year, years.label(year)) for year in sorted(known))],
            coerce=int,
            empty_value=None,
            required=False,
        )
        if by_partner:
            del self.fields["is_published"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for term in ("autumn", "spring"):
            first, last = data.get(f"{term}_from"), data.get(f"{term}_until")
            if first and last and last <= first:
                self.add_error(f"{term}_until", _("The term ends before it begins. Check both days."))
        return data

    def values(self) -> dict[str, Any]:
        """What `fact_sheets.save` takes."""
        found = {name: self.cleaned_data[name] for name in self.fields if name != "is_right_today"}
        return found | ({"confirmed_on": self.today} if self.cleaned_data["is_right_today"] else {})

    def sections(self) -> Iterator[FormSection]:
        """The parts of the form in the order of the sheet."""
        for code, names in FIELDS_OF.items():
            title, sentence = texts.SECTIONS[code]
            yield FormSection(code, str(title), str(sentence), [self[name] for name in names])


def _label(name: str) -> Any:
    field: Any = FactSheet._meta.get_field(name)
    return capfirst(field.verbose_name)


def _text_field(name: str, language: str) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4, "lang": language})
    return forms.CharField(label=_label(name), widget=area, max_length=TEXT_LIMIT, required=False)
