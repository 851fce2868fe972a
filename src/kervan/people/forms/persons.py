"""Forms of persons and roles. They check shape; services decide."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core.rules.turkish import sort_key
from kervan.core.scope import Role
from kervan.institutions import reference
from kervan.institutions.models import Unit
from kervan.people.models import ROLE_LABELS, Person
from kervan.people.selectors import persons as selectors

OLDEST_BIRTH_YEAR = 1920


def country_choices() -> list[tuple[str, str]]:
    """Countries by code in the order of the reader's language; empty first."""
    found = [(one.iso2, str(one.name)) for one in reference.countries()]
    return [("", _("– none –")), *sorted(found, key=lambda pair: sort_key(pair[1]))]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person may change in their own record."""

    citizenship = forms.ChoiceField(label=gettext_lazy("Citizenship"), required=False)
    second_citizenship = forms.ChoiceField(label=gettext_lazy("Second citizenship"), required=False)

    class Meta:
        model = Person
        fields = ["given_name", "family_name", "birth_date", "phone", "language"]
        widgets = {
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "birth_date": forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }

    saved_fields = Meta.fields
    needs_birth_date = True
    field_order = ["given_name", "family_name", "birth_date", "citizenship", "second_citizenship", "phone", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [*(self.instance.citizenships or []), "", ""]
        for name, value in zip(["citizenship", "second_citizenship"], held, strict=False):
            self.fields[name].choices = country_choices()  # type: ignore[attr-defined]
            self.fields[name].initial = value
        self.fields["birth_date"].required = self.needs_birth_date
        for name in ("given_name", "family_name"):
            self.fields[name].widget.attrs.pop("maxlength", None)  # a name that is too long is refused, never cut

    def clean_birth_date(self) -> Any:
        day = self.cleaned_data["birth_date"]
        if day and not OLDEST_BIRTH_YEAR <= day.year <= timezone.localdate().year - 10:
            raise forms.ValidationError(_("This date of birth cannot be right. Look at the year."))
        return day

    def values(self) -> dict[str, Any]:
        """The columns to save."""
        values = {name: self.cleaned_data[name] for name in self.saved_fields}
        pair = [self.cleaned_data["citizenship"], self.cleaned_data["second_citizenship"]]
        return {**values, "citizenships": list(dict.fromkeys(filter(None, pair)))}


class PersonForm(ProfileForm):
    """What the office may change, too."""

    class Meta(ProfileForm.Meta):
        fields = [*ProfileForm.Meta.fields, "email", "student_number"]

    saved_fields = Meta.fields
    needs_birth_date = False
    field_order = [*ProfileForm.field_order, "email", "student_number"]


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units by their public identifier."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Unit.objects.none(), to_field_name="uid", required=False, **options)


class RoleForm(forms.Form):
    """Which role, where."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    unit = UnitChoice(
        label=gettext_lazy("Unit"),
        empty_label=gettext_lazy("Whole office"),
        help_text=gettext_lazy("A role in a faculty reaches all its departments and programmes."),
    )

    def __init__(self, *args: Any, office_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = selectors.own_units(office_id)  # type: ignore[attr-defined]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])
