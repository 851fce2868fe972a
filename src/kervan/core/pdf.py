"""PDFs: a Typst template of ours, and data that is only ever data.

A template stands in `<app>/typst/<name>.typ` and imports `/core/typst/kervan.typ`. Files are tagged for screen readers
(PDF/UA). Where a text holds a sign that no font of ours has (Chinese, say), that promise cannot be kept; `has_gaps`
says whether such a file is wanted all the same.
"""

import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import segno
from django.utils.translation import gettext as _
from django.utils.translation import override

from kervan.core.errors import NotPossible
from kervan.core.models import Office
from kervan.core.text import pick

ROOT: Final = Path(__file__).resolve().parent.parent
FONTS: Final = Path(__file__).resolve().parent / "typst" / "fonts"
STANDARD: Final = "ua-1"


def compile_pdf(template: str, data: dict[str, Any], *, has_gaps: bool = True) -> bytes:
    """Return the PDF that a template ("core/letter") makes of `data` (JSON; see `frame` for what each needs).

    has_gaps: signs without a font stay empty and the file is no PDF/UA; else they are refused.
    Raises NotPossible for such signs, RuntimeError (`typst.TypstError`) where the template itself is wrong.
    """
    import typst

    app, name = template.split("/")
    document = ROOT / app / "typst" / f"{name}.typ"
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    options: dict[str, Any] = {"root": ROOT, "font_paths": _fonts(), "sys_inputs": inputs, "format": "pdf"}
    try:
        return typst.compile(document, pdf_standards=[STANDARD], **options)
    except typst.TypstError as error:
        if not has_gaps:
            raise NotPossible(_("The text holds signs that a PDF of Kervan cannot show yet.")) from error
        return typst.compile(document, **options)


@cache
def _fonts() -> Any:
    """The fonts that come with Kervan and with Typst, and no others: a file looks the same on every machine."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def frame(
    office: Office, language: str, *, title: str, code: str = "", address: str = "", is_draft: bool = False
) -> dict[str, Any]:
    """Return what every template needs: language, title, letterhead, words of the page, code and QR.

    code, address: of an issued document (`services.documents.issue`); without them there is no seal.
    """
    with override(language):
        return {
            "lang": language[:2],
            "title": title,
            "office": _letterhead(office, language),
            "words": _words(address),
            "code": code,
            "qr": _qr(address) if address else "",
            "draft": _("Preview") if is_draft else "",
            "mark": _("Demonstration: this document is invented and has no effect.") if office.is_demo else "",
        }


def _letterhead(office: Office, language: str) -> dict[str, str]:
    contact = " · ".join(filter(None, (office.phone, office.email, office.website)))
    return {
        "name": pick(office.name_en, office.name_tr, language),
        "address": pick(office.address_en, office.address_tr, language),
        "contact": contact,
    }


def _words(address: str) -> dict[str, str]:
    return {
        "page": _("Page {number} of {total}"),
        "qr": _("QR code that leads to the page where this document can be checked"),
        "check": _("Whether this document is genuine can be checked with its code at %(address)s")
        % {"address": address.rsplit("/", 2)[0] + "/" if address else ""},
    }


def _qr(address: str) -> str:
    """The address as a QR code, an SVG as text."""
    file = BytesIO()
    segno.make(address, error="m", micro=False).save(file, kind="svg", border=0, dark="black", xmldecl=False)
    return file.getvalue().decode()
