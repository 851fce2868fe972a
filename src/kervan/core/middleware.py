"""Office by host, language by choice, and the guard that no view is without a stated reader."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from kervan.core.models import Office

GetResponse = Callable[[HttpRequest], HttpResponse]
THIRD_PARTY = ("allauth.", "django.views.static", "django.contrib.staticfiles")


def office_for(host: str) -> Office | None:
    """Return the office that the host name chooses; a sole office answers every host."""
    offices = list(Office.objects.order_by("pk")[:50])
    name = host.rsplit(":", 1)[0]
    for office in offices:
        if name in office.hosts:
            return office
    return offices[0] if len(offices) == 1 else None


def office_and_language(get_response: GetResponse) -> GetResponse:
    """Put `request.office` in place, activate its time zone and the reader's language."""

    def middleware(request: HttpRequest) -> HttpResponse:
        office = office_for(request.get_host())
        request.office = office  # type: ignore[attr-defined]
        language = _language(request)
        with timezone.override(office.time_zone if office else settings.TIME_ZONE), translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware


def _language(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in known:
        return chosen
    kept = getattr(request.user, "language", "") if request.user.is_authenticated else ""
    return kept if kept in known else translation.get_language_from_request(request)


class ReadersMiddleware:
    """Refuse to serve a view of ours that does not state who may read it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not hasattr(view, "readers") and not view.__module__.startswith(THIRD_PARTY):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} states no readers: mark it with @allow")
