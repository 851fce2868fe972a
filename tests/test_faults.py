"""Faults that really happen, on the product as it runs: killed web and worker, double clicks, two officers at once.

`./kervan run` stands on its own data: SQLite, or a database of its own on the PostgreSQL server of this run. Processes
are killed with signal 9; afterwards the database and the mail folder are read directly.
"""

import os
import signal
import sqlite3
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from plain_client import Answer, PlainClient, at_once
from small_world import PDF

from kervan.core.rules.spreadsheets import read_table
from kervan.core.rules.table_files import write_xlsx

pytestmark = pytest.mark.faults
PATIENCE_SECONDS = 60
SHORT_LIFE_SECONDS = 6  # ./kervan run gives up on a child that ends sooner
ROWS = 1500


@dataclass
class Machine:
    """A running installation whose processes can be killed and whose data can be read."""

    url: str
    pid: int
    variables: dict[str, str]

    @property
    def data(self) -> Path:
        return Path(self.variables["KERVAN_DATA_DIR"])

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read from the database beside the product, or change it as passing time would."""
        database = self.variables["KERVAN_DATABASE_URL"]
        if database.startswith("sqlite"):
            with closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=20)) as connection, connection:
                texts = [one.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(one, datetime) else one for one in values]
                return connection.execute(sql.replace("%s", "?"), texts).fetchall()
        import psycopg

        with psycopg.connect(database) as connection:
            cursor = connection.execute(sql, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]

    def person(self, code: str) -> PlainClient:
        return PlainClient(self.url).become(code)

    def process(self, word: str) -> int:
        """The child of `./kervan run` with this word on its command line; waited for."""
        return int(until(lambda: next((pid for pid in children(self.pid) if word in command(pid)), None), word))

    def settle(self, word: str) -> None:
        """Wait until a child lives long enough that its end is no failed start."""
        until(lambda: age_seconds(self.process(word)) > SHORT_LIFE_SECONDS, f"{word} lives")

    def kill(self, word: str) -> None:
        """End a child and all that it has started, with signal 9, at once."""
        first = self.process(word)
        for pid in [first, *descendants(first)]:
            end(pid)

    def wait_until_up(self) -> None:
        until(lambda: PlainClient(self.url).get("/healthz").status == 200, "the web site")

    def pass_leases(self) -> None:
        """Let a minute go by for what the killed worker had claimed."""
        ago = datetime.now(UTC) - timedelta(seconds=1)
        self.rows("update core_outboxmessage set lease_until = %s where lease_until is not null", ago)

    def mails(self) -> list[Any]:
        return [BytesParser(policy=policy.default).parsebytes(one.read_bytes()) for one in self.mail_files()]

    def sent(self) -> list[str]:
        """The Message-ID of each sending, one after another."""
        return (self.data / "mail" / "sent.log").read_text().split()

    def mail_files(self) -> list[Path]:
        return list((self.data / "mail").glob("*.eml"))


def until(found: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    end_at = time.monotonic() + seconds
    while time.monotonic() < end_at:
        if result := found():
            return result
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def age_seconds(pid: int) -> float:
    started = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
    return float(Path("/proc/uptime").read_text().split()[0]) - started


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(stat.parent.name))
    return found


def descendants(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *descendants(child))]


def end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, start_kervan: Any) -> Iterator[Machine]:
    short = {"KERVAN_JOB_RETRY_SECONDS": "9", "KERVAN_JOB_TIMEOUT_SECONDS": "8"}
    with start_kervan(tmp_path_factory.mktemp("faults"), **short) as started:
        time.sleep(SHORT_LIFE_SECONDS)  # it counts from here
        yield Machine(started.url, started.process.pid, started.variables)


def call(machine: Machine, state: str = "") -> str:
    """The closed call, or the open one."""
    order = "desc" if state == "open" else "asc"
    return str(machine.one(f"select uid from selection_call order by closes_on {order}"))


# A killed worker


def test_killed_worker_resumes_placement_and_mailing_and_nothing_happens_twice(machine: Machine) -> None:
    elif_, leyla, uid = machine.person("elif"), machine.person("leyla"), call(machine)
    assert elif_.post(f"/office/calls/{uid}/score/", {}).status == 302
    runs = [placed_after_a_kill(machine, elif_, uid, pause) for pause in (0.0, 0.1)]
    results = {machine.one("select result_sha256 from selection_placementrun where uid = %s", run) for run in runs}
    assert len(results) == 1

    assert elif_.post(f"/office/runs/{runs[0]}/adopt/", {}).status == 302
    machine.settle("qcluster")
    page = f"/office/runs/{runs[0]}/publish/"
    answers = at_once(*(lambda: leyla.post(page, {}) for _click in range(2)))
    assert [one.status for one in answers] == [302, 302]
    assert machine.one("select count(*) from core_event where kind = 'call.publish'") == 1
    mailed_after_a_kill(machine)

    freed = machine.one(
        "select a.uid from selection_application a join selection_outcome o on o.application_id = a.id"
        " join selection_placementrun r on r.id = o.run_id where r.uid = %s and o.result = 'main' order by o.rank",
        runs[0],
    )
    page = f"/office/applications/{freed}/withdraw/"
    answers = at_once(*(lambda: elif_.post(page, {"reason": "Moved"}) for _click in range(2)))
    assert [one.status for one in answers] == [302, 302]
    assert machine.one("select count(*) from core_event where kind = 'application.withdraw'") == 1
    assert machine.one("select count(*) from selection_placementrun where parent_id is not null") == 1


def placed_after_a_kill(machine: Machine, elif_: PlainClient, uid: str, pause: float) -> str:
    """Start a run, kill the worker when it has taken the job, and see the run finished once by the next worker."""
    machine.settle("qcluster")
    answer = elif_.post(f"/office/calls/{uid}/runs/start/", {"idempotency_key": f"run {pause}"})
    run = answer.location.split("/")[-2]
    state = "select state from selection_placementrun where uid = %s"
    soon = datetime.now(UTC) + timedelta(seconds=3)
    until(lambda: machine.one("select count(*) from django_q_ormq where lock > %s", soon), "the job is taken")
    time.sleep(pause)
    machine.kill("qcluster")
    assert pause or machine.one(state, run) == "computing", "the worker was faster than the test; nothing was tried"
    until(lambda: machine.one(state, run) == "draft", "the run is finished")
    outcomes = "select count(*), count(distinct application_id) from selection_outcome o join selection_placementrun r"
    found = machine.rows(f"{outcomes} on r.id = o.run_id where r.uid = %s", run)[0]
    assert found[0] == found[1] > 500
    finished = "select count(*) from core_event where kind = 'placementrun.compute' and subject_uid = %s"
    assert machine.one(finished, run) == 1
    return run


def mailed_after_a_kill(machine: Machine) -> None:
    """Kill the worker twice while it writes mail: in the end each message is there once, whole, and none is missing.

    Sent again is at most the one message that a killed worker had in its hands.
    """
    total = machine.one("select count(*) from core_outboxmessage")
    halts = (20, total // 3)
    for count in halts:
        machine.settle("qcluster")
        until(lambda count=count: len(machine.mail_files()) >= count, f"{count} mails")
        machine.kill("qcluster")
        assert len(machine.mail_files()) < total, "all mail was sent already; nothing was tried"
        machine.pass_leases()
    waiting = "select count(*) from core_outboxmessage where state <> 'sent'"
    until(lambda: machine.one(waiting) == 0, "all mail is sent", 120)
    written = {f"<{uid}@kervan>" for (uid,) in machine.rows("select uid from core_outboxmessage")}
    identifiers = [str(one["Message-ID"]) for one in machine.mails()]
    assert sorted(identifiers) == sorted(written)
    assert set(machine.sent()) == written
    assert len(machine.sent()) - len(written) <= len(halts)
    assert all(one["To"] and one["Subject"] and one.get_content().strip() for one in machine.mails())


# A killed web site


def test_killed_web_site_hands_in_an_application_wholly_or_not_at_all(machine: Machine) -> None:
    ayse, uid = machine.person("ayse"), call(machine, "open")
    application = machine.one(
        "select a.uid from selection_application a join selection_call c on c.id = a.call_id"
        " where c.uid = %s and a.state = 'draft'",
        uid,
    )
    page = f"/my/applications/{application}/"
    says_that_the_deadline_has_passed(machine, ayse, uid, page)
    for pause in (0.0, 0.05, 0.15, 0.3):
        machine.settle("gunicorn")
        handing_in = threading.Thread(target=send, args=(ayse, page, form_of(ayse, page), "submit"))
        before = handed_in(machine, application)
        handing_in.start()
        time.sleep(pause)
        machine.kill("gunicorn")
        handing_in.join()
        machine.wait_until_up()
        state = machine.one("select state from selection_application where uid = %s", application)
        assert handed_in(machine, application) - before == (state == "submitted")
        if state == "submitted":
            assert ayse.post(f"{page}take-back/", {}).status == 302
    before = handed_in(machine, application)
    form = form_of(ayse, page)
    answers = at_once(*(lambda: send(ayse, page, form, "submit") for _click in range(2)))
    assert all(one.status in (302, 409) for one in answers), [one.status for one in answers]
    assert machine.one("select state from selection_application where uid = %s", application) == "submitted"
    assert handed_in(machine, application) == before + 1
    files = [uid for (uid,) in machine.rows("select uid from core_storedfile")]
    assert [uid for uid in files if not (machine.data / "files" / uid[:2] / uid).exists()] == []


def form_of(client: PlainClient, page: str) -> list[tuple[str, str]]:
    return client.get(page).form("/save/").fields


def send(client: PlainClient, page: str, fields: list[tuple[str, str]], action: str) -> Answer:
    files = {"document_transcript": ("transcript.pdf", PDF)}
    return client.post(f"{page}save/", [*fields, ("action", action)], files)


def handed_in(machine: Machine, application: str) -> int:
    """How often the history says that this application was handed in."""
    sql = "select count(*) from core_event where kind = 'application.submit' and subject_uid = %s"
    return int(machine.one(sql, application))


def says_that_the_deadline_has_passed(machine: Machine, ayse: PlainClient, uid: str, page: str) -> None:
    """The deadline passes while somebody types: a clear sentence, and nothing typed is lost."""
    fields = [(name, value) for name, value in form_of(ayse, page) if name != "statement"]
    closes = machine.one("select closes_on from selection_call where uid = %s", uid)
    machine.rows("update selection_call set closes_on = opens_on where uid = %s", uid)
    answer = send(ayse, page, [*fields, ("statement", "Because of the library.")], "submit")
    assert answer.status == 422
    assert "The deadline has passed" in answer.text
    machine.rows("update selection_call set closes_on = %s where uid = %s", closes, uid)
    assert ("statement", "Because of the library.") in form_of(ayse, page)


def test_killed_web_site_imports_a_table_wholly_or_not_at_all(machine: Machine) -> None:
    elif_, uid = machine.person("elif"), call(machine, "open")
    count = "select count(*) from selection_application a join selection_call c on c.id = a.call_id where c.uid = %s"
    before, batch = machine.one(count, uid), uploaded(elif_, uid)
    for pause in (0.1, 0.6):
        machine.settle("gunicorn")
        applying = threading.Thread(target=elif_.post, args=(f"{batch}apply/", {}))
        applying.start()
        time.sleep(pause)
        machine.kill("gunicorn")
        applying.join()
        machine.wait_until_up()
        assert machine.one(count, uid) in (before, before + ROWS)
    answers = at_once(*(lambda: elif_.post(f"{batch}apply/", {}) for _click in range(2)))
    assert [one.status for one in answers] == [302, 302]
    assert machine.one(count, uid) == before + ROWS
    assert machine.one("select count(*) from core_event where kind = 'importbatch.apply'") == 1


def uploaded(elif_: PlainClient, uid: str) -> str:
    """Upload a large table made from a row of the sample, settle its columns; return the address of its preview."""
    page = f"/office/calls/{uid}/import/"
    elif_.get(page)
    values = {"kind": "portal", "idempotency_key": "large table"}
    answer = elif_.post(page, values, {"table": ("large.xlsx", large_table(elif_))})
    assert answer.status == 302
    batch = answer.location
    columns = f"{batch}columns/"
    answer = elif_.post(columns, elif_.get(columns).form("").fields)
    assert answer.location == batch
    return batch


def large_table(elif_: PlainClient) -> bytes:
    table = read_table(elif_.get("/demo/sample/file/").content, "sample.xlsx")
    return write_xlsx(table.header, [numbered(table.header, table.rows[0], n) for n in range(ROWS)])


def numbered(header: Any, row: Any, number: int) -> list[str]:
    """The row of another person."""
    own = {0: f"LARGE-{number}"}
    return [
        own.get(at, f"9{number:07d}" if is_student_number(name) else cell)
        for at, (name, cell) in enumerate(zip(header, row, strict=True))
    ]


def is_student_number(name: str) -> bool:
    return "renci" in name or "tudent" in name


# What people and scanners upload


def bomb() -> bytes:
    """A workbook whose one sheet unfolds to 300 MB."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _megabyte in range(300):
                sheet.write(b" " * 1_000_000)
    return packed.getvalue()


