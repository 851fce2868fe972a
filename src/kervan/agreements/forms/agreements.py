"""Forms of agreements: shape only; what is allowed is decided by the services."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.agreements import texts
from kervan.agreements.models import AgreementKind, Condition, Direction, StayKind
from kervan.agreements.rules import completeness, termination
from kervan.agreements.texts import importing as import_texts
from kervan.agreements.values import LineValues, VersionValues
from kervan.core.models import Office
from kervan.institutions import reference
from kervan.institutions.models import Level, Unit

LINE_LANGUAGES = (1, 2)
EXTRA_LINES = 2
MOST_LINES = 60
VERSION_FIELDS = ("valid_from", "valid_until", "body_en", "body_tr", "notes_en", "notes_tr", "change_reason")
LANGUAGE_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _notes(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=2_000, widget=forms.Textarea({"rows": 3}))


def _text(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=50_000,
        widget=forms.Textarea({"rows": 10}),
        help_text=gettext_lazy("Markdown. Stands before the lines; a memorandum or double degree needs no more."),
    )


class VersionForm(forms.Form):
    """What a version says besides its lines."""

    valid_from = forms.DateField(label=gettext_lazy("Valid from"), widget=DayInput())
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Last day. Leave it empty if the agreement has no end."),
    )
    body_en = _text(gettext_lazy("Text in English"))
    body_tr = _text(gettext_lazy("Text in Turkish"))
    notes_en = _notes(gettext_lazy("Remark in English"))
    notes_tr = _notes(gettext_lazy("Remark in Turkish"))
    change_reason = forms.CharField(
        label=gettext_lazy("Why this version"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Only our office reads this."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("The last day lies before the first day."))
        return cleaned

    def values(self) -> VersionValues:
        return VersionValues(**{name: self.cleaned_data[name] for name in VERSION_FIELDS})


class AgreementForm(VersionForm):
    """The head and its first version."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of agreement"), choices=AgreementKind.choices)
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=80,
        help_text=gettext_lazy("The number under which the office keeps it."),
    )
    field_order = ("kind", "reference", *VERSION_FIELDS)


def codes_of(text: str) -> list[str]:
    """Return the codes of fields of study in a text; unknown ones are refused by name."""
    codes = [code for code in re.split(r"[\s,;]+", text) if code]
    unknown = [code for code in codes if reference.isced(code) is None]
    if unknown:
        raise forms.ValidationError(_("No field of study has the code %(codes)s.") % {"codes": ", ".join(unknown)})
    return codes


STORED_AS_TYPED = (
    "line_uid", "direction", "kind", "people_per_year", "months_per_year", "days_per_year", "is_blended",
    "partner_unit", "levels", "terms",
)  # fmt: skip
NOT_SAID = (("", gettext_lazy("not said yet")),)
MISPLACED_IN = {
    completeness.LEVELS_OF_STAFF: "levels",
    completeness.TERMS_OF_STAFF: "terms",
    completeness.MONTHS_OF_STAFF: "months_per_year",
    completeness.DAYS_OF_STUDENTS: "days_per_year",
}


