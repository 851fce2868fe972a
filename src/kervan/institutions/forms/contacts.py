"""Forms of contacts: what the office writes down, and what a contact corrects by itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kervan.core.models import Office
from kervan.institutions import texts
from kervan.institutions.forms.inputs import SEARCH_HELP, DayInput, UniversityField
from kervan.institutions.forms.merging import MergeForm
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


class MergeContactsForm(MergeForm):
    """What stays of two entries of one person."""

    is_sure = forms.BooleanField(label=gettext_lazy("It is the same person. I know that this cannot be undone."))
    names = (*KNOWN_TO_THEM, "roles")

    def shown(self, name: str, value: Any) -> str:
        return (texts.roles(value) or "–") if name == "roles" else super().shown(name, value)