def test_tables_that_are_none_are_refused_in_words_and_not_kept(machine: Machine) -> None:
    elif_, uid = machine.person("elif"), call(machine, "open")
    page, kept = f"/office/calls/{uid}/import/", machine.one("select count(*) from core_storedfile")
    elif_.get(page)
    hostile = {
        "program.xlsx": b"MZ\x90\x00" + bytes(5000),
        "letter.xlsx": PDF,
        "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        "empty.csv": b"",
        "bomb.xlsx": bomb(),
        "cut.xlsx": write_xlsx(["Ad"], [["Ali"]])[:500],
    }
    begin = time.monotonic()
    for name, content in hostile.items():
        answer = elif_.post(page, {"kind": "portal", "idempotency_key": name}, {"table": (name, content)})
        assert answer.status == 422, name
        assert 'aria-invalid="true"' in answer.text or 'role="alert"' in answer.text, name
    assert time.monotonic() - begin < 20
    assert machine.one("select count(*) from core_storedfile") == kept
    odd = "Öğrenci No;Ad;Soyad;Bölüm\n2023;=1+1;Şişli;Yok\n".encode("cp1254")
    answer = elif_.post(page, {"kind": "portal", "idempotency_key": "odd"}, {"table": ("odd.csv", odd)})
    columns = elif_.get(f"{answer.location}columns/")
    assert columns.status == 200 and "Şişli" in columns.text
    assert elif_.post(f"{answer.location}columns/", columns.form("").fields).location == answer.location
    preview = elif_.get(answer.location).text
    assert "Yok" in preview
    assert elif_.post(f"{answer.location}discard/", {}).status == 302


