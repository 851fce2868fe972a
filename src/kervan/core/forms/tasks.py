"""Forms of tasks: shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kervan.core import registries

NOBODY = "nobody"


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ColleagueField(forms.ChoiceField):
    """One of the office's accounts, by uid; `cleaned` is the account or None."""

    def __init__(self, **options: Any) -> None:
        self.accounts: dict[str, Any] = {}
        super().__init__(**options)

    def offer(self, office_id: int, nobody: Any, *more: tuple[str, Any]) -> None:
        """Fill in who works here, between what stands for nobody and further choices. One query."""
        self.accounts = {account.uid: account for account in registries.members(office_id)}
        self.choices = [("", nobody), *((uid, str(account)) for uid, account in self.accounts.items()), *more]

    def offer_with_nobody(self, office_id: int, nobody: Any) -> None:
        """The same, where nobody must be chosen on purpose."""
        self.offer(office_id, _("Choose a colleague"), (NOBODY, nobody))

    def clean(self, value: Any) -> Any:
        return self.accounts.get(super().clean(value))


class TaskForm(forms.Form):
    """What is to be done, until when."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    due_on = forms.DateField(label=_("Until"), required=False, widget=DayInput())
    text = forms.CharField(
        label=_("Details"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea({"rows": 4}),
    )


class NewTaskForm(TaskForm):
    """The same, and who does it."""

    assigned_to = ColleagueField(label=_("Who does it"), required=False)
    field_order = ("title", "assigned_to", "due_on", "text")

    def __init__(self, *args: Any, office_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        colleague: Any = self.fields["assigned_to"]
        colleague.offer(office_id, _("Nobody yet"))


class HandOverForm(forms.Form):
    """Who takes over, and why."""

    to = ColleagueField(label=_("Who takes over"))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Both of you read it. It stays in the history.")
    )

    def __init__(self, *args: Any, office_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        colleague: Any = self.fields["to"]
        colleague.offer_with_nobody(office_id, _("Nobody for now"))
