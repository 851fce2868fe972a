"""Imports of agreement lines in words: columns, what a row would do, what it lacks, what is kept as a remark."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kervan.agreements.models import AgreementKind, Direction, StayKind
from kervan.agreements.rules import completeness, import_verdicts
from kervan.agreements.texts import lines
from kervan.core import texts
from kervan.core.lists import Text
from kervan.core.models import SheetImport, SheetState
from kervan.core.rules.cells import date_of
from kervan.institutions import reference
from kervan.institutions.models import Level

COLUMN_LABELS: Mapping[str, Text] = {
    "reference": gettext_lazy("Reference"),
    "partner_code": gettext_lazy("Erasmus code of the partner"),
    "partner_name": gettext_lazy("Name of the partner"),
    "home_code": gettext_lazy("Erasmus code of our side"),
    "agreement_kind": gettext_lazy("Kind of agreement"),
    "direction": gettext_lazy("Direction"),
    "stay": gettext_lazy("Kind of stay"),
    "unit": gettext_lazy("Unit of our side"),
    "partner_unit": gettext_lazy("Unit of the partner"),
    "fields": gettext_lazy("Fields of study (ISCED-F)"),
    "fields_home": gettext_lazy("Fields of study as our side keeps them"),
    "fields_partner": gettext_lazy("Fields of study as the partner keeps them"),
    "levels": gettext_lazy("Levels"),
    "terms": gettext_lazy("Terms"),
    "people": gettext_lazy("People a year"),
    "months": gettext_lazy("Months a year in all"),
    "days": gettext_lazy("Days a year in all"),
    "blended": gettext_lazy("Blended"),
    "valid_from": gettext_lazy("First day"),
    "valid_until": gettext_lazy("Last day"),
    "year_from": gettext_lazy("First academic year"),
    "year_until": gettext_lazy("Last academic year"),
    "partner_language_1": gettext_lazy("First language of the partner"),
    "partner_language_2": gettext_lazy("Second language of the partner"),
    "partner_level_student": gettext_lazy("Level for students at the partner"),
    "partner_level_staff": gettext_lazy("Level for staff at the partner"),
    "home_language_1": gettext_lazy("First language of our side"),
    "home_language_2": gettext_lazy("Second language of our side"),
    "home_level_student": gettext_lazy("Level for students of our side"),
    "home_level_staff": gettext_lazy("Level for staff of our side"),
    "partner_nomination_autumn": gettext_lazy("Nominations to the partner for autumn until"),
    "partner_nomination_spring": gettext_lazy("Nominations to the partner for spring until"),
    "home_nomination_autumn": gettext_lazy("Nominations to our side for autumn until"),
    "home_nomination_spring": gettext_lazy("Nominations to our side for spring until"),
    "in_ewp": gettext_lazy("In the EWP network"),
    "approved_by_home": gettext_lazy("Approved by our side"),
    "approved_by_partner": gettext_lazy("Approved by the partner"),
    "unconfirmed_changes": gettext_lazy("Changes not confirmed yet"),
    "terminated_by_home": gettext_lazy("Terminated by our side"),
    "terminated_by_partner": gettext_lazy("Terminated by the partner"),
    "remark": gettext_lazy("Remark"),
    "languages": gettext_lazy("Languages"),
}
ACTION_LABELS: Mapping[str, Text] = {
    import_verdicts.CREATE: pgettext_lazy("import row", "Would be created"),
    import_verdicts.CHANGE: pgettext_lazy("import row", "Would be changed"),
    import_verdicts.SAME: pgettext_lazy("import row", "Unchanged"),
    import_verdicts.REFUSE: pgettext_lazy("import row", "Refused"),
}
DONE_LABELS: Mapping[str, Text] = {
    import_verdicts.CREATE: pgettext_lazy("import row", "Created"),
    import_verdicts.CHANGE: pgettext_lazy("import row", "Changed"),
    import_verdicts.SAME: pgettext_lazy("import row", "Unchanged"),
    import_verdicts.REFUSE: pgettext_lazy("import row", "Refused"),
}
ACTION_TONES = {
    import_verdicts.CREATE: "ok",
    import_verdicts.CHANGE: "warn",
    import_verdicts.SAME: "",
    import_verdicts.REFUSE: "bad",
}
STATE_TONES = {SheetState.MAPPING: "next", SheetState.PREVIEW: "next", SheetState.APPLIED: "ok"}
MISSING: Mapping[str, Text] = {
    completeness.PEOPLE: gettext_lazy("people a year"),
    completeness.DIRECTION: gettext_lazy("direction"),
    completeness.STAY: gettext_lazy("kind of stay"),
    completeness.MONTHS: gettext_lazy("months a year"),
    completeness.DAYS: gettext_lazy("days a year"),
    completeness.LENGTH: gettext_lazy("months or days a year"),
    completeness.UNTIL: gettext_lazy("last day"),
}
MISPLACED: Mapping[str, Text] = {
    completeness.LEVELS_OF_STAFF: gettext_lazy("Staff have no level of study. Take the levels away."),
    completeness.TERMS_OF_STAFF: gettext_lazy("Staff do not go for a term. Take the terms away."),
    completeness.MONTHS_OF_STAFF: gettext_lazy("Staff go for days. Take the months away and fill in the days."),
    completeness.DAYS_OF_STUDENTS: gettext_lazy("Students go for months. Take the days away and fill in the months."),
}
PROBLEMS: Mapping[str, Text] = {
    "formula": gettext_lazy("The cell holds a formula. Write the plain value instead."),
    "no_partner": gettext_lazy("The row names no partner. Fill in the Erasmus code or the name."),
    "partner_unknown": gettext_lazy(
        "No university of the directory is known by this. Correct it, or add the university to the directory first."
    ),
    "partner_ambiguous": gettext_lazy("Several universities are known by this. Use the Erasmus code."),
    "partner_is_us": gettext_lazy("This is our own university; an agreement needs a partner."),
    "word_unknown": gettext_lazy("This word is not known here. Use one of: %(hint)s."),
    "yes_or_no": gettext_lazy("This is neither yes nor no. Write yes or no."),
    "not_a_number": gettext_lazy("This is no number. Write for example 2 or 10.5."),
    "out_of_range": gettext_lazy("The number is outside its range, %(hint)s."),
    "too_precise": gettext_lazy("The number is written too exactly. Write it in steps of %(hint)s."),
    "unit_unknown": gettext_lazy("No unit of ours has this name. Write it as under “Our units”."),
    "unit_ambiguous": gettext_lazy("Several units of ours have this name. Write the agreement by hand."),
    "language_unknown": gettext_lazy("No language is known by this name. Use its name or its two-letter code."),
    "not_a_day_of_year": gettext_lazy("There is no such day in a year. Write for example 05-15 or 15.05."),
    "not_a_date": gettext_lazy("There is no such day. Write for example 31.08.2028 or 2028-08-31."),
    "not_a_year": gettext_lazy("This is no academic year. Write for example 2026 or 2026/27."),
    "no_beginning": gettext_lazy("The row does not say from when the agreement holds. Fill in a day or a year."),
    "ends_before": gettext_lazy("The last day lies before the first day."),
    "reference_taken": gettext_lazy("Another agreement already has the reference “%(value)s”. Use another one."),
    "reference_twice": gettext_lazy(
        "The reference “%(value)s” stands for two partners, kinds or periods in this table. Use one for each."
    ),
    "agreement_touched": gettext_lazy(
        "Somebody worked on this draft since it was brought in. A table does not overwrite it; change it by hand."
    ),
    "agreement_decided": gettext_lazy(
        "This agreement was proposed, is in force or has ended. A table does not change it; make a new version."
    ),
    "code_repaired": gettext_lazy("Read as “%(hint)s”."),
    "field_unknown": gettext_lazy("No field of study has this code. It is kept in the remark only."),
    "years_disagree": gettext_lazy("The last year and the last day do not fit together. The day counts: %(hint)s."),
    **MISPLACED,
}
FACTS: Mapping[str, Text] = {
    "unit": gettext_lazy("Unit: %(value)s"),
    "fields_home": gettext_lazy("Fields of study as the home side keeps them: %(value)s"),
    "fields_partner": gettext_lazy("Fields of study as the partner keeps them: %(value)s"),
    "fields_unknown": gettext_lazy("Codes of fields of study that do not exist: %(value)s"),
    "fields_home_unknown": gettext_lazy("Codes of fields of study that do not exist: %(value)s"),
    "fields_partner_unknown": gettext_lazy("Codes of fields of study that do not exist: %(value)s"),
    "partner_languages": gettext_lazy("Languages at the partner: %(value)s"),
    "home_languages": gettext_lazy("Languages at the home side: %(value)s"),
    "partner_nomination_autumn": gettext_lazy("Nominations to the partner for autumn until %(value)s"),
    "partner_nomination_spring": gettext_lazy("Nominations to the partner for spring until %(value)s"),
    "home_nomination_autumn": gettext_lazy("Nominations to the home side for autumn until %(value)s"),
    "home_nomination_spring": gettext_lazy("Nominations to the home side for spring until %(value)s"),
    "year_until": gettext_lazy("Last academic year in the table: %(value)s"),
    "remark": gettext_lazy("Remark in the table: %(value)s"),
}
_FROM: Mapping[str, Text] = {
    "fields_home": gettext_lazy("The fields are those that the home side keeps; the network has none."),
    "fields_partner": gettext_lazy("The fields are those that the partner keeps; the network has none."),
}
_YES_NO: Mapping[str, tuple[Text, Text]] = {
    "in_ewp": (gettext_lazy("In the EWP network"), gettext_lazy("Not in the EWP network")),
    "approved_by_home": (gettext_lazy("Approved by the home side"), gettext_lazy("Not approved by the home side")),
    "approved_by_partner": (gettext_lazy("Approved by the partner"), gettext_lazy("Not approved by the partner")),
    "unconfirmed_changes": (gettext_lazy("Has changes that are not confirmed yet"), ""),
    "terminated_by_home": (gettext_lazy("Terminated by the home side"), ""),
    "terminated_by_partner": (gettext_lazy("Terminated by the partner"), ""),
}

texts.register(
    {
        "sheetimport.agreements_uploaded": gettext_lazy("Uploaded: %(name)s, %(rows)s rows"),
        "sheetimport.agreements_columns": gettext_lazy("Columns chosen"),
        "sheetimport.agreements_applied": gettext_lazy(
            "Applied: %(create)s created, %(change)s changed, %(same)s unchanged, %(refuse)s refused"
        ),
        "sheetimport.agreements_discarded": gettext_lazy("Put aside"),
        "sheetimport.agreements_undone": gettext_lazy("Taken back: %(count)s agreements deleted"),
    }
)


def remark(facts: Iterable[tuple[str, str]], language: str) -> str:
    """Return what fits in no field as lines of a remark, in one language; empty for no facts."""
    with translation.override(language):
        said = [words for code, value in facts if (words := _fact(code, value))]
        return "\n".join(words if words.endswith(".") else f"{words}." for words in said)


def _fact(code: str, value: str) -> str:
    if code in _YES_NO:
        return str(_YES_NO[code][value != "yes"])
    if code == "fields_from":
        return str(_FROM[value])
    if code.endswith("_languages"):
        value = _languages(value)
    return str(FACTS[code]) % {"value": value}


def _languages(value: str) -> str:
    """Languages with the levels for students and staff, from "cs,en;B1;B2"."""
    codes, student, staff = value.split(";")
    parts = [", ".join(str(found.name) if (found := reference.language(one)) else one for one in codes.split(","))]
    if student:
        parts.append(_("students %(level)s") % {"level": student})
    if staff:
        parts.append(_("staff %(level)s") % {"level": staff})
    return "; ".join(part for part in parts if part)


def missing(codes: Iterable[str]) -> str:
    """Return what is missing, in words with commas between them."""
    return ", ".join(str(MISSING[code]) for code in codes)


def missing_sentence(codes: Sequence[str]) -> str:
    """Return what an agreement or line lacks as a sentence; empty when nothing is missing."""
    return _("Incomplete: %(missing)s missing. No places are offered.") % {"missing": missing(codes)} if codes else ""


def shown(name: str, value: str, units: Mapping[str, str]) -> str:
    """Return a canonical value of a line in words. units: key -> name."""
    if not value:
        return "–"
    words: Mapping[str, Any] = {
        "direction": dict(Direction.choices),
        "stay": dict(StayKind.choices),
        "levels": dict(Level.choices),
        "terms": lines.TERMS,
        "unit": units,
    }
    if name in words:
        return ", ".join(str(words[name].get(code, code)) for code in value.split(","))
    if name in ("people", "months", "days"):
        return str(formats.number_format(value, use_l10n=True))
    if name == "languages":
        return ", ".join(" ".join(one.split(":")[:2]) for one in value.split(","))
    return _("Yes") if name == "blended" else value.replace(",", ", ") if name == "fields" else value


def problem_sentence(problem: Sequence[str]) -> str:
    """Say what is wrong with a row and what to do. problem: code, column, value, hint."""
    code, column, value, hint = problem
    return str(PROBLEMS[code]) % {"value": value, "hint": _hint(code, column, hint)}


def _hint(code: str, column: str, hint: str) -> str:
    labels: Mapping[str, Mapping[str, Any]] = {
        "direction": dict(Direction.choices),
        "stay": dict(StayKind.choices),
        "levels": dict(Level.choices),
        "terms": lines.TERMS,
        "agreement_kind": dict(AgreementKind.choices),
    }
    if code == "word_unknown" and column in labels:
        return ", ".join(str(labels[column].get(word, word)) for word in hint.split(", "))
    if code == "years_disagree" and (day := date_of(hint)):
        return str(formats.date_format(day, "j F Y"))
    return hint


def preview_row(record: Mapping[str, Any], units: Mapping[str, str], *, is_done: bool) -> dict[str, Any]:
    """Return one row of a preview as the page shows it."""
    action = record["action"]
    return {
        "number": record["row"],
        "name": record["name"],
        "code": record["code"],
        "reference": record.get("reference", ""),
        "uid": record.get("agreement", ""),
        "label": (DONE_LABELS if is_done else ACTION_LABELS)[action],
        "tone": ACTION_TONES[action],
        "is_new": action == import_verdicts.CREATE,
        "is_repeated": action == import_verdicts.SAME and not record.get("line_uid"),
        "missing": missing(record.get("missing", [])),
        "changes": [
            {"label": COLUMN_LABELS[name], "before": shown(name, before, units), "after": shown(name, after, units)}
            for name, before, after in record.get("changes", [])
        ],
        "problems": [_said(one) for one in record.get("problems", [])],
        "warnings": [_said(one) for one in record.get("warnings", [])],
    }


def _said(one: Sequence[str]) -> dict[str, Any]:
    return {"column": COLUMN_LABELS.get(one[1], ""), "value": one[2], "sentence": problem_sentence(one)}


def acting(sheet: SheetImport) -> int:
    """Return how many rows of a preview would write something."""
    return int(sheet.counts.get(import_verdicts.CREATE, 0)) + int(sheet.counts.get(import_verdicts.CHANGE, 0))


def whose(sheet: SheetImport) -> str:
    """Say whose agreements a table holds."""
    name = sheet.options.get("sample_of", "")
    if not name:
        return _("Agreements of our own university.")
    return _("Agreements of %(name)s, brought in to try the software: never offered, never counted as ours.") % {
        "name": name
    }


def standing(sheet: SheetImport) -> dict[str, str]:
    """Say where an import stands: happened, acts, until, otherwise, tone."""
    name = {"name": sheet.stored_file.name}
    if sheet.state == SheetState.MAPPING:
        return _standing(
            _("The table %(name)s is uploaded; nothing has been written.") % name,
            _("You: say whose agreements these are and which column is what."),
            _("Otherwise nothing of it counts."),
            "next",
        )
    if sheet.state == SheetState.PREVIEW and not acting(sheet):
        return _nothing_to_apply(sheet, name)
    if sheet.state == SheetState.PREVIEW:
        return _standing(
            _("This is what the table %(name)s would do; nothing has been written.") % name,
            _("You: look at it, then apply it."),
            _("Refused rows are left out; mend them in the table and upload it again."),
            "next",
        )
    if sheet.state == SheetState.APPLIED:
        return _standing(
            _("The table %(name)s was applied.") % name,
            _("You: complete the drafts it made; until then they offer no places."),
            _("Uploaded again, the same table changes nothing."),
            "ok",
        )
    undone = sheet.options.get("undone")
    happened = (
        _("The table %(name)s was taken back; its drafts are deleted.")
        if undone
        else _("The table %(name)s was put aside; nothing was written.")
    )
    return _standing(happened % name, _("Nothing to do: it is done."), "", "")


def _nothing_to_apply(sheet: SheetImport, name: Mapping[str, str]) -> dict[str, str]:
    happened = _("The table %(name)s was read; nothing has been written.") % name
    if sheet.counts.get(import_verdicts.REFUSE, 0):
        acts = _("You: mend the refused rows in the table and upload it again.")
        return _standing(happened, acts, _("There is nothing to apply: every other row is here already."), "next")
    return _standing(happened, _("Nothing to apply: everything is as in the table."), "", "ok")


def _standing(happened: str, acts: str, otherwise: str, tone: str) -> dict[str, str]:
    return {"happened": happened, "acts": acts, "until": "", "otherwise": otherwise, "tone": tone}


def totals_sentence(sheet: SheetImport) -> str:
    """Say how many agreements and lines a preview is about, and how many lines are incomplete."""
    agreements = len({one["reference"] for one in sheet.preview if one.get("reference")})
    incomplete = sum(1 for one in sheet.preview if one.get("missing") and one["action"] != import_verdicts.REFUSE)
    found = ngettext("%(count)d agreement", "%(count)d agreements", agreements) % {"count": agreements}
    rows = ngettext("%(count)d row", "%(count)d rows", len(sheet.preview)) % {"count": len(sheet.preview)}
    lacking = ngettext("%(count)d incomplete row", "%(count)d incomplete rows", incomplete) % {"count": incomplete}
    return f"{rows} · {found} · {lacking}"
