"""How an account wants to hear of things: shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kervan.core.models import NoticeMail


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class NoticeChoiceForm(forms.Form):
    mail = forms.ChoiceField(label=_("Mail about notices"), choices=NoticeMail.choices, widget=forms.RadioSelect)
    quiet_from = forms.TimeField(label=_("No mail from"), widget=TimeInput())
    quiet_until = forms.TimeField(
        label=_("No mail until"),
        widget=TimeInput(),
        help_text=_("By the clock of the office. Twice the same time: mail may come at any hour."),
    )
    quiet_weekend = forms.BooleanField(label=_("No mail on Saturday and Sunday"), required=False)
