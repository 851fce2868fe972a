"""The sample table of the national portal, with fourteen problems. The layout is ours: the real one is not public."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kervan.agreements.models import Condition
from kervan.core.models import Office
from kervan.core.rules.table_files import write_xlsx
from kervan.demo.invention.draw import random_for
from kervan.demo.invention.names import draw_name
from kervan.institutions.models import Institution, Unit
from kervan.selection.models import Application, Call, Door, Place
from kervan.selection.selectors.imports import places_of

NAME = "portal-sample.xlsx"
WISHES = 6
COLUMNS = (
    "Başvuru No", "Öğrenci No", "Ad", "Soyad", "E-posta", "Doğum tarihi", "Uyruk", "Bölüm", "Düzey", "Not ortalaması",
    "Sınav dili", *(f"Tercih {rank}" for rank in range(1, WISHES + 1)),
)  # fmt: skip
LEVELS = {"associate": "Ön lisans", "bachelor": "Lisans", "master": "Yüksek lisans", "doctorate": "Doktora"}
CLEAN_ROWS = 6
REFUSED, REPAIRED, CHANGED = "refused", "repaired", "changed"
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trap:
    """One planted problem. becomes: refused (code: the reason), repaired, or changed."""

    code: str
    sentence: str | Promise
    becomes: str = REFUSED


TRAPS = (
    Trap("partner_unknown", _("The first wish names a university that is no partner in this call.")),
    Trap("out_of_range", _("The grade average is 4.50 of 4.")),
    Trap("no_number", _("Portal number and student number are both missing.")),
    Trap("repeated", _("The same person stands in an earlier row.")),
    Trap("formula", _("A cell holds a formula instead of a name.")),
    Trap("not_a_date", _("The date of birth is 31 February.")),
    Trap("programme_unknown", _("The study programme does not exist here.")),
    Trap("numbers_disagree", _("The portal number belongs to somebody else.")),
    Trap("too_many_wishes", _("There is one wish more than the call allows.")),
    Trap("word_unknown", _("The exam language is not known.")),
    Trap("email_wrong", _("The e-mail address has no domain.")),
    Trap("level_mismatch", _("The level does not fit the study programme.")),
    Trap("repaired", _("The name is in capitals with blanks around it: it is written properly."), REPAIRED),
    Trap("changed", _("A known application has a new grade average: before and after are shown."), CHANGED),
)


def demo_call(office: Office) -> Call:
    """The open call of a demonstration, into which the table goes."""
    return Call.objects.filter(office=office, is_invented=True).order_by("-closes_on", "pk")[0]


def content(office: Office) -> bytes:
    """Return the table as XLSX: clean rows, then one row per problem. The same demonstration, the same bytes."""
    rows = records(demo_call(office))
    return write_xlsx(COLUMNS, [_cells(row) for row in rows], sheet="Basvurular")


def records(call: Call) -> list[Record]:
    """Return the rows by column code, in the order of the table."""
    clean = [_record(call, number) for number in range(1, CLEAN_ROWS + 1)]
    return [*clean, *_spoiled(call, clean)]


def first_trap_row() -> int:
    """The row of the file (the header is row 1) in which the first problem stands."""
    return CLEAN_ROWS + 2


def _spoiled(call: Call, clean: list[Record]) -> Iterator[Record]:
    for position, trap in enumerate(TRAPS):
        yield _spoil(call, trap.code, _record(call, CLEAN_ROWS + 1 + position), clean)


def _spoil(call: Call, code: str, row: Record, clean: list[Record]) -> Record:
    """Put one problem into a clean row."""
    match code:
        case "repeated":
            return {**clean[1], "portal": row["portal"]}
        case "numbers_disagree":
            return {**row, "portal": _known(call, 0).portal_number}
        case "too_many_wishes":
            return {**row, "wishes": _many_wishes(call)}
        case "repaired":
            return {**row, "given": "  İREM NUR ", "family": " IŞIKLI"}
        case "changed":
            return _changed(_known(call, 1))
    return {**row, **_SPOILED[code]}


_SPOILED: dict[str, Record] = {
    "partner_unknown": {"wishes": ["XX ATLANTIS01 / güz"]},
    "out_of_range": {"gpa": "4,50"},
    "no_number": {"portal": "", "student": ""},
    "formula": {"given": '=HYPERLINK("http://example.org";"Ali")'},
    "not_a_date": {"born": "31.02.2004"},
    "programme_unknown": {"programme": "Simya"},
    "word_unknown": {"language": "Kuşdili"},
    "email_wrong": {"email": "ogrenci.example"},
    "level_mismatch": {"level": "Doktora"},
}


def _many_wishes(call: Call) -> list[str]:
    """One wish more than the call allows, each for another partner."""
    wishes = {_partner(place).pk: _wish(place) for place in places_of(call)}
    return list(wishes.values())[: call.max_wishes + 1]


def _known(call: Call, position: int) -> Application:
    """An application of the call that came from the portal."""
    rows = (
        Application.objects.filter(call=call, door=Door.PORTAL)
        .select_related("person", "unit")
        .order_by("portal_number")
    )
    return rows[position]


def _changed(known: Application) -> Record:
    """A row that says the same as the known application, but for the grade average."""
    person = known.person
    wishes = known.wishes.select_related("place__condition__agreement_version__agreement__institution").order_by("rank")
    average = known.gpa_4 or Decimal("3.00")
    return {
        "portal": known.portal_number,
        "student": person.student_number,
        "given": person.given_name,
        "family": person.family_name,
        "email": person.email,
        "born": person.birth_date,
        "citizenship": ", ".join(person.citizenships),
        "programme": known.unit.name_tr if known.unit else "",
        "level": LEVELS[known.level],
        "gpa": average - Decimal("0.10") if average > 3 else average + Decimal("0.10"),
        "language": "İngilizce",
        "wishes": [_wish(wish.place) for wish in wishes],
    }


def _record(call: Call, number: int) -> Record:
    """A clean row of somebody who is not known yet."""
    draw = random_for(call.uid, "sheet", number)
    given, family = draw_name(draw, turkish_share=0.9)
    places = places_of(call)
    place = places[draw.randrange(len(places))]
    unit = _unit_for(call, place, draw.random())
    return {
        "portal": f"DEMO-8{number:04d}",
        "student": f"D28-{number:04d}",
        "given": given,
        "family": family,
        "email": f"d28-{number:04d}@students.example",
        "born": date(2003, 1 + number % 12, 1 + number % 28),
        "citizenship": "TR",
        "programme": unit.name_tr,
        "level": LEVELS[unit.level],
        "gpa": f"{Decimal(240 + draw.randrange(150)) / 100:.2f}".replace(".", ","),
        "language": "İngilizce",
        "wishes": [_wish(place)],
    }


def _unit_for(call: Call, place: Place, chance: float) -> Unit:
    """A study programme that the place is for; its name means one level only."""
    units = list(Unit.objects.filter(institution__office_id=call.office_id, parent__isnull=False).order_by("uid"))
    names = [unit.name_tr for unit in units]
    plain = [unit for unit in units if names.count(unit.name_tr) == 1 and unit.level in ("associate", "bachelor")]
    fitting = [unit for unit in plain if _fits(unit, place.condition)] or plain or units
    return fitting[int(chance * len(fitting))]


def _fits(unit: Unit, line: Condition) -> bool:
    if line.unit and not unit.path.startswith(line.unit.path):
        return False
    in_field = not line.fields or any(unit.isced.startswith(one) for one in line.fields)
    return in_field and (not line.levels or unit.level in line.levels)


def _partner(place: Place) -> Institution:
    partner: Institution = place.condition.agreement_version.agreement.institution
    return partner


def _wish(place: Place) -> str:
    partner = _partner(place)
    words = {"autumn": "güz", "spring": "bahar", "year": "yıl"}
    return f"{partner.erasmus_code or partner.name} / {words[place.term]}"


def _cells(row: Record) -> list[Any]:
    wishes = [*row["wishes"], *[""] * WISHES][:WISHES]
    keys = (
        "portal",
        "student",
        "given",
        "family",
        "email",
        "born",
        "citizenship",
        "programme",
        "level",
        "gpa",
        "language",
    )
    return [*(row[key] for key in keys), *wishes]
