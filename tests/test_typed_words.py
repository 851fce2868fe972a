"""What an applicant types stays, in a real browser: also what was typed in the last moment before leaving the page."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_words_typed_just_before_following_a_link_are_kept(chromium: Any, try_out: Any) -> None:
    context = chromium.new_context(locale="en")
    page = context.new_page()
    page.goto(try_out.url)
    page.locator(".ribbon .dialog > summary").first.click()
    page.locator("dialog[open] button[formaction='/demo/role/ayse/']").click()
    page.wait_for_load_state()
    page.goto(try_out.url + "/my/")
    page.get_by_role("link", name="Go on", exact=True).first.click()
    page.wait_for_load_state()
    form = page.url
    page.locator("#id_statement").fill("Typed in the last second.")
    page.locator("a.brand").click()
    page.wait_for_url(try_out.url + "/")
    for _attempt in range(20):
        page.goto(form)
        if kept := page.locator("#id_statement").input_value():
            break
        page.wait_for_timeout(250)
    assert kept == "Typed in the last second."
    context.close()