class LineForm(forms.Form):
    """One condition line. A new line that nobody filled in is left out; a stored one may stay incomplete in a draft."""

    line_uid = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"), choices=[*NOT_SAID, *Direction.choices], initial="outgoing", required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of stay"), choices=[*NOT_SAID, *StayKind.choices], initial="study", required=False
    )
    people_per_year = forms.IntegerField(
        label=gettext_lazy("People a year"), min_value=1, max_value=9_999, required=False
    )
    months_per_year = forms.DecimalField(
        label=gettext_lazy("Months a year in all"),
        required=False,
        min_value=1,
        max_value=9_999,
        max_digits=5,
        decimal_places=1,
        localize=True,
        help_text=gettext_lazy("Of students, for all together. Leave it empty if months are not limited."),
    )
    days_per_year = forms.IntegerField(
        label=gettext_lazy("Days a year in all"),
        required=False,
        min_value=1,
        max_value=9_999,
        help_text=gettext_lazy("Of staff, for all together."),
    )
    is_blended = forms.BooleanField(label=gettext_lazy("Blended: partly online"), required=False)
    partner_unit = forms.CharField(label=gettext_lazy("Unit of the partner"), required=False, max_length=200)
    unit = forms.ChoiceField(label=gettext_lazy("Our unit"), required=False)
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Levels"),
        required=False,
        choices=Level.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all levels may go."),
    )
    terms = forms.MultipleChoiceField(
        label=gettext_lazy("Terms"),
        required=False,
        choices=list(texts.TERMS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: any term."),
    )
    fields_of_study = forms.CharField(
        label=gettext_lazy("Fields of study (ISCED-F)"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Codes of two to four digits with commas between them; empty: all fields."),
    )
    notes_en = _notes(gettext_lazy("Remark in English"))
    notes_tr = _notes(gettext_lazy("Remark in Turkish"))

    def __init__(self, *args: Any, units: Sequence[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.units = {unit.uid: unit for unit in units}
        field: Any = self.fields["unit"]
        field.choices = [("", _("All units")), *((unit.uid, indented(unit)) for unit in units)]
        for number in LINE_LANGUAGES:
            self._add_language(number)

    def _add_language(self, number: int) -> None:
        known = sorted(((one.code, one.name) for one in reference.languages()), key=lambda one: one[1])
        labels = {"number": number}
        self.fields[f"language_{number}"] = forms.ChoiceField(
            label=_("Language %(number)d") % labels, required=False, choices=[("", "–"), *known]
        )
        self.fields[f"demand_{number}"] = forms.ChoiceField(
            label=_("Level of language %(number)d") % labels, required=False, choices=[("", "–"), *_demands()]
        )

    def clean_fields_of_study(self) -> list[str]:
        return codes_of(self.cleaned_data["fields_of_study"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in LINE_LANGUAGES:
            if cleaned.get(f"language_{number}") and not cleaned.get(f"demand_{number}"):
                self.add_error(f"demand_{number}", _("Choose the level, or take the language away."))
        if not cleaned.get("line_uid"):
            self._demand_new(cleaned)
        for code in completeness.misplaced(_facts(cleaned)):
            self.add_error(MISPLACED_IN[code], str(import_texts.MISPLACED[code]))
        return cleaned

    def _demand_new(self, cleaned: dict[str, Any]) -> None:
        """A line that is written by hand says how many, which way and for what."""
        for name in ("people_per_year", "direction", "kind"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])

    def language_fields(self) -> list[forms.BoundField]:
        """Language and level of each, for the page."""
        return [self[f"{name}_{number}"] for number in LINE_LANGUAGES for name in ("language", "demand")]

    @property
    def has_languages(self) -> bool:
        """Whether a language is chosen: then the page shows these fields open."""
        return any(self[f"language_{number}"].value() for number in LINE_LANGUAGES)

    def values(self) -> LineValues:
        data = self.cleaned_data
        return LineValues(
            line_uid=data["line_uid"],
            direction=data["direction"],
            kind=data["kind"],
            people_per_year=data["people_per_year"],
            months_per_year=data["months_per_year"],
            days_per_year=data["days_per_year"],
            is_blended=data["is_blended"],
            partner_unit=data["partner_unit"],
            unit=self.units.get(data["unit"]),
            levels=data["levels"],
            terms=data["terms"],
            fields=data["fields_of_study"],
            languages=self._languages(),
            notes_en=data["notes_en"],
            notes_tr=data["notes_tr"],
        )

    def _languages(self) -> list[dict[str, str]]:
        found = []
        for number in LINE_LANGUAGES:
            language = self.cleaned_data[f"language_{number}"]
            level, _colon, demand = self.cleaned_data[f"demand_{number}"].partition(":")
            if language:
                found.append({"language": language, "level": level, "demand": demand})
        return found


def _facts(data: Mapping[str, Any]) -> completeness.Line:
    return completeness.Line(
        direction=data.get("direction", ""),
        stay=data.get("kind", ""),
        people=data.get("people_per_year"),
        months=data.get("months_per_year"),
        days=data.get("days_per_year"),
        levels=tuple(data.get("levels") or ()),
        terms=tuple(data.get("terms") or ()),
    )


def _demands() -> list[tuple[str, str]]:
    """Each level as required, then each as recommended."""
    return [
        (f"{level}:{code}", f"{level} ({words})") for code, words in texts.DEMANDS.items() for level in LANGUAGE_LEVELS
    ]


def indented(unit: Unit) -> str:
    return f"{'– ' * (unit.path.count('/') - 1)}{unit}"


def lines_for(data: Any, office: Office, conditions: Sequence[Condition] = ()) -> Any:
    """Return the forms of the lines: bound to `data`, or filled from stored lines, with some empty ones."""
    units = units_of(office)
    initial = [line_initial(one) for one in conditions]
    extra = 1 if conditions else EXTRA_LINES
    line_set = forms.formset_factory(
        LineForm, extra=extra, can_delete=True, max_num=MOST_LINES, absolute_max=MOST_LINES + 20
    )
    return line_set(data, initial=initial, prefix="line", form_kwargs={"units": units})


def units_of(office: Office) -> list[Unit]:
    """Return our units, each after the one it belongs to. One query."""
    rows = Unit.objects.filter(institution__office=office)
    return sorted(rows.select_related("parent"), key=_place)


def _place(unit: Unit) -> tuple[str, int, str]:
    """Order of the choices: each unit after the one it belongs to."""
    above = unit.parent or unit
    return above.sort_key, unit.path.count("/"), unit.sort_key


def line_initial(condition: Condition) -> dict[str, Any]:
    values = {name: getattr(condition, name) for name in STORED_AS_TYPED}
    values |= {"notes_en": condition.notes_en, "notes_tr": condition.notes_tr}
    values |= {"unit": condition.unit.uid if condition.unit else "", "fields_of_study": ", ".join(condition.fields)}
    for number, one in zip(LINE_LANGUAGES, condition.languages, strict=False):
        values |= {f"language_{number}": one["language"], f"demand_{number}": f"{one['level']}:{one['demand']}"}
    return values


def with_more_lines(data: Any) -> Any:
    """Return submitted data with room for further lines."""
    more = data.copy()
    total = str(data.get("line-TOTAL_FORMS", ""))
    more["line-TOTAL_FORMS"] = str(
        min((int(total) if total.isdecimal() and len(total) < 7 else 0) + EXTRA_LINES, MOST_LINES)
    )
    return more


def values_of(lines: Any) -> list[LineValues]:
    """Return the lines of a valid set without the empty and the removed ones."""
    removed = set(lines.deleted_forms)
    return [form.values() for form in lines if form not in removed and _is_written(form.cleaned_data)]


def _is_written(data: Mapping[str, Any]) -> bool:
    return bool(data.get("line_uid") or data.get("people_per_year"))


class InForceForm(forms.Form):
    """What proves that an agreement is in force."""

    document = forms.CharField(
        label=gettext_lazy("Document that proves it"),
        max_length=200,
        help_text=gettext_lazy("Number of the letter or of the signed copy in your archive."),
    )
    date = forms.DateField(label=gettext_lazy("Day of the last signature"), widget=DayInput())

    def clean_date(self) -> Any:
        if self.cleaned_data["date"] > timezone.localdate():
            raise forms.ValidationError(_("The day of the last signature lies in the future."))
        return self.cleaned_data["date"]


class TerminateForm(forms.Form):
    """Who ends an agreement, when the other side was told, its last day and why."""

    ended_by = forms.ChoiceField(
        label=gettext_lazy("Who ends it"),
        choices=[
            (termination.US, gettext_lazy("We do")),
            (termination.PARTNER, gettext_lazy("The partner does")),
            (termination.BOTH, gettext_lazy("Both together")),
        ],
        widget=forms.RadioSelect,
    )
    told_on = forms.DateField(
        label=gettext_lazy("Told on"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Day on which the other side was told; empty: today."),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty: the earliest day that is possible."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea({"rows": 3}))

    def clean_told_on(self) -> Any:
        told_on = self.cleaned_data["told_on"] or timezone.localdate()
        if told_on > timezone.localdate():
            raise forms.ValidationError(_("The day of the notice lies in the future."))
        return told_on
