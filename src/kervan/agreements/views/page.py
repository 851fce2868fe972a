"""One agreement: how it stands, what it says, who decided, what happened."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kervan.agreements import printing, selectors, texts
from kervan.agreements.forms.versions import CommentForm
from kervan.agreements.models import (
    Agreement,
    AgreementState,
    AgreementVersion,
    Approval,
    PartnerAnswer,
    Side,
    Signature,
    VersionState,
)
from kervan.agreements.permissions import edits_agreements, reads_agreements
from kervan.agreements.rules import checks, quotas
from kervan.core import years
from kervan.core.answers import attempt
from kervan.core.models import Event
from kervan.core.once import new_key, once
from kervan.core.permissions import allow
from kervan.core.texts import timeline
from kervan.institutions.selectors import country_name

TIMELINE_ROWS = 100
V = VersionState


def visible(request: HttpRequest, uid: str) -> Agreement:
    """Return an agreement that the reader may see, or answer 404."""
    rows = Agreement.objects.visible_to(request.scope)  # type: ignore[attr-defined]
    agreement: Agreement = get_object_or_404(rows.select_related("institution", "responsible"), uid=uid)
    return agreement


def url_of(agreement: Agreement) -> str:
    return reverse("agreements:page", args=[agreement.uid])


@require_GET
@allow(reads_agreements)
def page(request: HttpRequest, uid: str) -> HttpResponse:
    agreement, today = visible(request, uid), timezone.localdate()
    versions = selectors.versions_of(agreement)
    for one in versions:
        one.agreement = agreement
    shown, is_over = selectors.shown(versions), agreement.state == AgreementState.TERMINATED
    waiting = None if is_over else selectors.draft_of(versions)
    default = waiting if waiting and waiting.state != V.DRAFT else shown
    chosen = next((one for one in versions if str(one.number) == request.GET.get("version")), default)
    year = _year(request, chosen, today)
    edits = edits_agreements(request.scope) and not agreement.sample_of  # type: ignore[attr-defined]
    context = {
        **_head(agreement, shown, today),
        **_version(agreement, versions, chosen, year, today),
        **_life(agreement, versions, chosen, waiting, today, edits=edits),
        "differences": differences(shown, waiting) if waiting and waiting.pk != shown.pk else None,
        "events": timeline(selectors.events_of(agreement)[:TIMELINE_ROWS]),
        "edits": edits,
        "discards": edits_agreements(request.scope),  # type: ignore[attr-defined]
    }
    return render(request, "agreements/page.html", context)


def _head(agreement: Agreement, shown: AgreementVersion, today: date) -> dict[str, Any]:
    return {
        "agreement": agreement,
        "country": country_name(agreement.institution.country),
        "badge": texts.badge(selectors.standing(agreement, shown, today), shown.state, agreement.ends_on),
    }


def _version(
    agreement: Agreement, versions: list[AgreementVersion], chosen: AgreementVersion, year: int, today: date
) -> dict[str, Any]:
    """What the chosen version says, and how much of it is used in a year."""
    return {
        "version": chosen,
        "validity": validity(chosen),
        "holds": holds(agreement, chosen),
        "versions": _version_tabs(agreement, versions, chosen, year),
        "others": [one for one in versions if one.pk != chosen.pk],
        "years": _year_tabs(agreement, chosen, year, today),
        "year": years.label(year),
        "lines": [line_row(line) for line in selectors.lines_of(chosen, year)],
    }


def _life(
    agreement: Agreement,
    versions: list[AgreementVersion],
    chosen: AgreementVersion,
    waiting: AgreementVersion | None,
    today: date,
    *,
    edits: bool,
) -> dict[str, Any]:
    """Where the newest version stands on its way, and what can be done with it."""
    newest, shown = versions[0], selectors.shown(versions)
    is_over = agreement.state == AgreementState.TERMINATED
    code = selectors.standing(agreement, shown, today)
    record = _record(newest)
    steps, signatures = selectors.current(record.approvals, newest), record.signatures
    turn = selectors.next_approval(steps) if newest.state == V.PROPOSED else None
    missing = tuple(side.value for side in Side if side.value not in signatures)
    may_renew = edits and _may_renew(agreement, newest, code)
    is_refused = newest.state == V.REFUSED and not is_over
    sent = selectors.last_sent(newest) if newest.state == V.APPROVED else None
    view = texts.View(
        agreement,
        shown,
        waiting,
        code,
        edits,
        str(turn.name) if turn else "",
        missing,
        refused=newest if is_refused else None,
        is_refused_by_partner=is_refused and not any(one.state == "refused" for one in steps),
        first=selectors.first_in_force(versions),
        today=today,
        **_sent_to(sent),
    )
    return {
        "newest": newest,
        "is_over": is_over,
        "draft": waiting,
        "standing": texts.standing(view),
        "is_sent": sent is not None,
        "steps": _steps(newest, steps, missing) if newest.round or waiting else [],
        "turn": turn,
        **_decisions(chosen, record if chosen.pk == newest.pk else _record(chosen)),
        "comments": selectors.comments_on(agreement),
        "missing": missing,
        "comment_form": CommentForm(),
        "key": new_key(),
        "findings": _findings(agreement, newest, today) if waiting else _charter_findings(agreement, shown, today),
        "may_renew": may_renew,
        "is_renewal_due": code in (quotas.ENDING, quotas.EXPIRED),
        "may_terminate": edits and code in (quotas.IN_FORCE, quotas.ENDING) and not agreement.ends_on,
        "may_take_back_end": edits and agreement.state == AgreementState.TERMINATED,
        "was_decided": any(one.state in selectors.DECIDED for one in record.approvals) or bool(record.answers),
        "may_take_back": edits and not is_over and newest.state in (V.PROPOSED, V.APPROVED, V.AGREED, V.REFUSED),
    }


def _sent_to(event: Event | None) -> dict[str, Any]:
    """To whom the version was sent and when; a name that was erased leaves the partner."""
    if event is None:
        return {}
    name = (event.values or {}).get("name") or _("the partner")
    return {"sent_to": name, "sent_on": timezone.localdate(event.at)}


@dataclass(frozen=True, slots=True)
class Record:
    """Who decided on a version, answered and signed."""

    approvals: list[Approval]
    answers: list[PartnerAnswer]
    signatures: dict[str, Signature]


def _record(version: AgreementVersion) -> Record:
    """Three queries; none for a version that was never proposed."""
    if not version.round:
        return Record([], [], {})
    return Record(selectors.approvals_of(version), selectors.answers_of(version), selectors.signatures_of(version))


def _decisions(version: AgreementVersion, record: Record) -> dict[str, Any]:
    """The table of the version that is shown."""
    return {
        "approvals": [_approval_row(one, version) for one in record.approvals],
        "answers": record.answers,
        "signatures": [record.signatures[side.value] for side in Side if side.value in record.signatures],
    }


def _may_renew(agreement: Agreement, newest: AgreementVersion, code: str) -> bool:
    is_settled = newest.in_force_since is not None or newest.state == V.REFUSED
    return is_settled and not agreement.ends_on and code in (quotas.IN_FORCE, quotas.ENDING, quotas.EXPIRED)


ORDER = {V.DRAFT: 0, V.PROPOSED: 1, V.APPROVED: 2, V.AGREED: 3, V.IN_FORCE: 5, V.SUPERSEDED: 5}


def _steps(version: AgreementVersion, approvals: list[Approval], missing: tuple[str, ...]) -> list[dict[str, str]]:
    """The life of a version as steps: done, current, to do, or where it was refused."""
    decided = sum(1 for one in approvals if one.state == "approved")
    labels = [
        (_("Draft"), ""),
        (_("Our decisions"), _decided(decided, len(approvals)) if version.round else ""),
        (_("Answer of the partner"), ""),
        (_("Signatures"), ""),
        (_("In force"), texts.day(version.in_force_since)),
    ]
    at = ORDER.get(VersionState(version.state), 0)
    if version.state == V.AGREED and not missing:
        at = 4
    if version.state == V.REFUSED:
        at = 1 if any(one.state == "refused" for one in approvals) else 2
    return [
        {"label": label, "detail": detail, "state": _step_state(number, at, version.state)}
        for number, (label, detail) in enumerate(labels)
    ]


def _decided(done: int, total: int) -> str:
    return _("%(done)d of %(total)d approved") % {"done": done, "total": total} if total else _("nobody is asked")


def _step_state(number: int, at: int, state: str) -> str:
    if number == at:
        return "bad" if state == V.REFUSED else "current"
    return "done" if number < at else "todo"


def _approval_row(one: Approval, version: AgreementVersion) -> dict[str, Any]:
    tones = {"approved": "ok", "refused": "bad", "waiting": "info", "dropped": ""}
    return {"row": one, "tone": tones[one.state], "is_former": one.round != version.round}


def _findings(agreement: Agreement, version: AgreementVersion, today: date) -> list[str]:
    partner = agreement.institution
    charter = checks.Charter(bool(partner.charter_from), partner.charter_until, partner.charter_gone_on)
    found = checks.findings(agreement.kind, version.valid_from, version.valid_until, charter, today)
    return [texts.finding(one) for one in found]


def _charter_findings(agreement: Agreement, version: AgreementVersion, today: date) -> list[str]:
    """Of an agreement in force only what happened to the partner's charter matters."""
    partner = agreement.institution
    charter = checks.Charter(bool(partner.charter_from), partner.charter_until, partner.charter_gone_on)
    found = checks.findings(agreement.kind, version.valid_from, version.valid_until, charter, today)
    of_charter = (checks.CHARTER_GONE, checks.CHARTER_EXPIRED)
    return [texts.finding(one) for one in found if one.code in of_charter]


