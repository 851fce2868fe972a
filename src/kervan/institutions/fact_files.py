"""Our fact sheet as a file to print and to send."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from kervan.core import pdf
from kervan.core.models import Office
from kervan.core.rules.markdown_blocks import blocks
from kervan.core.text import pick
from kervan.institutions.models import FactSheet
from kervan.institutions.selectors.fact_sheets import Part, parts_of
from kervan.institutions.texts import fact_sheets as texts


def as_pdf(sheet: FactSheet, office: Office, language: str, *, address: str, today: date) -> bytes:
    """Return the sheet in one language. It is no issued document: its code leads to the page that is up to date."""
    with override(language):
        name = pick(office.name_en, office.name_tr, language)
        data = pdf.frame(office, language, title=_("Fact sheet for exchange students"), code=address, address=address)
        data["words"] |= {
            "qr": _("QR code that leads to the public page of this fact sheet"),
            "check": _("State of %(day)s. The facts as they stand today:") % {"day": date_format(today, "j F Y")},
        }
        data |= {
            "name": name,
            "confirmed": texts.confirmed(sheet, today),
            "invented": _("Invented for the demonstration") if sheet.is_invented else "",
            "parts": [_part(part) for part in parts_of(sheet, today)],
        }
        return pdf.compile_pdf("institutions/fact_sheet", data)


def _part(part: Part) -> dict[str, Any]:
    rows = [[row.label, f"{row.value} ({row.detail})" if row.detail else row.value] for row in part.rows]
    return {"title": part.title, "rows": rows, "blocks": blocks(part.text), "lang": part.language}
