"""Inputs that several forms share: a day, universities chosen by search."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core.models import Office
from kervan.institutions.models import Institution, InstitutionQuerySet
from kervan.institutions.selectors import choosing

MOST_CHOSEN = 200


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Search(forms.Widget):
    """Chosen universities as ticked boxes, a search beside them. With script it answers while one types."""

    template_name = "institutions/forms/choose.html"
    use_fieldset = True
    text = ""

    def __init__(self, *, is_many: bool) -> None:
        super().__init__()
        self.is_many = is_many
        self.office: Office | None = None
        self.allows_own = False

    def rows(self) -> InstitutionQuerySet:
        return choosing.choosable(self.office, allows_own=self.allows_own)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        uids = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        self.text = str(data.get(f"{name}_find", "")).replace("\0", "")[:100]
        return list(dict.fromkeys(uids))[-MOST_CHOSEN:] if self.is_many else list(uids)[-1:]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        chosen = choosing.chosen(self.rows(), value or [])
        found = choosing.found(self.rows(), self.office, self.text, [one.uid for one in chosen])
        context |= {"name": name, "id": context["widget"]["attrs"].get("id") or f"id_{name}"}
        context |= {
            "chosen": chosen,
            "found": found,
            "text": self.text,
            "kind": "checkbox" if self.is_many else "radio",
        }
        context["url"] = (
            f"{reverse('institutions:choose')}?name={name}&many={int(self.is_many)}&own={int(self.allows_own)}"
        )
        return context


class UniversitiesField(forms.Field):
    """Universities by their uid; cleans to a list of rows. Those merged away cannot be chosen."""

    is_many = True
    widget: Search

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=Search(is_many=self.is_many), **options)

    def of_office(self, office: Office, *, allows_own: bool = False) -> None:
        """State for whom one searches: our own university is not found unless it may be chosen."""
        self.widget.office, self.widget.allows_own = office, allows_own

    def prepare_value(self, value: Any) -> list[str]:
        return [one.uid if isinstance(one, Institution) else str(one) for one in value or []]

    def clean(self, value: Any) -> Any:
        rows = choosing.chosen(self.widget.rows(), value or [])
        if self.required and not rows:
            raise forms.ValidationError(_("Search for the university and choose it."))
        return rows if self.is_many else next(iter(rows), None)


class UniversityField(UniversitiesField):
    """One university; cleans to a row or None."""

    is_many = False


SEARCH_HELP = gettext_lazy("Type a part of the name, the city or the Erasmus code.")