def test_disguised_document_is_refused_and_the_rest_is_kept(machine: Machine) -> None:
    ayse = machine.person("ayse")
    uid = machine.one(
        "select a.uid from selection_application a join selection_call c on c.id = a.call_id"
        " join people_person p on p.id = a.person_id join people_user u on u.id = p.user_id"
        " where u.email = 'ayse@demo.example' order by c.closes_on desc"
    )
    page = f"/my/applications/{uid}/"
    if machine.one("select state from selection_application where uid = %s", uid) == "submitted":
        ayse.post(f"{page}take-back/", {})
    fields = [(name, value) for name, value in form_of(ayse, page) if name != "statement"]
    files = {"document_transcript": ("transcript.pdf", b"MZ\x90\x00" + bytes(3000))}
    answer = ayse.post(f"{page}save/", [*fields, ("statement", "Kept."), ("action", "upload")], files)
    assert answer.status == 422 and "transcript.pdf" in answer.text
    assert ("statement", "Kept.") in form_of(ayse, page)


# Two at once


def test_button_pressed_twice_makes_one_person(machine: Machine) -> None:
    elif_ = machine.person("elif")
    fields = dict(elif_.get("/office/people/new/").form("").fields) | {"given_name": "Bir", "family_name": "Kere"}
    answers = at_once(*(lambda: elif_.post("/office/people/new/", fields) for _click in range(4)))
    assert [one.status for one in answers] == [302] * 4
    assert len({one.location for one in answers}) == 1
    assert machine.one("select count(*) from people_person where family_name = 'Kere'") == 1


def test_two_officers_on_one_record_the_second_sees_both_versions(machine: Machine) -> None:
    elif_, leyla = machine.person("elif"), machine.person("leyla")
    page = "/office/people/" + machine.one("select uid from people_person where student_number = 'D26-0044'") + "/edit/"
    forms = [dict(one.get(page).form("").fields) for one in (elif_, leyla)]
    answers = at_once(
        lambda: elif_.post(page, forms[0] | {"phone": "+90 111"}),
        lambda: leyla.post(page, forms[1] | {"phone": "+90 222"}),
    )
    assert sorted(one.status for one in answers)[-1] == 302
    second = next(one for one in answers if one.status != 302)
    assert "Both versions are shown" in second.text
    assert "+90 111" in second.text and "+90 222" in second.text
