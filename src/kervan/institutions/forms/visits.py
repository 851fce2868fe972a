"""Forms of visits, delegations, fairs and ceremonies."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core.models import Office
from kervan.institutions.forms.inputs import SEARCH_HELP, DayInput, UniversitiesField
from kervan.institutions.models import Visit, VisitKind

LONG_TEXT = 20_000


class VisitForm(forms.ModelForm):  # type: ignore[type-arg]
    """With whom, when, where, who takes part."""

    universities = UniversitiesField(label=gettext_lazy("With whom"), required=False, help_text=SEARCH_HELP)

    class Meta:
        model = Visit
        fields = ["kind", "title", "starts_on", "ends_on", "place", "participants"]
        widgets = {
            "starts_on": DayInput(),
            "ends_on": DayInput(),
            "participants": forms.Textarea({"rows": 4, "maxlength": LONG_TEXT}),
        }
        help_texts = {"ends_on": gettext_lazy("Last day; the same day for a visit of one day.")}

    field_order = ["kind", "title", "universities", "starts_on", "ends_on", "place", "participants"]

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["universities"].of_office(office)  # type: ignore[attr-defined]
        self.fields["kind"].choices = VisitKind.choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("The last day lies before the first day."))
        return cleaned


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]
    """What came of it."""

    class Meta:
        model = Visit
        fields = ["report"]
        widgets = {"report": forms.Textarea({"rows": 12, "maxlength": LONG_TEXT})}
        help_texts = {"report": gettext_lazy("You may use Markdown: lists, headings, bold.")}


class FollowUpForm(forms.Form):
    """One thing that was promised and must be done."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    due_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput())
    to = forms.ChoiceField(label=gettext_lazy("Who"), required=False)

    def __init__(self, members: list[Any], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.members = {one.uid: one for one in members}
        names = [(uid, str(one)) for uid, one in self.members.items()]
        self.fields["to"].choices = [("", _("Nobody yet")), *names]  # type: ignore[attr-defined]

    def colleague(self) -> Any:
        return self.members.get(self.cleaned_data["to"])
