"""Forms of a call: head, places, home quotas."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core import packs, years
from kervan.core.models import Office
from kervan.institutions.forms.inputs import UniversityField
from kervan.institutions.models import Institution, Level, Unit
from kervan.selection.models import Call
from kervan.selection.selectors.offers import has_lines


class DateInput(forms.DateInput):
    """The browser's own day picker."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class PackField(forms.ModelChoiceField):
    """A choice of released pack versions by title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({obj})"


class CallForm(forms.ModelForm):  # type: ignore[type-arg]
    """The head of a call. The service saves; this form only checks shape."""

    class Meta:
        model = Call
        fields = [
            "title_en",
            "title_tr",
            "pack_version",
            "academic_year",
            "partner",
            "door",
            "opens_on",
            "closes_on",
            "results_on",
            "max_wishes",
            "waiver_days",
            "mode",
            "funded_places",
            "text_en",
            "text_tr",
        ]
        labels = {"opens_on": gettext_lazy("First day")}
        widgets = {
            "opens_on": DateInput(),
            "closes_on": DateInput(),
            "results_on": DateInput(),
            "text_en": forms.Textarea(attrs={"rows": 6, "lang": "en"}),
            "text_tr": forms.Textarea(attrs={"rows": 6, "lang": "tr"}),
            "title_en": forms.TextInput(attrs={"lang": "en"}),
            "title_tr": forms.TextInput(attrs={"lang": "tr"}),
        }
        help_texts = {
            "funded_places": gettext_lazy("How many of the main list get a grant. Empty: no decision on grants here."),
            "closes_on": gettext_lazy("Applications are taken until the end of this day."),
            "pack_version": gettext_lazy("The version stays with the call; scores can be repeated from it for ever."),
        }

    def __init__(self, *args: Any, office_id: int, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack_version"] = PackField(
            label=gettext_lazy("Rules"),
            queryset=packs.released(office_id),
            help_text=self.Meta.help_texts["pack_version"],
        )
        self.office_id = office_id
        self.fields["partner"] = _partner_field(office_id)
        if self.instance.partner:
            self.initial["partner"] = [self.instance.partner]
        now = years.of(today)
        known = {now - 1, now, now + 1, now + 2, *([self.instance.academic_year] if self.instance.pk else [])}
        self.fields["academic_year"] = forms.TypedChoiceField(
            label=gettext_lazy("Academic year"),
            choices=[(year, years.label(year)) for year in sorted(known)],
            coerce=int,
            initial=now + 1,
        )

    def clean_partner(self) -> Institution | None:
        partner: Institution | None = self.cleaned_data["partner"]
        if partner and not has_lines(self.office_id, partner):
            raise forms.ValidationError(
                _("No agreement in force with %(university)s has places for students. Choose another university.")
                % {"university": partner}
            )
        return partner

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("opens_on"), data.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("The last day is before the first day."))
        return data


def _partner_field(office_id: int) -> UniversityField:
    field = UniversityField(
        label=gettext_lazy("Only places at"),
        required=False,
        help_text=gettext_lazy("For a call for one partner. Nothing chosen: places of all partners."),
    )
    field.of_office(Office.objects.get(pk=office_id))
    field.widget.template_name = "selection/office/choose_partner.html"
    return field


class TextsForm(CallForm):
    """What may still change after a call was announced."""

    class Meta(CallForm.Meta):
        fields = ["results_on", "text_en", "text_tr"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        forms.ModelForm.__init__(self, *args, **{k: v for k, v in kwargs.items() if k not in ("office_id", "today")})


class PlaceForm(forms.Form):
    """One line of an agreement in one term: how many places of it the call offers."""

    capacity = forms.IntegerField(label=gettext_lazy("Places"), min_value=0, max_value=500, required=False)
    reserve = forms.IntegerField(label=gettext_lazy("Reserve places"), min_value=0, max_value=500, required=False)
    months = forms.DecimalField(
        label=gettext_lazy("Months"), min_value=0, max_value=24, max_digits=4, decimal_places=1, required=False
    )


class QuotaForm(forms.Form):
    """One home quota: at most so many people of a unit, a level, or both."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False)
    maximum = forms.IntegerField(label=gettext_lazy("At most"), min_value=0, max_value=10_000, required=False)

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.uid: unit for unit in units}
        names = [(uid, f"{'' if unit.parent_id is None else '– '}{unit.name}") for uid, unit in self.units.items()]
        self.fields["unit"].choices = [("", _("All units")), *names]  # type: ignore[attr-defined]
        self.fields["level"].choices = [("", _("All levels")), *Level.choices]  # type: ignore[attr-defined]

    @property
    def is_blank(self) -> bool:
        """A row that somebody left empty is no quota."""
        return self.cleaned_data.get("maximum") is None

    def dimensions(self) -> tuple[tuple[str, str], ...]:
        """What the quota counts, in the words of the market."""
        found = []
        if uid := self.cleaned_data.get("unit"):
            found.append(("faculty" if self.units[uid].parent_id is None else "unit", uid))
        if level := self.cleaned_data.get("level"):
            found.append(("level", level))
        return tuple(found)
