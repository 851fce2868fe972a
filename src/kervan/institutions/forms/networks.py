"""Forms of networks and consortia."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core.forms.inputs import WebAddress
from kervan.core.models import Office
from kervan.institutions.forms.inputs import SEARCH_HELP, DayInput, UniversitiesField, UniversityField
from kervan.institutions.models import Network


class NetworkForm(forms.ModelForm):  # type: ignore[type-arg]
    """What it is, since when we belong to it, who else does."""

    website = WebAddress(label=gettext_lazy("Website"), required=False, max_length=300)
    coordinator = UniversityField(label=gettext_lazy("Coordinator"), required=False, help_text=SEARCH_HELP)
    members = UniversitiesField(label=gettext_lazy("Members beside us"), required=False, help_text=SEARCH_HELP)

    class Meta:
        model = Network
        fields = ["name_en", "name_tr", "kind", "website", "joined_on", "left_on", "text_en", "text_tr", "is_public"]
        widgets = {
            "joined_on": DayInput(),
            "left_on": DayInput(),
            "text_en": forms.Textarea({"rows": 4}),
            "text_tr": forms.Textarea({"rows": 4}),
        }

    field_order = ["name_en", "name_tr", "kind", "website", "joined_on", "left_on", "coordinator", "members"]

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coordinator"].of_office(office, allows_own=True)  # type: ignore[attr-defined]
        self.fields["members"].of_office(office)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("joined_on"), cleaned.get("left_on")
        if begins and ends and ends < begins:
            self.add_error("left_on", _("The last day lies before the first day."))
        return cleaned
