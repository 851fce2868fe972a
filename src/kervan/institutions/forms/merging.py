"""Joining two entries: for every field in which they differ it is chosen which of both stays."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from kervan.institutions.selectors import country_name
from kervan.institutions.services.merging import FIELDS

LEFT, RIGHT = "left", "right"


class MergeForm(forms.Form):
    """Base: `names` are the fields compared; what has a value stays by default, the left one where both have."""

    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, kept: Any, gone: Any, data: Any = None) -> None:
        super().__init__(data)
        self.model = type(kept)
        self.pairs = {name: (getattr(kept, name), getattr(gone, name)) for name in self.names}
        for name in self.differing():
            self.fields[name] = self._choice(name)
        self.order_fields([*self.differing(), "is_sure"])

    def differing(self) -> list[str]:
        return [name for name, (left, right) in self.pairs.items() if left != right]

    def _choice(self, name: str) -> forms.ChoiceField:
        left, right = self.pairs[name]
        field: Any = self.model._meta.get_field(name)
        return forms.ChoiceField(
            label=capfirst(str(field.verbose_name)),
            choices=[(LEFT, self.shown(name, left)), (RIGHT, self.shown(name, right))],
            initial=RIGHT if right and not left else LEFT,
            widget=forms.RadioSelect,
        )

    def shown(self, name: str, value: Any) -> str:
        """A value in words."""
        field: Any = self.model._meta.get_field(name)
        if isinstance(value, date):
            return formats.date_format(value, "j F Y")
        return str(dict(field.flatchoices).get(value, value) or "–")

    def values(self) -> dict[str, Any]:
        """What stays, for the fields that differ."""
        return {name: self.pairs[name][self.cleaned_data[name] == RIGHT] for name in self.differing()}


class MergeUniversitiesForm(MergeForm):
    """What stays of two entries of one university."""

    is_sure = forms.BooleanField(label=gettext_lazy("It is the same university. I know that this cannot be undone."))
    names = FIELDS

    def shown(self, name: str, value: Any) -> str:
        return country_name(value) if name == "country" else super().shown(name, value)
