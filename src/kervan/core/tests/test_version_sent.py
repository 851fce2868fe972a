"""The version a form was opened with, whatever was sent in its place."""

import pytest
from django.test import RequestFactory

from kervan.core.editing import version_sent


@pytest.mark.parametrize(
    ("text", "version"), [("7", 7), ("", 3), ("²", 3), ("٣", 3), ("-1", 3), ("1e3", 3), ("9" * 5_000, 3), ("0x7", 3)]
)
def test_only_a_number_of_our_own_counts_as_version(text: str, version: int) -> None:
    assert version_sent(RequestFactory().post("/", {"version": text}), 3) == version


def test_a_form_without_version_is_never_current() -> None:
    assert version_sent(RequestFactory().post("/", {})) == 0
