"""An agreement from a department's wish to its end, in a real browser, as office, department and partner.

The partner has no account: it comes with the address from its mail, in browsers that know nothing of the office. Then
the pages of partners, agreements and the daily workspace are looked at in both languages.
"""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_world import PDF
from walker import Walker, mails, wait_for_mails

pytestmark = pytest.mark.browser

UNIVERSITY, REFERENCE, CONTACT = "Universidad de Oviedo", "JOURNEY-001", "maria.suarez@oviedo.example"
TODAY = datetime.now(UTC).date()
BEGINS, ENDS = date(TODAY.year - 1, 9, 1), date(TODAY.year + 4, 8, 31)
LATER = date(ENDS.year + 2, 8, 31)
NAME_OF_UNIVERSITY = re.compile(UNIVERSITY, re.IGNORECASE)


def fill(walker: Walker, **values: str) -> None:
    """Fill fields by the name they are sent under; a dash stands as two underscores."""
    for name, value in values.items():
        field = walker.page.locator(f"main [name='{name.replace('__', '-')}']:not([type=hidden])").first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def choose(walker: Walker, name: str, value: str) -> None:
    walker.page.locator(f"main input[name='{name}'][value='{value}']").check()


def proposes(department: Walker) -> str:
    """Mert wants an agreement with a university that we know only from the directory. Returns his proposal."""
    department.go("/office/proposals/")
    department.look("proposals")
    department.press("Propose an agreement", within="main")
    department.reads("First choose the university")
    department.go(f"/office/proposals/new/?q={UNIVERSITY}")
    department.page.locator("main tbody a").first.click()
    department.reads("We want an agreement with")
    department.look("proposal new")
    fill(
        department,
        kind="erasmus_iia",
        purpose="Two of us have taught there; both sides teach in English.",
        contact="María Suárez, international office",
    )
    department.press("Hand it in")
    department.reads(
        "The proposal was handed in.", "The office: takes it up or answers.", "Two of us have taught there"
    )
    return department.page.url.removeprefix(department.url)


def takes_up(office: Walker, proposal: str) -> str:
    """Elif begins the agreement that was asked for. Returns its page."""
    office.go(proposal)
    office.reads("The proposal was handed in.", "You: take it up, ask back, or say why not.")
    office.look("proposal")
    office.press("Take it up")
    office.reads("A draft agreement and a partner are made.")
    office.look("proposal taken up")
    fill(office, reference=REFERENCE, answer="Gladly; we begin with two places.")
    office.press("Begin the agreement")
    office.reads("The agreement is begun as a draft.", "This agreement is a draft.")
    return office.page.url.removeprefix(office.url)


def completes_the_draft(office: Walker, agreement: str) -> None:
    """A draft without lines is not proposed; then a line each way is written and it is."""
    office.press("Propose this version")
    office.reads("An agreement without lines gives no places. Add at least one line first.")
    office.press("Change the draft")
    fill(office, valid_from=BEGINS.isoformat(), valid_until=ENDS.isoformat())
    fill(office, line__0__people_per_year="2", line__0__months_per_year="20")
    fill(office, line__1__direction="incoming", line__1__people_per_year="2", line__1__months_per_year="20")
    office.look("agreement draft")
    office.press("Save the draft")
    office.reads("The draft is saved.", "0 of 2", "0 of 20 months")
    assert office.page.url == office.url + agreement
    office.look("agreement with a draft")


def is_decided(office: Walker, number: int) -> None:
    """Propose the draft; write down what each body decided, with day and number."""
    office.press("Propose this version")
    office.reads("The version is proposed. Its words stay as they are from now on.", "Next decides:")
    if number == 1:
        office.look("agreement proposed")
    decisions: list[str] = []
    while office.page.get_by_role("link", name="Write down the decision").count():
        office.press("Write down the decision")
        if not decisions and number == 1:
            office.look("decision")
        decisions.append(f"{TODAY.year}/{number}-{len(decisions) + 1}")
        choose(office, "outcome", "approved")
        fill(office, decided_on=TODAY.isoformat(), decision_number=decisions[-1])
        office.press("Write down the decision")
        office.reads("The decision is written down.", decisions[-1])
    assert len(decisions) == 4
    office.reads(f"Version {number} is approved by our university.", "The partner: accepts or refuses.", *decisions)
    assert "4 of 4 approved" in office.text()


