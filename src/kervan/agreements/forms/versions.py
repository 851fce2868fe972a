"""Forms of a version on its way: shape only; what is allowed is decided by the services."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.agreements.forms.agreements import DayInput
from kervan.agreements.models import Side


def _reason(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=2_000, help_text=help_text, widget=forms.Textarea({"rows": 3})
    )


class RenewForm(forms.Form):
    """From when until when the new version holds, and why there is one."""

    valid_from = forms.DateField(label=gettext_lazy("Valid from"), widget=DayInput())
    valid_until = forms.DateField(label=gettext_lazy("Valid until"), required=False, widget=DayInput())
    reason = forms.CharField(
        label=gettext_lazy("Why this version"),
        max_length=300,
        help_text=gettext_lazy("One sentence, for example: two more places for master students."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("The last day lies before the first day."))
        return cleaned


class TakeBackForm(forms.Form):
    reason = _reason(gettext_lazy("Why it is taken back"))


class _OfWords(forms.Form):
    """Carries the digest of the words that were shown."""

    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class DecisionForm(_OfWords):
    """What a body decided."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What was decided"),
        choices=[("approved", gettext_lazy("Approved")), ("refused", gettext_lazy("Refused"))],
        widget=forms.RadioSelect,
    )
    decided_on = forms.DateField(label=gettext_lazy("Day of the decision"), widget=DayInput())
    decision_number = forms.CharField(
        label=gettext_lazy("Number of the decision"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("As the minutes have it. Needed when it was approved."),
    )
    reason = _reason(gettext_lazy("Reason"), required=False, help_text=gettext_lazy("Needed when it was refused."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == "approved" and not cleaned.get("decision_number", "").strip():
            self.add_error("decision_number", _("Give the number of the decision, as the minutes have it."))
        if cleaned.get("outcome") == "refused" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Give the reason of the refusal."))
        return cleaned

    def clean_decided_on(self) -> Any:
        if self.cleaned_data["decided_on"] > timezone.localdate():
            raise forms.ValidationError(_("The day of the decision lies in the future."))
        return self.cleaned_data["decided_on"]


class AnswerForm(_OfWords):
    """What the partner wrote to us."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What the partner says"),
        choices=[("accepted", gettext_lazy("Accepts")), ("refused", gettext_lazy("Refuses"))],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=gettext_lazy("Who answers for the partner"), max_length=200)
    function = forms.CharField(label=gettext_lazy("Function"), required=False, max_length=200)
    reason = _reason(gettext_lazy("Reason"), required=False, help_text=gettext_lazy("Needed when the partner refuses."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == "refused" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say what should be different, so that both sides can go on."))
        return cleaned


class SignForm(_OfWords):
    """Who signed, for whom, when."""

    side = forms.ChoiceField(label=gettext_lazy("For whom"), choices=Side.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("Who signed"), max_length=200)
    function = forms.CharField(label=gettext_lazy("Function"), required=False, max_length=200)
    signed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=DayInput())

    def clean_signed_on(self) -> Any:
        if self.cleaned_data["signed_on"] > timezone.localdate():
            raise forms.ValidationError(_("The day of the signature lies in the future."))
        return self.cleaned_data["signed_on"]


class ConcludeForm(forms.Form):
    document_number = forms.CharField(
        label=gettext_lazy("Number in the document system"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("The EBYS number under which the signed copy is kept."),
    )


class CommentForm(forms.Form):
    text = _reason(gettext_lazy("Comment"))