def _year(request: HttpRequest, version: AgreementVersion, today: date) -> int:
    """The academic year whose use is shown: asked for and near, else the current or the first that is covered."""
    asked, first = request.GET.get("year", ""), _first_year(version, today)
    return int(asked) if asked.isdecimal() and len(asked) == 4 and abs(int(asked) - first) <= 2 else first


def _first_year(version: AgreementVersion, today: date) -> int:
    return max(years.of(today), checks.first_year(version.valid_from))


def _year_tabs(agreement: Agreement, version: AgreementVersion, chosen: int, today: date) -> list[dict[str, Any]]:
    url, first = url_of(agreement), _first_year(version, today)
    return [
        {"label": years.label(year), "url": f"{url}?version={version.number}&year={year}", "is_current": year == chosen}
        for year in range(first - 1, first + 3)
    ]


def _version_tabs(
    agreement: Agreement, versions: list[AgreementVersion], chosen: AgreementVersion, year: int
) -> list[dict[str, Any]]:
    url = url_of(agreement)
    return [
        {
            "label": version_label(one),
            "url": f"{url}?version={one.number}&year={year}",
            "is_current": one.pk == chosen.pk,
        }
        for one in versions
    ]


def version_label(version: AgreementVersion) -> str:
    words = {"number": version.number, "state": version.get_state_display()}
    if version.in_force_since:
        return _("Version %(number)d") % words
    return _("Version %(number)d (%(state)s)") % words


