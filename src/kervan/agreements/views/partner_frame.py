"""What all pages behind a partner's address share: who may come in, what is kept of it, headers, the browser's mark."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from kervan.agreements import link_signing
from kervan.agreements.models import PartnerLink
from kervan.agreements.rules import links as rules
from kervan.agreements.selectors import links as selectors
from kervan.agreements.services import links_uses
from kervan.core import limits
from kervan.core.once import FIELD, new_key
from kervan.core.permissions import allow, everyone, is_member

REQUESTS, REQUESTS_SECONDS = 300, 600
PREFIX = "/partner/"
View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """Open a page to whoever comes with a partner's address; the view gets the link instead of the token.

    Whatever else stands in the address is answered with one and the same page, without a query for it. An address of
    ours that ended or was taken back says whom to ask, and nothing else.
    """

    @wraps(view)
    def guarded(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
        link = selectors.find(request.scope.office_id, token)  # type: ignore[attr-defined]
        if link is None:
            response = render(request, "agreements/link/unknown.html", status=404)
        elif _is_too_much(link, visit_of(request)):
            response = render(request, "agreements/link/too_much.html", status=429)
        elif selectors.standing(link, timezone.localdate()) != rules.VALID:
            response = render(request, "agreements/link/over.html", status=410)
        else:
            _note_opening(request, link)
            response = _shown(request, link, view, rest)
        return _kept_private(response)

    return allow(everyone)(guarded)


def _shown(request: HttpRequest, link: PartnerLink, view: View, rest: dict[str, Any]) -> HttpResponse:
    try:
        return view(request, link, **rest)
    except Http404:
        return page(request, link, "not_here", status=404)


def _kept_private(response: HttpResponse) -> HttpResponse:
    """Not stored, not found by search engines, and the address goes to no other site.

    "strict-origin", not "no-referrer": with the latter browsers call the origin of our own forms "null", and they are
    refused as forged. No path is sent to anybody either way.
    """
    patch_cache_control(response, no_store=True, private=True)
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _is_too_much(link: PartnerLink, visit: links_uses.Visit) -> bool:
    """Count the requests of one network address (of a network, for IPv6) for one link."""
    told = hashlib.sha256(f"{link.uid} {limits.network_of(visit.address)}".encode()).hexdigest()[:32]
    return limits.is_too_often(f"link:{told}", REQUESTS, REQUESTS_SECONDS)


def _note_opening(request: HttpRequest, link: PartnerLink) -> None:
    """Somebody of our own office who looks at the partner's pages is no use of the address."""
    if request.method == "GET" and not is_ours(request):
        links_uses.opened(link, visit_of(request))


def is_ours(request: HttpRequest) -> bool:
    """Whether the reader is a member of the office that made the address, or looks as somebody else for support."""
    scope = request.scope  # type: ignore[attr-defined]
    return is_member(scope) or scope.looked_at_by is not None


def visit_of(request: HttpRequest) -> links_uses.Visit:
    address = get_adapter(request).get_client_ip(request)
    return links_uses.Visit(address=address[:60], browser=request.headers.get("User-Agent", "")[:120])


def key_of(request: HttpRequest) -> str:
    """The key of the form that was sent; a form without one counts as a new one."""
    return request.POST.get(FIELD, "")[:40] or new_key()


def cookie_name(link: PartnerLink) -> str:
    return f"kervan_partner_{link.uid}"


def decides_until(request: HttpRequest, link: PartnerLink) -> datetime | None:
    """Until when this browser may decide for the partner, None when it may not."""
    return link_signing.decides_until(link, request.COOKIES.get(cookie_name(link), ""), timezone.now())


def mark_browser(response: HttpResponse, link: PartnerLink, until: datetime) -> None:
    """Let this browser decide for the partner until then."""
    response.set_cookie(
        cookie_name(link),
        link_signing.browser_mark(link, until),
        max_age=int(rules.DECIDES_FOR.total_seconds()),
        path=PREFIX,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def page(
    request: HttpRequest, link: PartnerLink, name: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page with what the partner's frame needs."""
    frame = {
        "link": link,
        "token": link_signing.token_of(link),
        "partner": link.partner,
        "is_ours": is_ours(request),
        "decides_until": decides_until(request, link),
    }
    return render(request, f"agreements/link/{name}.html", frame | (context or {}), status=status)
