"""Imports in words: columns, what a row would do and why it is refused, events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kervan.core.lists import Text
from kervan.institutions import reference
from kervan.institutions.models import Level
from kervan.selection.models import Call, ImportBatch, ImportState, Term
from kervan.selection.rules import portal
from kervan.selection.selectors import imports
from kervan.selection.states import ApplicationState

EVENTS: Mapping[str, Any] = {
    "importbatch.upload": gettext_lazy("Uploaded: %(name)s, %(rows)s rows"),
    "importbatch.columns": gettext_lazy("Columns chosen"),
    "importbatch.apply": gettext_lazy(
        "Applied: %(create)s created, %(change)s changed, %(same)s unchanged, %(refuse)s refused"
    ),
    "importbatch.discard": gettext_lazy("Put aside"),
    "call.import": gettext_lazy(
        "Table %(name)s imported: %(create)s created, %(change)s changed, %(same)s unchanged, %(refuse)s refused"
    ),
}
COLUMN_LABELS: Mapping[str, Text] = {
    "portal_number": gettext_lazy("Portal number"),
    "student_number": gettext_lazy("Student number"),
    "given_name": gettext_lazy("Given name"),
    "family_name": gettext_lazy("Family name"),
    "full_name": gettext_lazy("Given and family name in one"),
    "email": gettext_lazy("E-mail"),
    "birth_date": gettext_lazy("Date of birth"),
    "citizenships": gettext_lazy("Citizenship"),
    "unit": gettext_lazy("Study programme"),
    "level": gettext_lazy("Level"),
    "gpa_4": gettext_lazy("Grade average of 4"),
    "gpa_100": gettext_lazy("Grade average of 100"),
    "exam_language": gettext_lazy("Exam language"),
    "language": gettext_lazy("Language"),
    "written": gettext_lazy("Written"),
    "oral": gettext_lazy("Oral"),
    "mark": gettext_lazy("Mark of 100"),
    "cefr": gettext_lazy("CEFR level"),
    "absent": gettext_lazy("Did not come"),
    "wishes": gettext_lazy("Wishes"),
}
ACTION_LABELS: Mapping[str, Text] = {
    portal.CREATE: pgettext_lazy("import row", "Would be created"),
    portal.CHANGE: pgettext_lazy("import row", "Would be changed"),
    portal.SAME: pgettext_lazy("import row", "Unchanged"),
    portal.REFUSE: pgettext_lazy("import row", "Refused"),
}
DONE_LABELS: Mapping[str, Text] = {
    portal.CREATE: pgettext_lazy("import row", "Created"),
    portal.CHANGE: pgettext_lazy("import row", "Changed"),
    portal.SAME: pgettext_lazy("import row", "Unchanged"),
    portal.REFUSE: pgettext_lazy("import row", "Refused"),
}
ACTION_TONES = {portal.CREATE: "ok", portal.CHANGE: "warn", portal.SAME: "", portal.REFUSE: "bad"}
STATE_TONES = {
    ImportState.MAPPING: "next",
    ImportState.PREVIEW: "next",
    ImportState.APPLIED: "ok",
    ImportState.DISCARDED: "",
}

PROBLEMS: Mapping[str, Text] = {
    "formula": gettext_lazy("The cell holds a formula. Write the plain value instead."),
    "number_wrong": gettext_lazy("This is no number of a student or an application. Use letters and digits only."),
    "no_number": gettext_lazy("The row has neither a student number nor a portal number. Add one of them."),
    "email_wrong": gettext_lazy("This is no e-mail address. Correct it or leave the cell empty."),
    "country_unknown": gettext_lazy("No country is known by this name. Use its name or its two-letter code."),
    "programme_unknown": gettext_lazy("No study programme of ours has this name. Write it as in the student record."),
    "programme_near": gettext_lazy("No study programme of ours has this name. Did you mean “%(hint)s”?"),
    "programme_ambiguous": gettext_lazy("Programmes of several levels have this name. Fill in the level."),
    "level_mismatch": gettext_lazy(
        "The programme leads to another level: %(hint)s. Correct the level or the programme."
    ),
    "word_unknown": gettext_lazy("This word is not known here. Use one of: %(hint)s."),
    "language_unknown": gettext_lazy("No language is known by this name. Use its name or its two-letter code."),
    "not_a_number": gettext_lazy("This is no number. Write for example 3.12 or 3,12."),
    "out_of_range": gettext_lazy("The number is outside its range, %(hint)s. Check the scale and the column."),
    "too_precise": gettext_lazy("The number has more than two decimals. Round it as the student record does."),
    "not_a_date": gettext_lazy("There is no such day. Write for example 09.03.2004 or 2004-03-09."),
    "date_out_of_range": gettext_lazy("The year is outside %(hint)s. Check the day."),
    "too_many_wishes": gettext_lazy("The call allows %(hint)s wishes only. Delete the later ones."),
    "wish_twice": gettext_lazy("The same place is wished for twice. Delete one of them."),
    "partner_unknown": gettext_lazy("The call offers no place there. Use the Erasmus code or the name as in the call."),
    "partner_near": gettext_lazy("The call offers no place there. Did you mean “%(hint)s”?"),
    "term_not_offered": gettext_lazy("The call offers this university in other terms only: %(hint)s."),
    "term_missing": gettext_lazy("The call offers this university in several terms: %(hint)s. Say which one."),
    "missing": gettext_lazy("A new application needs this. Fill it in."),
    "repeated": gettext_lazy("Row %(hint)s has the same number. Keep one of the two rows."),
    "numbers_disagree": gettext_lazy("The portal number belongs to another student: %(hint)s. Check both numbers."),
    "holds_role": gettext_lazy(
        "This person holds a role and never signed in. Only an administrator changes number and address, in the record."
    ),
    "applied_here": gettext_lazy(
        "This student applied in Kervan. Withdraw that application first if the portal shall count."
    ),
    "not_in_the_running": gettext_lazy("The application is “%(value)s” and is not changed by a table any more."),
    "no_application": gettext_lazy("Nobody with this number applied to the call. Import the applications first."),
    "no_mark": gettext_lazy("The row holds no mark, no level and no absence. Fill in one of them."),
    "absent_with_mark": gettext_lazy(
        "The row says that the person did not come, and gives a mark. Delete one of the two."
    ),
}


@dataclass(slots=True)
class Names:
    """What codes in a preview are called: programmes and places by uid."""

    programmes: Mapping[str, str]
    places: Mapping[str, str]


def names_of(call: Call) -> Names:
    """Return the names for one page. Two queries."""
    return Names(
        {unit.uid: str(unit) for unit in imports.programmes_of(call)},
        {place.uid: str(place) for place in imports.places_of(call)},
    )


def column_label(code: str) -> str:
    """Return the name of a column; a wish carries its number."""
    if code in COLUMN_LABELS:
        return str(COLUMN_LABELS[code])
    rank = code.split("_")[1] if "_" in code else ""
    if code.endswith("_term"):
        return _("Term of wish %(rank)s") % {"rank": rank}
    return _("Wish %(rank)s") % {"rank": rank}


def shown(name: str, value: str, names: Names) -> str:
    """Return a canonical value in words."""
    if not value:
        return "–"
    if name == "wishes":
        return "; ".join(f"{rank}. {names.places.get(uid, uid)}" for rank, uid in enumerate(value.split(","), 1))
    if name == "unit":
        return names.programmes.get(value, value)
    if name in ("gpa_4", "gpa_100", "written", "oral", "mark"):
        return number_format(value, use_l10n=True)
    if name == "birth_date" and (day := portal.date_of(value)):
        return date_format(day, "DATE_FORMAT")
    if name == "absent":
        return _("Yes") if value == "yes" else _("No")
    return _word(name, value)


def _word(name: str, value: str) -> str:
    if name == "level":
        return str(Level(value).label)
    if name in ("language", "exam_language"):
        return str(found.name) if (found := reference.language(value)) else value
    if name == "citizenships":
        return ", ".join(str(one.name) if (one := reference.country(code)) else code for code in value.split(","))
    return value


def problem_sentence(problem: Sequence[str]) -> str:
    """Say why a row is refused and what to do. problem: code, column, value, hint as a preview keeps them."""
    code, column, value, hint = problem
    if code in ("programme_unknown", "partner_unknown") and hint:
        code = code.replace("unknown", "near")
    if code == "word_unknown" and column in ("language", "exam_language"):
        code = "language_unknown"
    if code == "not_in_the_running":
        value = str(ApplicationState(value).label)
    return str(PROBLEMS[code]) % {"value": value, "hint": _hint(code, column, hint)}


def _hint(code: str, column: str, hint: str) -> str:
    if code == "level_mismatch":
        return str(Level(hint).label) if hint in Level.values else hint
    if code in ("term_not_offered", "term_missing") or column.endswith("_term"):
        return ", ".join(str(Term(word).label) for word in hint.split(", "))
    if code == "word_unknown" and column == "level":
        return ", ".join(str(Level(word).label) for word in hint.split(", "))
    if code == "word_unknown" and column == "absent":
        return ", ".join([_("Yes"), _("No")])
    return ", ".join(hint.split(", ")[:12])


def preview_row(record: Mapping[str, Any], names: Names, *, is_done: bool = False) -> dict[str, Any]:
    """Return one row of a preview as the page shows it."""
    labels = DONE_LABELS if is_done else ACTION_LABELS
    action = record["action"]
    return {
        "number": record["row"],
        "name": record["name"],
        "who": record["number"],
        "label": labels[action],
        "tone": ACTION_TONES[action],
        "is_new": action == portal.CREATE,
        "changes": [
            {"label": column_label(name), "before": shown(name, before, names), "after": shown(name, after, names)}
            for name, before, after in record.get("changes", [])
        ],
        "problems": [
            {"column": column_label(one[1]) if one[1] else "", "value": one[2], "sentence": problem_sentence(one)}
            for one in record.get("problems", [])
        ],
        "repaired": ", ".join(column_label(code) for code in record.get("repaired", [])),
    }


def acting(batch: ImportBatch) -> int:
    """Return how many rows of a preview would write something."""
    return int(batch.counts.get(portal.CREATE, 0)) + int(batch.counts.get(portal.CHANGE, 0))


def _nothing_to_apply(batch: ImportBatch) -> dict[str, str]:
    happened = _("The table %(name)s was read; nothing has been written.") % {"name": batch.stored_file.name}
    if batch.counts.get(portal.REFUSE, 0):
        return _standing(
            happened,
            _("You: mend the refused rows in the table and upload it again."),
            _("There is nothing to apply: every other row is here already."),
            "next",
        )
    return _standing(happened, _("Nothing to apply: everything is as in the table."), "", "ok")


def standing(batch: ImportBatch) -> dict[str, str]:
    """Say where an import stands: happened, acts, until, otherwise, tone."""
    values = {"name": batch.stored_file.name, **batch.counts}
    if batch.state == ImportState.MAPPING:
        return _standing(
            _("The table %(name)s is uploaded; nothing has been written.") % values,
            _("You: say which column is what."),
            _("Otherwise nothing of it counts."),
            "next",
        )
    if batch.state == ImportState.PREVIEW and not acting(batch):
        return _nothing_to_apply(batch)
    if batch.state == ImportState.PREVIEW:
        return _standing(
            _("This is what the table %(name)s would do; nothing has been written.") % values,
            _("You: look at it, then apply it."),
            _("Refused rows are left out; mend them in the table and upload it again."),
            "next",
        )
    if batch.state == ImportState.APPLIED:
        return _standing(
            _("The table %(name)s was applied.") % values,
            _("Nothing to do: it is done."),
            _("Uploaded again, the same table changes nothing."),
            "ok",
        )
    return _standing(
        _("The table %(name)s was put aside; nothing was written.") % values, _("Nothing to do: it is done."), "", ""
    )


def _standing(happened: str, acts: str, otherwise: str, tone: str) -> dict[str, str]:
    return {"happened": happened, "acts": acts, "until": "", "otherwise": otherwise, "tone": tone}