def line_row(line: selectors.Line) -> dict[str, Any]:
    """A line as the page shows it."""
    condition = line.condition
    return {
        "condition": condition,
        "title": texts.line_title(condition),
        "unit": condition.unit,
        "people": texts.amount_of_people(condition),
        "days": texts.days(condition.days_per_year),
        "amount": "; ".join(
            filter(None, (texts.months(condition.months_per_year), texts.days(condition.days_per_year)))
        ),
        "levels": texts.levels(condition),
        "fields": texts.fields(condition),
        "terms": texts.terms(condition),
        "languages": texts.languages(condition),
        "months": texts.months_used(line.used.months, condition.months_per_year),
        "line": line,
    }


def differences(left: AgreementVersion, right: AgreementVersion) -> dict[str, Any]:
    """What two versions of an agreement say differently, side by side."""
    rows = [
        differing(_("Validity"), validity(left), validity(right)),
        differing(_("Text in English"), left.body_en, right.body_en),
        differing(_("Text in Turkish"), left.body_tr, right.body_tr),
    ]
    rows += texts.compared(lines_by_uid(left), lines_by_uid(right))
    found = [row for row in rows if row["differs"]]
    return {"left": version_label(left), "right": version_label(right), "rows": found}


def differing(label: str, left: str, right: str) -> dict[str, Any]:
    return {"label": label, "left": left, "right": right, "differs": left != right}


def validity(version: Any) -> str:
    return texts.validity(version.valid_from, version.valid_until)


def holds(agreement: Agreement, version: AgreementVersion) -> str:
    """From when until when the lines of a version hold: not beyond a termination."""
    ends_on = agreement.ends_on if version.in_force_since else None
    return texts.validity(version.valid_from, quotas.last_day(version.valid_until, ends_on))


def lines_by_uid(version: AgreementVersion) -> dict[str, Any]:
    return {one.line_uid: one for one in version.conditions.select_related("unit").order_by("-direction", "pk")}


@require_GET
@allow(reads_agreements)
def compare(request: HttpRequest, uid: str) -> HttpResponse:
    """Any two versions side by side; by default the newest and the one before."""
    agreement = visible(request, uid)
    versions = selectors.versions_of(agreement)
    right = _asked(request, "right", versions, versions[0])
    left = _asked(request, "left", versions, versions[min(1, len(versions) - 1)])
    context = {
        "agreement": agreement,
        "versions": [{"number": one.number, "label": version_label(one)} for one in versions],
        "left": left,
        "right": right,
        "differences": differences(left, right),
    }
    return render(request, "agreements/compare.html", context)


def _asked(
    request: HttpRequest, name: str, versions: list[AgreementVersion], default: AgreementVersion
) -> AgreementVersion:
    return next((one for one in versions if str(one.number) == request.GET.get(name)), default)


@require_GET
@allow(reads_agreements)
def pdf(request: HttpRequest, uid: str) -> HttpResponse:
    """A version as PDF in one language; a draft is marked as one."""
    agreement = visible(request, uid)
    versions = selectors.versions_of(agreement)
    version = _asked(request, "version", versions, selectors.shown(versions))
    version.agreement = agreement
    language = "tr" if request.GET.get("language") == "tr" else "en"
    response = HttpResponse(printing.as_pdf(version, language), content_type="application/pdf")
    name = f"{agreement.reference}-v{version.number}-{language}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@allow(edits_agreements)
def issue(request: HttpRequest, uid: str) -> HttpResponse:
    """Issue a version that both sides agreed to as a document with a code, in both languages."""
    agreement = visible(request, uid)
    versions = selectors.versions_of(agreement)
    version = next((one for one in versions if str(one.number) == request.POST.get("version")), versions[0])
    version.agreement = agreement

    def make() -> Any:
        return [printing.issue(version, language, actor=request.user) for language in ("en", "tr")][-1]

    done = _("Two documents were issued, in English and Turkish. They stand among the documents.")
    return attempt(request, lambda: once(request, "issue", make), done, "agreements:page", uid)
