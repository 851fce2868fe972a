"""What is typed to keep a list: as a view under a name, or as a table that never changes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kervan.core.models import FrozenTable, SavedView


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SavedView
        fields = ("title", "is_shared")


class FreezeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = FrozenTable
        fields = ("title", "purpose")
        help_texts = {"purpose": _("For example: figures for the rectorate's annual report, asked for by mail.")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["purpose"].required = True
