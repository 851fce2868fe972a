"""Forms of proposals and of the bodies that decide: shape only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.agreements.forms.agreements import codes_of, indented
from kervan.agreements.models import AgreementKind, ApprovalBody, Proposal
from kervan.institutions.models import Institution, Unit


class ProposalForm(forms.Form):
    """What a department wants. The university is chosen before."""

    institution_name = forms.CharField(label=gettext_lazy("Name of the university"), max_length=300)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of agreement"), choices=AgreementKind.choices)
    unit = forms.ChoiceField(label=gettext_lazy("For which of our units"), required=False)
    purpose = forms.CharField(
        label=gettext_lazy("Why, and for whom"),
        max_length=4_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("For example: both teach in English; two of us have worked with their department."),
    )
    fields_of_study = forms.CharField(
        label=gettext_lazy("Fields of study (ISCED-F)"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Codes of two to four digits with commas between them; empty: all fields."),
    )
    people_per_year = forms.IntegerField(
        label=gettext_lazy("People a year, about"), required=False, min_value=1, max_value=999
    )
    contact = forms.CharField(
        label=gettext_lazy("Whom you know there"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Name, function, mail address, if you know somebody."),
    )

    def __init__(self, *args: Any, units: Sequence[Unit], institution: Institution | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.units, self.institution = {unit.uid: unit for unit in units}, institution
        field: Any = self.fields["unit"]
        field.choices = [("", _("All units")), *((unit.uid, indented(unit)) for unit in units)]
        if institution is not None:
            del self.fields["institution_name"]

    def clean_fields_of_study(self) -> list[str]:
        return codes_of(self.cleaned_data["fields_of_study"])

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "institution": self.institution,
            "institution_name": data.get("institution_name", ""),
            "kind": data["kind"],
            "unit": self.units.get(data["unit"]),
            "purpose": data["purpose"],
            "fields": data["fields_of_study"],
            "people_per_year": data["people_per_year"],
            "contact": data["contact"],
        }


def proposal_initial(row: Proposal) -> dict[str, Any]:
    names = ("institution_name", "kind", "purpose", "people_per_year", "contact")
    values = {name: getattr(row, name) for name in names}
    return {**values, "unit": row.unit.uid if row.unit else "", "fields_of_study": ", ".join(row.fields)}


class TakeUpForm(forms.Form):
    """Under which reference the agreement begins, and which university it is."""

    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=80,
        help_text=gettext_lazy("The number under which the office keeps it."),
    )
    institution = forms.ChoiceField(
        label=gettext_lazy("Which university it is"), widget=forms.RadioSelect, required=False
    )
    answer = forms.CharField(
        label=gettext_lazy("A word to whoever proposed it"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, candidates: Sequence[Institution] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.candidates = {one.uid: one for one in candidates or ()}
        if candidates is None:
            del self.fields["institution"]
        else:
            field: Any = self.fields["institution"]
            field.choices = [(one.uid, f"{one.name}, {one.city} {one.country}") for one in candidates]

    def chosen(self) -> Institution | None:
        return self.candidates.get(self.cleaned_data.get("institution", ""))


class WordsForm(forms.Form):
    """A question or a reason."""

    text = forms.CharField(label=gettext_lazy("Text"), max_length=2_000, widget=forms.Textarea({"rows": 3}))


class BodyForm(forms.Form):
    """A body that decides on agreements."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120)
    name_tr = forms.CharField(label=gettext_lazy("Name in Turkish"), max_length=120)
    position = forms.IntegerField(
        label=gettext_lazy("Order"),
        min_value=1,
        max_value=99,
        help_text=gettext_lazy("The body with the smallest number decides first."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Decides on"),
        required=False,
        choices=AgreementKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all kinds."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Is asked"), required=False, initial=True)


def body_initial(row: ApprovalBody) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("name_en", "name_tr", "position", "kinds", "is_active")}
