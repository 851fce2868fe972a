"""Forms of a partner's address, on our side and on theirs."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.agreements.rules import links as rules
from kervan.institutions.models import Contact
from kervan.institutions.texts import roles

TEXT_LIMIT = 4_000
ACCEPT, REFUSE = "accept", "refuse"
DIGEST = re.compile(r"[0-9a-f]{64}")


class LinkForm(forms.Form):
    """For whom and for how long. Only who works at the partner now can be chosen."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=gettext_lazy("For whom"), to_field_name="uid")
    days = forms.IntegerField(
        label=gettext_lazy("Days it opens"), min_value=1, max_value=rules.LONGEST_DAYS, initial=rules.DAYS
    )

    def __init__(self, *args: Any, contacts: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["contact"]
        field.queryset = contacts
        field.label_from_instance = _with_function
        field.empty_label = _("Choose somebody")


def _with_function(contact: Contact) -> str:
    """Who it is, and in brackets what we go to this person for."""
    words = ", ".join(part for part in (contact.full_name, contact.function, contact.email) if part)
    tasks = roles(contact.roles)
    return f"{words} ({tasks})" if tasks else words


class LengthenForm(forms.Form):
    """For how many days from today on."""

    days = forms.IntegerField(
        label=gettext_lazy("Days from today"), min_value=1, max_value=rules.LONGEST_DAYS, initial=rules.DAYS
    )


class CommentForm(forms.Form):
    """A remark of the partner."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Comment"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(forms.Form):
    """The partner's yes or no, for the words that were read (`digest`)."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[(ACCEPT, gettext_lazy("We accept this version")), (REFUSE, gettext_lazy("We do not accept it"))],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200)
    function = forms.CharField(label=gettext_lazy("Your function"), max_length=200, required=False)
    reason = forms.CharField(
        label=gettext_lazy("What should be different"),
        help_text=gettext_lazy("Needed when you do not accept it, so that both sides can go on."),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    digest = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Its fields stand on one page with those of a comment."""
        super().__init__(*args, **{"auto_id": "id_answer_%s", **options})

    def clean_digest(self) -> str:
        """A damaged digest is one of no words: it is refused as changed words are."""
        typed = str(self.cleaned_data["digest"])
        return typed if DIGEST.fullmatch(typed) else ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == REFUSE and not data.get("reason", "").strip() and "reason" not in self.errors:
            self.add_error("reason", _("Say what should be different, so that both sides can go on."))
        return data

    def values(self) -> dict[str, Any]:
        """What `links_acts.answer` takes."""
        data = self.cleaned_data
        return {
            "is_accepted": data["decision"] == ACCEPT,
            "digest_seen": data["digest"],
            **{name: data[name] for name in ("name", "function", "reason")},
        }


class CodeForm(forms.Form):
    """The six digits of the mail; blanks between them do no harm."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        typed = "".join(str(self.cleaned_data["code"]).split())
        if not re.fullmatch(rf"[0-9]{{{rules.CODE_DIGITS}}}", typed):
            raise forms.ValidationError(_("The code has six digits; “%(typed)s” has not.") % {"typed": typed})
        return typed
