"""Secret parts of addresses never reach a log."""

import logging
from typing import Any

import pytest

from kervan.core.logs import HideSecrets, without_secrets


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Not Found: /partner/abc.def.ghi/", "Not Found: /partner/…/"),
        ('"GET /partner/abc.def.ghi/code/ HTTP/1.1" 200', '"GET /partner/…/code/ HTTP/1.1" 200'),
        ("Forbidden: http://h/confirm/xyz?a=b", "Forbidden: http://h/confirm/…?a=b"),
        ("/calendar/feed/abc.def.ics", "/calendar/feed/…"),
        ("Gone: /accounts/password/reset/key/1-set-password/", "Gone: /accounts/password/reset/key/…/"),
        ("GET /accounts/confirm-email/MQ:abc/", "GET /accounts/confirm-email/…/"),
        ("Not Found: /office/partners/abc/", "Not Found: /office/partners/abc/"),
        ("Not Found: /partners/", "Not Found: /partners/"),
    ],
)
def test_tokens_are_taken_out_of_lines(line: str, expected: str) -> None:
    assert without_secrets(line) == expected


def test_arguments_of_a_line_are_looked_at_too() -> None:
    record = logging.LogRecord("x", logging.WARNING, "f", 1, "Not Found: %s", ("/partner/secret/",), None)
    assert HideSecrets().filter(record)
    assert record.getMessage() == "Not Found: /partner/…/"


def test_every_handler_of_ours_hides_them(settings: Any) -> None:
    handlers = settings.LOGGING["handlers"].values()
    assert all("secrets" in one.get("filters", ()) for one in handlers)
    assert settings.LOGGING["filters"]["secrets"] == {"()": "kervan.core.logs.HideSecrets"}
    assert settings.LOGGING["loggers"]["django.server"]["handlers"] == ["stderr"]
