"""The application form: one page, saved as typed, so that nothing here refuses what is not complete yet."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.institutions.models import Level, Unit
from kervan.people.models import Enrolment
from kervan.selection.models import Application
from kervan.selection.rules.portal import number_of
from kervan.selection.selectors import my
from kervan.selection.selectors.my import ClaimChoice, Needed
from kervan.selection.services.applying import Typed

ACCEPT = ".pdf,.jpg,.jpeg,.png"
MOST_STAYS = 9


class ApplyForm(forms.Form):
    """Study data, exam language, points, documents and statement; wishes are a list of place uids beside it."""

    statement = forms.CharField(
        label=gettext_lazy("Why you want to go"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    use_required_attribute = False

    def __init__(self, application: Application, data: Any = None, version: int | None = None) -> None:
        super().__init__(data, initial=_initial(application))
        self.application = application
        self.version = application.version if version is None else version
        self.enrolments = my.study_choices(application)
        self.claims = my.claim_choices(application)
        self.needed = my.needed_documents(application)
        self._add_study()
        languages = [("", "–"), *my.language_choices(application)]
        self.fields["exam_language"] = forms.ChoiceField(
            label=_("Language whose exam shall count"), choices=languages, required=False
        )
        for choice in self.claims:
            self.fields[f"claim_{choice.item.code}"] = _claim_field(choice)
        for needed in self.needed:
            self.fields[f"document_{needed.code}"] = _file_field(needed)

    def _add_study(self) -> None:
        if self.enrolments:
            choices = [("", "–"), *((one.uid, enrolment_words(one)) for one in self.enrolments)]
            self.fields["study"] = forms.ChoiceField(label=_("Study programme"), choices=choices, required=False)
            return
        self.programmes = my.programme_choices(self.application)
        units = [("", "–"), *_programme_options([unit for unit in self.programmes if unit.level])]
        self.fields["study"] = forms.ChoiceField(label=_("Study programme"), choices=units, required=False)
        for name, label in (("gpa_4", _("Grade average of 4")), ("gpa_100", _("Grade average of 100"))):
            self.fields[name] = forms.CharField(
                label=label, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, low, high in (("gpa_4", 1, 4), ("gpa_100", 0, 100)):
            if text := cleaned.get(name, ""):
                cleaned[name] = self._average(name, text, Decimal(low), Decimal(high))
        return cleaned

    def _average(self, name: str, text: str, low: Decimal, high: Decimal) -> Decimal | None:
        number = number_of(text)
        if number is None or not low <= number <= high or number != number.quantize(Decimal("0.01")):
            words = {"low": low, "high": high}
            self.add_error(name, _("Write a number from %(low)s to %(high)s with at most two decimals.") % words)
            return None
        return number

    def typed(self, wishes: Sequence[str]) -> Typed:
        """Return what was typed. A field that cannot be read keeps what is stored; its error is shown."""
        values = self.cleaned_data
        unit, level, gpa_4, gpa_100 = self._study(values.get("study", ""))
        return Typed(
            unit=unit,
            level=level,
            gpa_4=gpa_4,
            gpa_100=gpa_100,
            exam_language=values.get("exam_language", self.application.exam_language),
            statement=values.get("statement", self.application.statement),
            wishes=tuple(wishes),
            claims={
                choice.item.code: int(count)
                for choice in self.claims
                if (count := values.get(f"claim_{choice.item.code}") or 0)
            },
        )

    def _study(self, uid: str) -> tuple[Unit | None, str, Decimal | None, Decimal | None]:
        enrolment = next((one for one in self.enrolments if one.uid == uid), None)
        if enrolment:
            return enrolment.unit, enrolment.level, enrolment.gpa_4, enrolment.gpa_100
        if self.enrolments:
            return None, "", None, None
        unit = next((one for one in self.programmes if one.uid == uid), None)
        return unit, unit.level if unit else "", self._kept("gpa_4"), self._kept("gpa_100")

    def _kept(self, name: str) -> Decimal | None:
        stored: Decimal | None = getattr(self.application, name)
        return stored if name in self.errors else self.cleaned_data.get(name) or None

    def mark_needed(self) -> None:
        """Show what handing in will ask for. Saving asks for nothing: this is for the eye, after the form was read."""
        for name in ("study", "exam_language", *(f"document_{needed.code}" for needed in self.needed)):
            self.fields[name].required = True

    @property
    def claim_fields(self) -> list[Any]:
        """The fields of the items that anybody may see."""
        return [self[f"claim_{choice.item.code}"] for choice in self.claims if not choice.item.special_category]

    @property
    def special_fields(self) -> list[Any]:
        """The fields of the specially protected items."""
        return [self[f"claim_{choice.item.code}"] for choice in self.claims if choice.item.special_category]

    @property
    def document_fields(self) -> list[tuple[Needed, Any]]:
        """Each needed document with its field."""
        return [(needed, self[f"document_{needed.code}"]) for needed in self.needed]


def _programme_options(units: Sequence[Unit]) -> list[tuple[str, str]]:
    """Study programmes with their level; of several with one name each says where it belongs."""
    words = {unit.uid: f"{unit} · {Level(unit.level).label}" for unit in units}
    names = Counter(words.values())
    return [
        (
            unit.uid,
            f"{words[unit.uid]} · {unit.parent}" if names[words[unit.uid]] > 1 and unit.parent else words[unit.uid],
        )
        for unit in units
    ]


def enrolment_words(enrolment: Enrolment) -> str:
    """A study programme with level and grade average, as the student record has it."""
    level = Level(enrolment.level).label
    if enrolment.gpa_4 is not None:
        words = {"unit": enrolment.unit, "level": level, "average": number_format(enrolment.gpa_4, 2)}
        return _("%(unit)s · %(level)s · %(average)s of 4") % words
    if enrolment.gpa_100 is not None:
        words = {"unit": enrolment.unit, "level": level, "average": number_format(enrolment.gpa_100, 2)}
        return _("%(unit)s · %(level)s · %(average)s of 100") % words
    return f"{enrolment.unit} · {level}"


def _initial(application: Application) -> dict[str, Any]:
    chosen = next(
        (
            one
            for one in my.study_choices(application)
            if (one.unit_id, one.level) == (application.unit_id, application.level)
        ),
        None,
    )
    values: dict[str, Any] = {
        "study": chosen.uid if chosen else application.unit.uid if application.unit else "",
        "gpa_4": "" if application.gpa_4 is None else number_format(application.gpa_4, 2),
        "gpa_100": "" if application.gpa_100 is None else number_format(application.gpa_100, 2),
        "exam_language": application.exam_language,
        "statement": application.statement,
    }
    for choice in my.claim_choices(application):
        count = choice.claim.count if choice.claim else 0
        values[f"claim_{choice.item.code}"] = bool(count) if choice.item.maximum_count == 1 else count
    return values


def _claim_field(choice: ClaimChoice) -> forms.Field:
    label = f"{choice.label} ({choice.points})"
    if choice.item.maximum_count == 1:
        return forms.BooleanField(label=label, required=False)
    widget = forms.NumberInput(attrs={"min": 0, "max": MOST_STAYS, "inputmode": "numeric"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_STAYS, widget=widget)


def _file_field(needed: Needed) -> forms.Field:
    return forms.FileField(label=needed.label, required=False, widget=forms.FileInput(attrs={"accept": ACCEPT}))
