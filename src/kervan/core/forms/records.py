"""Forms of what hangs on a record: shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kervan.core.forms.tasks import ColleagueField, DayInput


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        max_length=8_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Read by everybody who works here and sees this record. Markdown is understood."),
    )


class DocumentForm(forms.Form):
    """A file and what it is. `kept`: the sign of a file that came with an earlier, refused sending of this form."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True, widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png"})
    )
    title = forms.CharField(
        label=_("What it is"), required=False, max_length=200, help_text=_("Empty: the name of the file.")
    )
    document_number = forms.CharField(label=_("Number in the document system"), required=False, max_length=60)
    dated = forms.DateField(label=_("Dated"), required=False, widget=DayInput())
    kept = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].required = not self.data.get("kept")


class RecordTaskForm(forms.Form):
    """A task about the record, in one line."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    assigned_to = ColleagueField(label=_("Who does it"), required=False)
    due_on = forms.DateField(label=_("Until"), required=False, widget=DayInput())

    def __init__(self, *args: Any, office_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        colleague: Any = self.fields["assigned_to"]
        colleague.offer(office_id, _("Nobody yet"))


class RemovalForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
