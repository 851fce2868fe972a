"""Somebody at a screen: a browser session whose every page is looked at by axe, in light, dark and on the phone."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
WORKER_SECONDS = 60
READING_SECONDS = 10


@dataclass
class Walker:
    """Somebody at a screen. `found`: what axe and the width of the screen object to; `told`: what the console says;
    `ways`: where links led that were followed before."""

    browser: Any
    url: str
    viewport: dict[str, int]
    root: Path
    locale: str = "en"
    found: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    ways: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(viewport=self.viewport, locale=self.locale)
        self.mirror = self.browser.new_context(bypass_csp=True, locale=self.locale, reduced_motion="reduce")
        self.page, self.looking = self.context.new_page(), self.mirror.new_page()
        self.page.on("console", lambda one: self.told.append(self.place(one.text)) if one.type == "error" else None)
        self.page.on("pageerror", lambda error: self.told.append(self.place(str(error))))
        self.page.on("response", lambda answer: self.note_fault(answer))

    def place(self, text: str) -> str:
        return f"{self.page.url}: {text}"

    def note_fault(self, answer: Any) -> None:
        if answer.status >= 500:
            self.told.append(f"{answer.url}: {answer.status}")

    def close(self) -> None:
        self.context.close()
        self.mirror.close()

    def go(self, path: str, status: int = 200) -> None:
        answer = self.page.goto(self.url + path if path.startswith("/") else path)
        assert answer.status == status, f"{path}: {answer.status}"
        if status >= 400:
            self.told = [one for one in self.told if f"status of {status}" not in one]

    def reads(self, *sentences: str) -> None:
        """Wait until each of these sentences stands on the page."""
        for one in sentences:
            try:
                self.page.locator("body", has_text=one).first.wait_for(timeout=READING_SECONDS * 1000)
            except Exception as late:
                raise AssertionError(f"{one!r} is not on {self.page.url}: {self.text()[:1500]}") from late

    def become(self, code: str) -> None:
        """Take another role by the switcher in the ribbon."""
        self.page.locator(".ribbon .dialog > summary").first.click()
        button = f"button[formaction='/demo/role/{code}/']"
        self.page.locator("dialog[open] form > table button:not([formaction])" if code == "visitor" else button).click()
        self.page.wait_for_load_state()

    def press(self, words: str, *, within: str = "body") -> None:
        """Press the button or follow the link of these words, and wait for the page that comes."""
        scope = self.page.locator(within)
        button = scope.get_by_role("button", name=words, exact=True).or_(
            scope.get_by_role("link", name=words, exact=True)
        )
        button.first.click()
        self.page.wait_for_load_state()

    def confirm(self, words: str) -> None:
        """Open a question and answer it with its own words."""
        self.page.locator("summary", has_text=re.compile(rf"^\s*{re.escape(words)}\s*$")).first.click()
        self.page.locator("dialog[open] button[type=submit]").first.click()
        self.page.wait_for_load_state()

    def look(self, name: str, appearances: tuple[str, ...] = ("light", "dark", "phone")) -> None:
        """Have the present page looked at by somebody with the same session, in light, dark and on the phone."""
        self.mirror.add_cookies(self.context.cookies())
        self.looking.set_viewport_size(DESKTOP)
        self.looking.goto(self.page.url)
        for appearance in appearances:
            self.looking.emulate_media(color_scheme="dark" if appearance == "dark" else "light")
            self.looking.set_viewport_size(PHONE if appearance == "phone" else DESKTOP)
            self.judge(f"{name} {appearance}", only="color-contrast" if appearance == "dark" else "")
        if self.looking.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            self.found.append(f"{name} {self.looking.url}: scrolls sideways")

    def judge(self, name: str, only: str = "") -> None:
        """Note what axe finds on the page as it stands, and take its picture."""
        from axe_playwright_python.sync_playwright import Axe

        options = {"runOnly": {"type": "rule", "values": [only]}} if only else {}
        for one in Axe().run(self.looking, options=options).response["violations"]:
            self.found += [f"{name} {self.looking.url} {one['id']}: {node['html'][:140]}" for node in one["nodes"]]
        if os.environ.get("KERVAN_SCREENSHOTS"):
            folder = self.root / "screenshots"
            folder.mkdir(exist_ok=True)
            self.looking.screenshot(path=folder / f"{self.locale}-{name.replace(' ', '-')}.png", full_page=True)

    def text(self) -> str:
        return str(self.page.locator("main").inner_text())


@contextmanager
def sees(walker: Walker, words: str) -> Iterator[None]:
    yield
    assert words in walker.text(), f"{words!r} is not on {walker.page.url}"


def mails(data: Path) -> list[Any]:
    return [BytesParser(policy=policy.default).parsebytes(one.read_bytes()) for one in (data / "mail").glob("*.eml")]


def wait_for_mails(office: Walker, data: Path, subject_to: str, count: int) -> list[Any]:
    """The messages to one address, once there are so many; the worker writes them."""
    for _second in range(WORKER_SECONDS):
        found = [one for one in mails(data) if one["To"] == subject_to]
        if len(found) >= count:
            return found
        office.page.wait_for_timeout(1000)
    raise AssertionError(f"{len(found)} mails to {subject_to}")