def writes_down_a_contact(office: Walker) -> None:
    """Nobody is known at this university yet, so somebody is written down first; then the agreement can be sent."""
    office.press("Send to the partner")
    office.reads("Nobody at this university is known yet.")
    office.press("New contact")
    fill(office, given_name="María", family_name="Suárez", function="Mobility officer", email=CONTACT)
    office.look("contact new")
    office.press("Save", within="main")
    office.reads("The contact was written down.", "A link that this person already has is used again.")


def sends(office: Walker, agreement: str, data: Path, count: int) -> str:
    """Send the approved version. Returns the address that stands in the mail."""
    office.go(agreement)
    office.press("Send to the partner")
    office.page.get_by_label("For whom").select_option(index=1)
    office.look("agreement to be sent")
    office.press("Send to the partner", within="main")
    office.reads("The agreement is on its way to María Suárez.")
    letters = wait_for_mails(office, data, CONTACT, count)
    offers = [one for one in letters if "waits for your answer" in one["Subject"]]
    found = {link for one in offers for link in re.findall(r"\S+/partner/\S+", one.get_content())}
    assert len(found) == 1, "one person has one link"
    return found.pop()


def reads_and_comments(partner: Walker, address: str) -> str:
    """The partner opens its address, reads the version and comments. Returns the page of the version."""
    partner.go(address)
    partner.reads("Welcome, María Suárez", f"Agreement {REFERENCE}, version 1, waits for your answer")
    partner.look("partner home")
    partner.page.locator("main a", has_text="Read and answer").first.click()
    partner.reads("We have approved this version.", "Until you have accepted it nothing is agreed.", "2 people")
    partner.look("partner version")
    fill(partner, text="May the two places also be used in spring?")
    partner.press("Send the comment")
    partner.reads("Your comment has arrived.", "May the two places also be used in spring?")
    return partner.page.url


def only_reads(stranger: Walker, version: str) -> None:
    """Whoever was forwarded the address reads, but cannot answer: not by the page and not around it."""
    stranger.go(version)
    stranger.reads("May the two places also be used in spring?", "Whoever has this link can read and comment.")
    assert stranger.page.get_by_role("button", name="Send the answer").count() == 0
    stranger.press("Get a code by mail")
    stranger.reads("We send six digits to m…@oviedo.example.")
    assert CONTACT not in stranger.text()
    stranger.go(version)
    fill(stranger, text="Accepted by somebody else")
    form = stranger.page.locator("main form[action$='/comment/']")
    form.evaluate(
        """form => {
          form.action = form.action.replace('/comment/', '/answer/');
          form.insertAdjacentHTML('beforeend', '<input type="hidden" name="decision" value="accept">');
        }"""
    )
    fill(stranger, name="Somebody else")
    stranger.press("Send the comment")
    stranger.reads("Nothing was saved", "This browser has not been confirmed", "Waits for your answer")
    assert all("403" in one for one in stranger.told)
    stranger.told.clear()


def accepts(partner: Walker, version: str, office: Walker, data: Path) -> None:
    """The partner asks for a code, types the one of the mail, and accepts."""
    partner.go(version)
    partner.press("Get a code by mail")
    partner.press("Send the code")
    partner.reads("The code is on its way.", "We sent six digits to")
    partner.look("partner code")
    letters = wait_for_mails(office, data, CONTACT, 2)
    digits = next(found[1] for one in letters if (found := re.search(r"code is (\d{6})\.", one.get_content())))
    fill(partner, code=digits)
    partner.press("Confirm")
    partner.reads("This browser may decide for your university for twelve hours.", "Send the answer")
    assert partner.page.url == version
    answers(partner)
    partner.reads("Both universities have agreed on this version.", "Accepted", "Mobility officer")
    partner.look("partner accepted")
    told = wait_for_mails(office, data, CONTACT, 3)
    assert any(one["Subject"] == f"Your answer has arrived: {REFERENCE}" for one in told)


def answers(partner: Walker) -> None:
    choose(partner, "decision", "accept")
    partner.press("Send the answer")


