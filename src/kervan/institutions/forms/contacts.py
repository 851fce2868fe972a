"""Forms of contacts: what the office writes down, and what a contact corrects by itself."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from kervan.core.models import Office
from kervan.institutions import texts
from kervan.institutions.forms.inputs import SEARCH_HELP, DayInput, UniversityField
from kervan.institutions.models import Contact, ContactRole

KNOWN_TO_THEM = ("title", "given_name", "family_name", "function", "unit", "email", "phone", "language")


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the office knows of somebody at a partner."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        required=False,
        choices=ContactRole.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What to write to this person about."),
    )

    class Meta:
        model = Contact
        fields = [*KNOWN_TO_THEM, "roles"]
        widgets = {"phone": forms.TextInput(attrs={"type": "tel"})}

    field_order = ["university", *KNOWN_TO_THEM, "roles"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip()


class NewContactForm(ContactForm):
    """A new contact; the university is chosen first."""

    university = UniversityField(label=gettext_lazy("University"), help_text=SEARCH_HELP)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["university"].of_office(office)  # type: ignore[attr-defined]


class CorrectionForm(ContactForm):
    """What contacts see of themselves and may put right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].label = gettext_lazy("What we may write to you about")
        self.fields["roles"].help_text = ""
        self.fields["email"].required = True


class SuccessorForm(forms.Form):
    """Who is the right person, as far as the reader knows. Everything may stay empty."""

    name = forms.CharField(label=gettext_lazy("Name of the right person"), required=False, max_length=200)
    email = forms.EmailField(label=gettext_lazy("Their e-mail"), required=False)
    remark = forms.CharField(
        label=gettext_lazy("Anything else we should know"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea({"rows": 3}),
    )


class LeftForm(forms.Form):
    """Since when somebody is not there any more."""

    left_on = forms.DateField(label=gettext_lazy("Since"), widget=DayInput())


class MergeForm(forms.Form):
    """For every field in which two entries differ: which of both stays. `is_sure`: there is no way back."""

    LEFT, RIGHT = "left", "right"

    is_sure = forms.BooleanField(
        label=gettext_lazy("It is the same person. I know that this cannot be undone."), widget=forms.CheckboxInput
    )

    def __init__(self, kept: Contact, gone: Contact, data: Any = None) -> None:
        super().__init__(data)
        self.pairs = {name: (getattr(kept, name), getattr(gone, name)) for name in (*KNOWN_TO_THEM, "roles")}
        for name in self.differing():
            self.fields[name] = self._choice(name)
        self.order_fields([*self.differing(), "is_sure"])

    def differing(self) -> list[str]:
        return [name for name, (left, right) in self.pairs.items() if left != right]

    def _choice(self, name: str) -> forms.ChoiceField:
        left, right = self.pairs[name]
        choices = [(self.LEFT, shown(name, left)), (self.RIGHT, shown(name, right))]
        label = texts.field_label(name)
        initial = self.LEFT if left else self.RIGHT
        return forms.ChoiceField(label=capfirst(label), choices=choices, initial=initial, widget=forms.RadioSelect)

    def values(self) -> dict[str, Any]:
        """What stays, for the fields that differ."""
        return {name: self.pairs[name][self.cleaned_data[name] == self.RIGHT] for name in self.differing()}


def shown(name: str, value: Any) -> str:
    """A value of a contact in words."""
    if name == "roles":
        return texts.roles(value) or "–"
    field: Any = Contact._meta.get_field(name)
    return str(dict(field.flatchoices).get(value, value) or "–")
