"""The whole pass in a real browser, as office, applicant, head, coordinator and visitor, on the demonstration.

Every page that is come by is looked at by axe in light, dark and on the phone; no page may scroll sideways there, break
its own content policy or write an error to the console. With KERVAN_SCREENSHOTS set, pictures go to `screenshots/`.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from small_world import PDF
from walker import PHONE, WORKER_SECONDS, Walker, mails, sees, wait_for_mails

pytestmark = pytest.mark.browser


def closed_call(office: Walker) -> str:
    """The address of the call that is closed and full of applications."""
    office.go("/office/calls/?sort=closes")
    office.look("calls")
    return str(office.page.locator("main tbody a[href^='/office/calls/']").first.get_attribute("href"))


def open_application(office: Walker, call: str, name: str) -> None:
    office.go(f"{call}applications/?q={name}")
    office.page.locator("main tbody a[href^='/office/applications/']").first.click()
    office.page.wait_for_load_state()


def returns_a_file(office: Walker, call: str) -> str:
    """Give Ayşe's file back. Returns the identifier of her application."""
    open_application(office, call, "ayse celik")
    office.look("application")
    assert "Ayşe Çelik" in office.text()
    office.page.locator("summary", has_text=re.compile("^Return$")).first.click()
    office.page.locator("dialog[open]").get_by_label("What is missing or wrong").fill("The transcript is last year's.")
    with sees(office, "The transcript is last year's."):
        office.press("Return the file")
    return office.page.url.split("/")[-2]


def accepts_a_file(office: Walker, call: str) -> None:
    """Enter an exam result of somebody, decide on what is claimed, accept the file."""
    office.go(f"{call}applications/?state=submitted")
    office.look("applications")
    for link in office.page.locator("main tbody a[href^='/office/applications/']").all()[:4]:
        address = str(link.get_attribute("href"))
        office.go(address)
        while office.page.locator("form[action*='/claims/'] button[value=accepted]").count():
            office.page.locator("form[action*='/claims/'] button[value=accepted]").first.click()
            office.page.wait_for_load_state()
        office.page.locator("summary", has_text="Enter a result").click()
        office.page.get_by_label("Language", exact=True).select_option("de")
        office.page.get_by_label("Mark of 100").fill("70")
        office.press("Save the result")
        office.press("Accept the file")
        if "Take the acceptance back" in office.text():
            return
        office.go(f"{call}applications/?state=submitted")
    raise AssertionError("no file could be accepted")


def corrects_on_the_phone(applicant: Walker, application: str) -> None:
    applicant.go("/")
    applicant.look("home")
    applicant.press("Look as an applicant")
    applicant.look("my overview")
    applicant.page.locator(f"main a[href='/my/applications/{application}/']", has_text="Go on").click()
    applicant.page.wait_for_load_state()
    applicant.look("my form")
    assert "The transcript is last year's." in applicant.text()
    files = [{"name": "transcript.pdf", "mimeType": "application/pdf", "buffer": PDF}]
    applicant.page.locator("#id_document_transcript").set_input_files(files)
    applicant.press("Hand in")
    assert "handed in" in applicant.page.locator("body").inner_text()
    applicant.look("my application")


def scores_and_places(office: Walker, call: str) -> str:
    """Score, place, wait for the worker, adopt. Returns the address of the run."""
    office.go(f"{call}scores/")
    office.press("Score all applications")
    office.look("scores")
    office.go(f"{call}runs/")
    office.press("Start a placement run")
    office.page.get_by_text("Checked independently").wait_for(timeout=WORKER_SECONDS * 1000)
    run = office.page.url
    office.look("run")
    for name in ("results", "places", "empty"):
        office.go(f"{run}{name}/")
        office.look(f"run {name}")
    office.go(run)
    office.confirm("Adopt this run")
    assert office.page.get_by_text("Publish", exact=True).count() == 0, "who adopted must not publish"
    return run.removeprefix(office.url)


def result_on_the_phone(applicant: Walker) -> None:
    applicant.go("/my/")
    applicant.press("See the result and why")
    applicant.look("my result")
    assert "How your score came about" in applicant.text()
    assert "Your wishes" in applicant.text()