def is_signed(office: Walker, agreement: str, number: int) -> None:
    """Write down who signed on both sides."""
    office.go(agreement)
    office.reads(f"Both sides have agreed to version {number}.", "Both sides: sign.", "by the partner link")
    for side, name, function in (("ours", "Rector of ours", "Rector"), ("partner", "Rector of theirs", "Rectora")):
        office.press("Write down a signature")
        if side == "ours" and number == 1:
            office.look("signature")
        choose(office, "side", side)
        fill(office, name=f"{name} {number}", function=function, signed_on=TODAY.isoformat())
        office.press("Write down the signature")
        office.reads("The signature is written down.", f"{name} {number}")
    office.reads("You: put it in force. Both have signed.")


def hangs_up_the_scan(office: Walker) -> None:
    """The signed copy is added to the agreement, in the part of the page that comes by itself."""
    office.page.locator("#on-documents summary", has_text="Add a document").click()
    scan = {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": PDF}
    office.page.locator("#on-documents input[type=file]").set_input_files([scan])
    office.page.locator("#on-documents [name=title]").fill("Signed copy")
    office.press("Keep the document", within="#on-documents")
    office.page.locator("#on-documents a", has_text="Signed copy").wait_for()
    office.look("agreement with a scan")


def comes_into_force(office: Walker, number: int) -> None:
    office.press("Put it in force")
    if number == 1:
        office.look("agreement to be put in force")
    fill(office, document_number=f"E-{number}-4711")
    office.press("Put it in force", within="main form")
    office.reads(
        "The agreement is in force. Its places can be offered in calls.",
        "This agreement has been in force since",
        f"E-{number}-4711",
    )


def offers_a_place(office: Walker) -> str:
    """A new call finds the line and offers one of its two places. Returns the call's title."""
    title = f"Journey of {REFERENCE}"
    office.go("/office/calls/new/")
    opens, closes = TODAY + timedelta(days=10), TODAY + timedelta(days=40)
    fill(office, title_en=title, title_tr=title, opens_on=opens.isoformat(), closes_on=closes.isoformat())
    rules = office.page.locator("main [name=pack_version] option", has_text="Erasmus+ KA131 students, Türkiye")
    fill(office, pack_version=rules.first.get_attribute("value"))
    office.press("Save the draft")
    office.reads("The draft is saved. Choose its places now.")
    office.go(f"{office.page.url}?q={UNIVERSITY}")
    office.look("places with the agreement")
    row = office.page.locator("main tbody tr", has_text=NAME_OF_UNIVERSITY).first
    assert "2" in row.locator("td.number").inner_text()
    row.locator("input[name$='capacity']").fill("1")
    office.press("Save these places")
    office.reads("The places are saved.")
    return title


def hears_of_it(department: Walker, proposal: str) -> None:
    """Mert reads where his wish stands, and was told."""
    department.go(proposal)
    department.reads("The office has taken it up.", "This agreement has been in force since", "Gladly; we begin")
    department.go("/notices/")
    department.reads("The agreement you proposed is in force")
    department.look("department notices")


def is_renewed(office: Walker, partner: Walker, agreement: str, data: Path) -> str:
    """A second version with one more place goes the same way and replaces the first. Returns their page of it."""
    office.go(agreement)
    office.press("Make a new version")
    office.look("renewal")
    fill(office, valid_until=LATER.isoformat(), reason="One more place for each side.")
    office.press("Begin the new version")
    fill(office, line__0__people_per_year="3", line__1__people_per_year="3")
    office.press("Save the draft")
    office.reads("Version 2 is a draft.", "Until then version 1 counts.", "What the new version changes")
    difference = office.page.locator("main table", has_text="3 people").first.inner_text()
    assert "2 people" in difference and "3 people" in difference and str(LATER.year) in difference
    office.look("agreement with changes")
    is_decided(office, 2)
    address = sends(office, agreement, data, 4)
    partner.go(address)
    partner.page.locator("main a", has_text="Read and answer").first.click()
    partner.reads("What changes", "3 people", "2 people", "Send the answer")
    partner.look("partner changes")
    answers(partner)
    partner.reads("Both universities have agreed on this version.")
    is_signed(office, agreement, 2)
    comes_into_force(office, 2)
    office.go(f"{agreement}compare/")
    office.reads("Version 1", "Version 2", "2 people", "3 people")
    office.look("versions compared")
    office.go(f"{agreement}?version=1")
    assert office.page.locator("main dl.facts dd", has_text="Replaced by a newer version").count() == 1
    return partner.page.url


def is_ended(office: Walker, agreement: str, call: str) -> None:
    """One side alone would need a year; both together end it today. What counts on it is said before."""
    office.go(agreement)
    office.press("Record a termination")
    office.look("termination")
    choose(office, "ended_by", "us")
    fill(office, reason="Teaching in English ends there.")
    office.press("See what this touches")
    office.reads("One side alone gives a full academic year’s notice")
    choose(office, "ended_by", "both")
    fill(office, ends_on="")
    office.press("Look again")
    office.reads("What this touches", f"The call “{call}” offers 1 place of it")
    office.press("Record the termination")
    office.reads("The termination is recorded.", "This agreement was terminated; its last day is")
    office.reads("Ended by both together")
    office.look("agreement ended")


def loses_its_link(office: Walker, partner: Walker, version: str) -> None:
    """The office reads what was done by the address and takes it back; then it opens nothing."""
    partner.go(version)
    partner.reads("This agreement was ended early.")
    office.go(f"/office/contacts/?q={CONTACT.partition('@')[0].replace('.', ' ')}")
    office.page.locator("main tbody a").first.click()
    office.page.wait_for_load_state()
    office.page.locator("nav a[href^='/office/partners/']", has_text=NAME_OF_UNIVERSITY).first.click()
    office.page.locator("main a[href^='/office/partner-links/']", has_text="María Suárez").first.click()
    office.reads("It has been used.", f"Accepted {REFERENCE} v1", f"Accepted {REFERENCE} v2", "Code typed")
    office.look("partner link")
    office.confirm("Take it back")
    office.reads("The link opens nothing any more.")
    partner.go(version, status=410)
    partner.reads("This link does not open any more", "Write to the office")
    assert REFERENCE not in partner.text()
    partner.look("partner link taken back")


def test_an_agreement_from_a_departments_wish_to_its_end(walkers: Any, try_out: Any) -> None:
    data = Path(try_out.variables["KERVAN_DATA_DIR"])
    department, office, partner, stranger = walkers(), walkers(), walkers(), walkers()
    for walker, code in ((department, "mert"), (office, "elif")):
        walker.go("/")
        walker.become(code)

    proposal = proposes(department)
    agreement = takes_up(office, proposal)
    completes_the_draft(office, agreement)
    is_decided(office, 1)
    writes_down_a_contact(office)
    address = sends(office, agreement, data, 1)
    version = reads_and_comments(partner, address)
    only_reads(stranger, version)
    accepts(partner, version, office, data)
    is_signed(office, agreement, 1)
    hangs_up_the_scan(office)
    comes_into_force(office, 1)
    call = offers_a_place(office)
    hears_of_it(department, proposal)
    renewed = is_renewed(office, partner, agreement, data)
    is_ended(office, agreement, call)
    partner.go(version)
    partner.reads("A newer version has replaced this one.")
    loses_its_link(office, partner, renewed)

    identifiers = [one["Message-ID"] for one in mails(data)]
    assert len(identifiers) == len(set(identifiers))
    everybody = (department, office, partner, stranger)
    assert [fault for one in everybody for fault in one.found] == []
    assert [fault for one in everybody for fault in one.told] == []


# Role by role: a page, or the way to one: where it begins, then which link of its main part is followed.
FIRST = "tbody a"
PAGES: dict[str, list[tuple[str, ...]]] = {
    "elif": [
        ("/office/tasks/",),
        ("/office/tasks/", FIRST),
        ("/office/tasks/new/",),
        ("/calendar/",),
        ("/notices/",),
        ("/notices/settings/",),
        ("/office/partners/",),
        ("/office/partners/", FIRST),
        ("/office/partners/", FIRST, "a[href$='/edit/']"),
        ("/office/partners/", FIRST, "a[href$='/fact-sheet/edit/']"),
        ("/office/partners/", FIRST, "a[href^='/office/partner-links/of/'][href$='/new/']"),
        ("/office/partners/new/",),
        ("/office/contacts/",),
        ("/office/contacts/", FIRST),
        ("/office/visits/",),
        ("/office/visits/", FIRST),
        ("/office/visits/new/",),
        ("/office/networks/",),
        ("/office/networks/", FIRST),
        ("/office/universities/duplicates/",),
        ("/office/charters/",),
        ("/office/fact-sheet/",),
        ("/office/fact-sheet/edit/",),
        ("/office/agreements/?state=waiting",),
        ("/office/agreements/?state=waits_approved", FIRST),
        ("/office/agreements/?state=waits_proposed", FIRST, "a[href*='/decisions/']"),
        ("/office/agreements/?kind=mou", FIRST),
        ("/office/agreements/bodies/",),
        ("/office/agreements/ask/?q=spain+computer+science",),
        ("/office/agreements/balance/",),
        ("/office/agreements/balance/", FIRST),
        ("/office/agreements/imports/",),
        ("/office/letters/",),
        ("/office/letters/", FIRST),
        ("/office/letters/?q=thank", FIRST, "a[href$='/write/']"),
        ("/office/letters/?q=nominations", FIRST, "a[href$='/edit/']"),
        ("/office/letters/runs/",),
        ("/office/letters/runs/", FIRST),
        ("/office/documents/",),
        ("/office/documents/", FIRST),
        ("/office/tables/",),
        ("/office/agreements/?kind=erasmus_iia", "a[href^='/office/tables/freeze/']"),
        ("/office/agreements/?kind=erasmus_iia", "a[href^='/office/views/save/']"),
        ("/office/views/",),
        ("/office/deputies/",),
        ("/who/",),
    ],
    "leyla": [
        ("/start/",),
        ("/office/settings/",),
        ("/office/deputies/new/",),
        ("/office/people/?q=mert", FIRST, "a[href$='/look/']"),
    ],
    "mert": [("/start/",), ("/office/partners/",), ("/office/tasks/",)],
    "rana": [("/start/",), ("/office/agreements/balance/",), ("/office/partners/",)],
    "visitor": [
        ("/partners/",),
        ("/partners/?view=europe",),
        ("/partners/", "tbody a[href^='/partners/']"),
        ("/fact-sheet/",),
        ("/check/",),
        ("/who/",),
    ],
}
APPEARANCES = {"en": ("light", "dark"), "tr": ("phone",)}


def follow(walker: Walker, path: str, *links: str) -> None:
    """Go to a page and from there along the first link of each kind."""
    for number, one in enumerate(links):
        way = (path, *links[: number + 1])
        if way not in walker.ways:
            walker.go(walker.ways.get(way[:-1], path))
            walker.ways[way] = str(walker.page.locator(f"main {one}").first.get_attribute("href"))
    walker.go(walker.ways.get((path, *links), path))


def checks_a_document(office: Walker) -> str:
    """The address under which anybody checks a document of ours."""
    follow(office, "/office/documents/", FIRST)
    address = office.page.locator("main a[href*='/check/']").first.get_attribute("href")
    return f"/check/{str(address).rstrip('/').rpartition('/')[2]}/"


def previews_an_action(office: Walker) -> None:
    """Two rows of a list are chosen; what would happen to each stands there before it happens."""
    office.go("/office/tasks/")
    for box in office.page.locator("main tbody input[name=uid]").all()[:2]:
        box.check()
    office.page.locator("main .bulk button[name=action]").first.click()
    office.page.wait_for_url("**/office/many/**")


@pytest.mark.parametrize("locale", ["en", "tr"])
def test_the_pages_of_collaboration_are_clean_in_both_languages(walkers: Any, locale: str) -> None:
    walker, appearances = walkers(locale=locale), APPEARANCES[locale]
    walker.go("/")
    code = ""
    for role, ways in PAGES.items():
        walker.become(role)
        for way in ways:
            follow(walker, *way)
            walker.look(f"{role} {' '.join(re.findall('[a-z]+', ' '.join(way)))}"[:80], appearances)
        if role == "elif":
            code = checks_a_document(walker)
            previews_an_action(walker)
            walker.look("many rows", appearances)
    walker.go(code)
    walker.look("check genuine", appearances)
    assert walker.page.locator("html").get_attribute("lang") == locale
    assert walker.found == []
    assert walker.told == []
