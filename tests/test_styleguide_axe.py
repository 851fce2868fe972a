"""The design system in a real browser: accessible in light, dark and on the phone, clean under its own policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytestmark = pytest.mark.browser
PAGES = ["/styleguide/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/no-such-page/"]
APPEARANCES: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}


@contextmanager
def opened(chromium: Any, **options: Any) -> Iterator[Any]:
    context = chromium.new_context(**options)
    yield context.new_page()
    context.close()


def violations(page: Any) -> list[str]:
    """What axe finds on the page as it stands, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{page.url} {one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("appearance", APPEARANCES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chromium: Any, try_out: Any, appearance: str, language: str
) -> None:
    with opened(chromium, bypass_csp=True, locale=language, **APPEARANCES[appearance]) as page:
        for path in PAGES:
            page.goto(try_out.url + path)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_an_open_dialog_and_menu_are_accessible(chromium: Any, try_out: Any) -> None:
    with opened(chromium, bypass_csp=True, **APPEARANCES["light"]) as page:
        page.goto(try_out.url + "/styleguide/")
        page.locator(".menu > summary.btn").first.click()
        assert violations(page) == []
        page.locator(".dialog > summary").last.click()
        assert page.locator("dialog[open] h2").is_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.matches('.dialog > summary')")


def test_a_dialog_opens_in_its_place_without_script(chromium: Any, try_out: Any) -> None:
    with opened(chromium, java_script_enabled=False, **APPEARANCES["phone"]) as page:
        page.goto(try_out.url + "/styleguide/")
        page.locator(".dialog > summary").last.click()
        assert page.locator(".dialog[open] form button[type=submit]").is_visible()


def test_no_page_breaks_its_own_content_policy(chromium: Any, try_out: Any) -> None:
    with opened(chromium) as page:
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        for path in PAGES[:-1]:
            page.goto(try_out.url + path)
        assert told == []
