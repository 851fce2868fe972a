"""Where the demonstration's own doors open at all: demo mode, this machine, an office that the demonstration made."""

from django.conf import settings
from django.http import HttpRequest

from kervan.core.permissions import everyone

__all__ = ["everyone", "is_demonstration"]

LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


def is_demonstration(request: HttpRequest) -> bool:
    """Whether this request comes from this very machine and reaches a demonstration office in demo mode."""
    office = request.office  # type: ignore[attr-defined]
    return settings.DEMO and office is not None and office.is_demo and is_local(request)


def is_local(request: HttpRequest) -> bool:
    """Whether the request comes over loopback and was not passed on for somebody else."""
    passed_on = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"} & request.META.keys()
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not passed_on