def understands_in_turkish(angry: Walker) -> None:
    """Emre missed a place by little and reads by how much, in his language."""
    angry.go("/")
    angry.become("emre")
    angry.go("/my/")
    angry.page.locator("main a[href^='/my/applications/']").first.click()
    angry.page.wait_for_load_state()
    angry.look("angry result")
    assert angry.page.locator("html").get_attribute("lang") == "tr"
    assert "puan" in angry.text() and "tercih" in angry.text().casefold()


def coordinates(coordinator: Walker, call: str) -> None:
    """Mert sees the applications of his faculty and decides nothing."""
    coordinator.go("/start/")
    coordinator.go(f"{call}applications/")
    coordinator.look("coordinator applications")
    coordinator.page.locator("main tbody a[href^='/office/applications/']").first.click()
    coordinator.page.wait_for_load_state()
    coordinator.look("coordinator application")
    assert coordinator.page.get_by_role("button", name="Accept the file").count() == 0


def gives_up(applicant: Walker) -> None:
    applicant.page.locator("main a[href$='/withdraw/']").first.click()
    applicant.page.wait_for_load_state()
    applicant.look("my withdrawal")
    assert "moves up" in applicant.text() or "move up" in applicant.text()
    applicant.press("Yes, withdraw")
    assert "withdr" in applicant.page.locator("body").inner_text().casefold()


def test_the_whole_pass_as_everybody_who_takes_part(walkers: Any, try_out: Any) -> None:
    office, applicant = walkers(), walkers(PHONE)
    data = Path(try_out.variables["KERVAN_DATA_DIR"])
    office.go("/")
    office.press("Begin as the office")
    office.look("start")
    call = closed_call(office)
    office.go(call)
    office.look("call")
    application = returns_a_file(office, call)
    accepts_a_file(office, call)
    corrects_on_the_phone(applicant, application)
    open_application(office, call, "ayse celik")
    office.press("Accept the file")
    run = scores_and_places(office, call)

    office.become("leyla")
    office.go(run)
    office.confirm("Publish")
    assert "Public list of results" in office.text()

    visitor = walkers()
    public = f"/calls/{call.split('/')[3]}/results/"
    visitor.go(public)
    visitor.look("public results")
    assert "Ayşe Çelik" not in visitor.text() and "A**" in visitor.text()

    angry = walkers(PHONE, "tr")
    understands_in_turkish(angry)
    office.become("mert")
    coordinates(office, call)
    office.become("elif")
    result_on_the_phone(applicant)
    told = wait_for_mails(office, data, "ayse@demo.example", 2)
    assert all(one["Subject"] and one.get_content().strip() for one in told)
    gives_up(applicant)
    wait_for_mails(office, data, "ayse@demo.example", 3)
    office.go(f"{call}runs/")
    assert "after a withdrawal" in office.text()
    office.look("runs")
    office.go("/office/outbox/")
    office.look("outbox")

    identifiers = [one["Message-ID"] for one in mails(data)]
    assert len(identifiers) == len(set(identifiers)) > 500
    everybody = (office, applicant, visitor, angry)
    assert [fault for one in everybody for fault in one.found] == []
    assert [fault for one in everybody for fault in one.told] == []


PAGES = {
    "elif": [
        "/office/people/",
        "/office/agreements/",
        "/office/agreements/new/",
        "/office/calls/new/",
        "/find/?q=celik",
    ],
    "mert": ["/start/", "/office/agreements/"],
    "rana": ["/start/", "/office/calls/"],
    "ada": ["/office/accounts/"],
    "visitor": [
        "/",
        "/calls/",
        "/institutions/",
        "/glossary/",
        "/demo/sample/",
        "/demo/universities/",
        "/accounts/signup/",
    ],
}


@pytest.mark.parametrize(("locale", "appearances"), [("en", ("light", "dark")), ("tr", ("light", "phone"))])
def test_the_other_pages_are_clean_in_both_languages(walkers: Any, locale: str, appearances: tuple[str, ...]) -> None:
    walker = walkers(locale=locale)
    walker.go("/")
    for role, paths in PAGES.items():
        walker.become(role)
        for path in paths:
            walker.go(path)
            walker.look(f"{role} {path.strip('/').replace('/', ' ') or 'home'}".partition("?")[0], appearances)
    assert walker.page.locator("html").get_attribute("lang") == locale
    assert walker.found == []
    assert walker.told == []
