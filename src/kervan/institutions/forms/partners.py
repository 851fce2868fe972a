"""Forms of partners and of universities that no list knows."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core.forms.inputs import WebAddress
from kervan.core.rules.turkish import sort_key
from kervan.institutions import reference
from kervan.institutions.models import Institution, Partner


def country_choices() -> list[tuple[str, str]]:
    """All countries in the order of the reader's language."""
    found = [(one.iso2, str(one.name)) for one in reference.countries()]
    return sorted(found, key=lambda pair: sort_key(pair[1]))


class PartnerForm(forms.ModelForm):  # type: ignore[type-arg]
    """How we stand to a partner."""

    class Meta:
        model = Partner
        fields = ["state", "is_public"]


class UniversityForm(forms.ModelForm):  # type: ignore[type-arg]
    """A university that is in no list: worldwide partners."""

    website = WebAddress(label=gettext_lazy("Website"), required=False, max_length=300)

    class Meta:
        model = Institution
        fields = ["name", "name_en", "country", "city", "website"]
        help_texts = {"name": gettext_lazy("In its own language, with all its letters.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose a country")), *country_choices()]
        label = self.fields["country"].label
        self.fields["country"] = forms.ChoiceField(label=label, choices=choices)


class HandOverForm(forms.Form):
    """Who looks after a partner from now on, and why."""

    to = forms.ChoiceField(label=gettext_lazy("Who looks after it from now on"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def __init__(self, members: list[Any], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.members = {one.uid: one for one in members}
        names = [(uid, str(one)) for uid, one in self.members.items()]
        self.fields["to"].choices = [("", _("Nobody")), *names]  # type: ignore[attr-defined]

    def colleague(self) -> Any:
        return self.members.get(self.cleaned_data["to"])
