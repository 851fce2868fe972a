"""Where the demonstration's own doors open at all: demo mode, this machine, an office that the demonstration made."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from kervan.core.permissions import everyone

__all__ = ["everyone", "is_demonstration"]

LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
PASSED_ON = {"HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_CF_CONNECTING_IP"}


def is_demonstration(request: HttpRequest) -> bool:
    """Whether this request comes from this very machine and reaches a demonstration office in demo mode."""
    office = request.office  # type: ignore[attr-defined]
    return settings.DEMO and office is not None and office.is_demo and is_local(request)


def is_local(request: HttpRequest) -> bool:
    """Whether the request comes over loopback to a name of this machine, and no header says that it was passed on.

    A proxy on this machine that neither adds such a header nor keeps the name asked for cannot be told from a browser.
    """
    names = request.META.keys()
    passed_on = PASSED_ON & names or any(name.startswith("HTTP_X_FORWARDED_") for name in names)
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    is_here = host in LOCAL_NAMES or host.endswith(".localhost")
    return request.META.get("REMOTE_ADDR") in LOOPBACK and is_here and not passed_on
