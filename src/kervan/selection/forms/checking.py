"""Forms of the file check: reason of a return, exam result, noted points, withdrawal."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kervan.core.text import pick
from kervan.selection.models import ExamResult
from kervan.selection.rules.packs import CEFR, STUDY, SelectionRules

EXAM_LANGUAGES = (
    ("en", gettext_lazy("English")),
    ("de", gettext_lazy("German")),
    ("fr", gettext_lazy("French")),
    ("es", gettext_lazy("Spanish")),
    ("it", gettext_lazy("Italian")),
    ("ru", gettext_lazy("Russian")),
    ("ar", gettext_lazy("Arabic")),
)


def mark_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2, required=False
    )


class ReasonForm(forms.Form):
    """Why a file or a document goes back."""

    reason = forms.CharField(
        label=gettext_lazy("What is missing or wrong"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExamForm(forms.Form):
    """One exam result: both parts, or one mark; the level is stored beside it where it is known."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=EXAM_LANGUAGES)
    written = mark_field(pgettext_lazy("exam", "Written"))
    oral = mark_field(gettext_lazy("Oral"))
    mark = mark_field(gettext_lazy("Mark of 100"))
    level = forms.ChoiceField(label=gettext_lazy("CEFR level"), required=False)
    was_absent = forms.BooleanField(label=gettext_lazy("Did not come"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", _("By the mark")), *((one, one) for one in CEFR)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        marks = [data.get(name) for name in ("written", "oral", "mark")]
        if data.get("was_absent") and any(mark is not None for mark in marks):
            self.add_error("was_absent", _("Somebody who did not come has no mark."))
        if not data.get("was_absent") and all(mark is None for mark in marks):
            self.add_error("mark", _("Enter a mark, or that the person did not come."))
        return data

    @classmethod
    def values_of(cls, row: ExamResult) -> dict[str, Any]:
        """What the form shows of a stored result."""
        return {name: getattr(row, name) for name in ("language", "written", "oral", "mark", "level", "was_absent")}


class NoteItemForm(forms.Form):
    """Points that the office knows of; special ones cannot be noted here."""

    item = forms.ChoiceField(label=gettext_lazy("Points for"))
    count = forms.IntegerField(label=gettext_lazy("How many times"), min_value=0, max_value=20, initial=1)

    def __init__(self, *args: Any, rules: SelectionRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            (item.code, f"{pick(item.label_en, item.label_tr)} ({item.points:+})")
            for item in rules.items_for(STUDY)
            if not item.special_category
        ]


class WithdrawalForm(forms.Form):
    """Why somebody gives up."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_force_majeure = forms.BooleanField(
        label=gettext_lazy("Force majeure: no points are taken off later"), required=False
    )
