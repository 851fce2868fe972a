"""Forms of letters: shape only; the fields inside the texts are judged by `rules.merging`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kervan.core import letter_texts, registries
from kervan.core.forms.tasks import DayInput
from kervan.core.models import LetterChannel, LetterVersion
from kervan.core.services import letters

MOST_LETTERS = 20_000


class NewTemplateForm(forms.Form):
    """What kind of letter it is. Its words are written on the next page."""

    about = forms.ChoiceField(label=_("Written to"), help_text=_("Whom it is written to decides which fields it has."))
    channel = forms.ChoiceField(label=_("Sent as"), choices=LetterChannel.choices, widget=forms.RadioSelect())
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    title_tr = forms.CharField(label=_("Title in Turkish"), max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        about: Any = self.fields["about"]
        about.choices = [(source.name, source.label) for source in registries.merge_sources.values()]


def _text(label: Any) -> forms.CharField:
    widget = forms.Textarea({"class": "tall", "spellcheck": "true"})
    return forms.CharField(label=label, max_length=MOST_LETTERS, widget=widget)


class WordsForm(forms.Form):
    """The words of a draft in both languages, and the titles of its template."""

    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    title_tr = forms.CharField(label=_("Title in Turkish"), max_length=200)
    subject_en = forms.CharField(label=_("Subject in English"), max_length=200)
    subject_tr = forms.CharField(label=_("Subject in Turkish"), max_length=200)
    body_en = _text(_("Text in English"))
    body_tr = _text(_("Text in Turkish"))

    def __init__(self, *args: Any, about: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.about = about

    def clean(self) -> dict[str, Any]:
        """Name every wrong field with its place, under the text in which it stands."""
        cleaned = super().clean() or {}
        words = {name: cleaned.get(name, "") for name in letters.WORDS}
        for name, problems in letters.problems_of(self.about, words).items():
            for one in problems:
                self.add_error(name, letter_texts.problem(one))
        return cleaned

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in letters.WORDS}

    @property
    def titles(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in letters.TITLES}


class HeadForm(forms.Form):
    """Who signs the letters, and their date."""

    signatory = forms.CharField(label=_("Who signs"), max_length=200, help_text=_("Name as it stands under the letter"))
    function_en = forms.CharField(label=_("Function in English"), max_length=200, required=False)
    function_tr = forms.CharField(label=_("Function in Turkish"), max_length=200, required=False)
    dated = forms.DateField(label=_("Date of the letter"), widget=DayInput())


class BulkLetterForm(forms.Form):
    """Which letter the chosen rows get. `run`: the draft that all of them join."""

    run = forms.RegexField(r"^[0-9a-z]{12}$", widget=forms.HiddenInput())
    letter = forms.ModelChoiceField(label=_("Letter or mail"), queryset=LetterVersion.objects.none())
