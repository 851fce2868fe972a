"""Forms of deputies, duties and of looking as somebody else."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kervan.people.models import Deputy, Duty, Person
from kervan.people.selectors import office as selectors

DAY = {"type": "date"}


class DeputyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who is away, who stands in, from when until when. A member who may name only their own gets no first field."""

    class Meta:
        model = Deputy
        fields = ["person", "deputy", "from_on", "until_on", "reason"]
        labels = {"person": _("Who is away"), "deputy": _("Who stands in")}
        widgets = {
            "from_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
            "until_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, office_id: int, own: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("person", "deputy"):
            self.fields[name].queryset = selectors.members(office_id)  # type: ignore[attr-defined]
        if own is not None:
            del self.fields["person"]


class DutyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Duty
        fields = [
            "title_en", "title_tr", "person", "room", "phone", "email", "hours_en", "hours_tr", "position", "is_public",
        ]  # fmt: skip
        labels = {"person": _("Who")}

    def __init__(self, *args: Any, office_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = selectors.members(office_id)  # type: ignore[attr-defined]


class LookForm(forms.Form):
    """Why somebody's pages are looked at."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("The person reads this in the history of their record.")
    )


class HandOverForm(forms.Form):
    """To whom all open work goes, and why."""

    to = forms.ModelChoiceField(queryset=Person.objects.none(), label=_("To whom"))
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Whoever takes over reads this with each record.")
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = selectors.members(person.office_id).filter(user__isnull=False).exclude(pk=person.pk)
        self.fields["to"].queryset = colleagues.select_related("user")  # type: ignore[attr-defined]
