"""The calendar: a month, what comes next, the personal feed and the public one."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import dates, formats, timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from kervan.core import registries
from kervan.core.models import CalendarFeed, Office
from kervan.core.permissions import allow, everyone, is_signed_in
from kervan.core.rules import feeds
from kervan.core.scope import Scope
from kervan.core.selectors import calendar as selectors
from kervan.core.services import calendar as services
from kervan.core.views.notices import frame

AGENDA_DAYS = 90
NEAR_YEARS = 50


@require_GET
@allow(is_signed_in)
def page(request: HttpRequest) -> HttpResponse:
    scope, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    is_agenda = request.GET.get("view") == "agenda"
    context = _agenda(scope, today) if is_agenda else _month(scope, _chosen(request, today), today)
    base = reverse("core:calendar")
    tabs = [
        {"label": _("Month"), "url": base, "is_current": not is_agenda},
        {"label": _("What comes next"), "url": f"{base}?view=agenda", "is_current": is_agenda},
    ]
    shared = {"tabs": tabs, "today": today, "is_agenda": is_agenda, "frame": frame(scope), **_address(request, scope)}
    return render(request, "core/calendar/page.html", {**context, **shared})


def _chosen(request: HttpRequest, today: date) -> date:
    """The month of the address, this one where it names none or one far away."""
    try:
        month = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return today.replace(day=1)
    return month if abs(month.year - today.year) <= NEAR_YEARS else today.replace(day=1)


def _month(scope: Scope, month: date, today: date) -> dict[str, Any]:
    weeks = selectors.weeks(month)
    entries = selectors.days(scope, weeks[0][0], weeks[-1][-1])
    return {
        "title": formats.date_format(month, "F Y"),
        "weekdays": [dates.WEEKDAYS[number] for number in range(7)],
        "weeks": [[_cell(day, month, today, entries.get(day, [])) for day in week] for week in weeks],
        "previous": selectors.previous(month),
        "next": selectors.following(month),
        "is_empty": not entries,
    }


def _cell(day: date, month: date, today: date, entries: list[selectors.Entry]) -> dict[str, Any]:
    return {"day": day, "is_outside": day.month != month.month, "is_today": day == today, "entries": entries}


def _agenda(scope: Scope, today: date) -> dict[str, Any]:
    entries = selectors.days(scope, today, today + timedelta(days=AGENDA_DAYS))
    return {"title": _("What comes next"), "agenda": list(entries.items()), "is_empty": not entries}


def _address(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """The personal address; never shown to whoever looks at the pages for support."""
    if scope.looked_at_by is not None:
        return {"feed": None, "address": "", "may_renew": False}
    feed = CalendarFeed.objects.visible_to(scope).first()
    path = reverse("core:calendar_feed", args=[services.address_of(feed)]) if feed else ""
    return {"feed": feed, "address": f"{settings.ADDRESS}{path}" if path else "", "may_renew": True}


@require_POST
@allow(is_signed_in)
def renew(request: HttpRequest) -> HttpResponse:
    services.renew(request.scope.office_id, actor=request.user)  # type: ignore[attr-defined]
    messages.success(request, _("Your calendar has a new address. A former one shows nothing any more."))
    return redirect(f"{reverse('core:calendar')}#address")


@require_safe
@allow(everyone)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The dates of the account whose secret address this is, by its rights now."""
    office: Office | None = request.office  # type: ignore[attr-defined]
    found = services.feed_at(office.pk, token) if office else None
    if office is None or found is None or not found.user.is_active:
        raise Http404
    scope, today = registries.scope_of(found.user, office.pk), timezone.localdate()
    with translation.override(found.user.language):
        name = _("%(office)s: %(name)s") % {"office": office.name, "name": found.user}
        entries = selectors.feed_days(office, scope, today)
    digest = feeds.digest(name, entries)
    changed = services.note_reading(found, digest, timezone.now())
    response = _file(feeds.calendar(name, office.time_zone, entries, changed), digest)
    response["Last-Modified"] = http_date(changed.timestamp())
    response["Cache-Control"] = "private, no-cache"
    response["Content-Language"] = found.user.language
    return _unless_known(request, response, int(changed.timestamp()))


@require_safe
@allow(everyone)
def public(request: HttpRequest) -> HttpResponse:
    """What everybody may know: the dates of announced calls. `?lang=` chooses the language."""
    office: Office | None = request.office  # type: ignore[attr-defined]
    if office is None:
        raise Http404
    language = request.GET.get("lang", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
        name = str(office.name)
        entries = selectors.feed_days(office, Scope(office_id=office.pk), timezone.localdate())
    digest = feeds.digest(name, entries)
    stamp = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    response = _file(feeds.calendar(name, office.time_zone, entries, stamp), digest)
    response["Cache-Control"] = "public, max-age=900"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return _unless_known(request, response, None)


def _file(content: bytes, digest: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="kervan.ics"'
    response["ETag"] = f"W/{quote_etag(digest)}"
    return response


def _unless_known(request: HttpRequest, response: HttpResponse, changed: int | None) -> HttpResponse:
    """Answer 304 where the reader has this already."""
    known = get_conditional_response(request, etag=response["ETag"], last_modified=changed, response=response)
    return known or response
