"""A partner's link in a real browser: sent by the office, opened on a phone, answered with the code in the mailbox."""

import re
import time
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from test_styleguide_axe import violations

pytestmark = pytest.mark.browser
AGREEMENT = "DEMO-LIFE-001"


def mail_with(try_out: Any, words: str, seconds: int = 40) -> str:
    """The text of the newest mail that holds these words; waits for the worker."""
    folder, end = Path(try_out.variables["KERVAN_DATA_DIR"]) / "mail", time.monotonic() + seconds
    while time.monotonic() < end:
        for path in sorted(folder.glob("*.eml"), key=lambda one: one.stat().st_mtime, reverse=True):
            message: Any = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            if words in str(message.get_content()):
                return str(message.get_content())
        time.sleep(0.25)
    raise AssertionError(f"no mail with {words}")


def sent_link(try_out: Any, page: Any) -> str:
    """Elif sends the agreement that waits to its partner; the address in the mail."""
    page.goto(try_out.url)
    page.locator(".ribbon .dialog > summary").first.click()
    page.locator("dialog[open] button[formaction='/demo/role/elif/']").click()
    page.wait_for_load_state()
    page.goto(f"{try_out.url}/office/agreements/?q={AGREEMENT}")
    page.locator("main tbody a").first.click()
    page.get_by_role("link", name="Send to the partner").click()
    page.select_option("#id_contact", index=1)
    page.get_by_role("button", name="Send to the partner").click()
    page.wait_for_url("**/office/agreements/*/")
    found = re.search(r"http://\S+/partner/\S+", mail_with(try_out, "/partner/"))
    assert found
    return found[0]


def is_clean(page: Any) -> bool:
    assert violations(page) == []
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_partner_reads_comments_and_accepts_by_link(chromium: Any, try_out: Any) -> None:
    office = chromium.new_context(locale="en").new_page()
    address = sent_link(try_out, office)
    phone = chromium.new_context(locale="en", viewport={"width": 390, "height": 844}, bypass_csp=True)
    page, told = phone.new_page(), []
    page.on("request", lambda request: told.append(request.headers.get("referer", "")))
    page.goto(address)
    assert is_clean(page)
    page.get_by_role("link", name="Read and answer").click()
    page.fill("#id_text", "Thank you.")
    page.get_by_role("button", name="Send the comment").click()
    page.get_by_role("link", name="Get a code by mail").click()
    assert is_clean(page)
    page.get_by_role("button", name="Send the code").click()
    digits = re.findall(r"\b\d{6}\b", mail_with(try_out, "Your code is"))[0]
    page.fill("#id_code", digits)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("We accept this version").check()
    assert is_clean(page)
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_text("Both universities have agreed").wait_for()
    assert not any("/partner/" in one for one in told), "the address went into a referrer"
    office.reload()
    assert office.get_by_text("by its link").count() == 1
    phone.close()
    office.context.close()
    keeps_to_its_policy_without_script(chromium, address)


def keeps_to_its_policy_without_script(chromium: Any, address: str) -> None:
    context = chromium.new_context(locale="tr", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    for part in ("", "fact-sheet/", "people/", "code/"):
        answer = page.goto(address + part)
        assert (answer.status, answer.headers["referrer-policy"]) == (200, "strict-origin")
    assert complaints == []
    assert page.goto(address[:-5] + "/").status == 404
    context.close()
