"""A worker killed in the middle of 1,000 letters: in the end each reader has one, and none is missing."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from test_faults import PATIENCE_SECONDS, Machine, until

pytestmark = pytest.mark.faults
LETTERS = 1000
LONG_SECONDS = 4 * PATIENCE_SECONDS
KILLS = {"letter": (50, 400), "mail": (50,)}  # mails are written too fast for more
ROOT = Path(__file__).resolve().parent.parent
PREPARE = """
from kervan.core.models import Office
from kervan.core.services import letters
from kervan.people.models import Person

office = Office.objects.get()
names = [f"Bin {n:04}" for n in range(1000)]
people = [Person(office=office, given_name="Ada", family_name=one, email="ada@demo.example") for one in names]
for person in people:
    person.fill_keys()
Person.objects.bulk_create(people)
words = {"subject_en": "To {{ name }}", "subject_tr": "{{ name }}", "body_en": "{{ name }}", "body_tr": "{{ name }}"}
for channel in ("letter", "mail"):
    head = {"channel": channel, "about": "person", "title_en": channel, "title_tr": channel}
    template = letters.create_template(office.pk, **head, code=f"thousand-{channel}", words=words, actor=None)
    letters.release(template.versions.get(), 1, actor=None)
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, start_kervan: Any) -> Any:
    short = {"KERVAN_JOB_RETRY_SECONDS": "9", "KERVAN_JOB_TIMEOUT_SECONDS": "8"}
    with start_kervan(tmp_path_factory.mktemp("letters"), **short) as started:
        machine = Machine(started.url, started.process.pid, started.variables)
        command = [sys.executable, str(ROOT / "manage.py"), "shell", "-c", PREPARE]
        subprocess.run(command, env=started.variables, check=True, capture_output=True)
        yield machine


@pytest.mark.parametrize("channel", ["letter", "mail"])
def test_worker_killed_in_a_thousand_letters_writes_none_twice_and_misses_none(machine: Machine, channel: str) -> None:
    elif_, run = machine.person("elif"), drafted(machine, channel)
    page = f"/office/letters/runs/{run}/"
    form = elif_.get(page).form("/head/" if channel == "letter" else "/start/")
    values = dict(form.fields) | ({"start": "1"} if channel == "letter" else {})
    machine.settle("qcluster")
    assert elif_.post(form.action, values).status == 302
    for count in KILLS[channel]:
        until(lambda count=count: done(machine, run) >= count, f"{count} letters", LONG_SECONDS)
        machine.settle("qcluster")
        machine.kill("qcluster")
        assert done(machine, run) < LETTERS, "the worker was faster than the test; nothing was tried"
    began = time.monotonic()
    state = "select state from core_letterrun where uid = %s"
    until(lambda: machine.one(state, run) == "done", "the run is finished", LONG_SECONDS)
    print(f"{channel}: finished {time.monotonic() - began:.0f} s after the last kill")
    assert_each_has_one(machine, run, channel)


def drafted(machine: Machine, channel: str) -> str:
    """A draft for all thousand, made as an officer does who ticks them."""
    elif_ = machine.person("elif")
    uid = machine.one("select uid from core_lettertemplate where code = %s", f"thousand-{channel}")
    uids = [one for (one,) in machine.rows("select uid from people_person where family_name like %s", "Bin %")]
    page = f"/office/letters/{uid}/write/"
    elif_.get(page)
    answer = elif_.post(page, [("idempotency_key", channel), *(("uid", one) for one in uids)])
    assert answer.status == 302
    return answer.location.split("/")[-2]


def done(machine: Machine, run: str) -> int:
    sql = "select count(*) from core_letteritem i join core_letterrun r on r.id = i.run_id"
    return int(machine.one(f"{sql} where r.uid = %s and i.state = 'done'", run))


def assert_each_has_one(machine: Machine, run: str, channel: str) -> None:
    assert done(machine, run) == LETTERS
    assert machine.one("select count(*) from core_event where kind = 'letterrun.finish' and subject_uid = %s", run) == 1
    if channel == "mail":
        assert machine.one("select count(*) from core_outboxmessage where dedupe_key like %s", "letter:%") == LETTERS
        return
    sql = "select f.uid, d.code from core_issueddocument d join core_storedfile f on f.id = d.stored_file_id"
    found = machine.rows(f"{sql} where d.recipient like %s", "Ada Bin %")
    assert len({code for _file, code in found}) == len(found) == LETTERS
    files = [machine.data / "files" / uid[:2] / uid for uid, _code in found]
    assert all(one.read_bytes().startswith(b"%PDF") and b"%%EOF" in one.read_bytes()[-1024:] for one in files)
    linked = "select count(distinct document_id) from core_letteritem i join core_letterrun r on r.id = i.run_id"
    assert machine.one(f"{linked} where r.uid = %s", run) == LETTERS
