"""How long 1,000 letters take: PDF with letterhead, code and QR, file on disk, document, history, as the worker writes.

Run: python benchmarks/letters.py [--letters N]. A fresh SQLite database in a temporary folder; KERVAN_DATABASE_URL
names another one. The promise is 60 seconds for 1,000 letters, kept while pages are read: what a page waits for the
database meanwhile is measured too.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

MOST_SECONDS = 60.0
BODY = """Dear **{{ name }}**,

according to our records you are a student of {{ unit }}, student number {{ student_number }}.

- This letter is issued at your request.
- It can be shown wherever it is asked for.

| Field | Value |
|---|---|
| Level | {{ level }} |
"""


def set_up(folder: str) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kervan.settings")
    os.environ["KERVAN_DATA_DIR"] = folder
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def make_run(count: int) -> tuple[int, int]:
    """An office with so many students and a run of letters to all of them. Returns the run's key and its readers."""
    from kervan.core.models import Office
    from kervan.core.scope import Grant, Role, Scope
    from kervan.core.services import letter_runs, letters
    from kervan.institutions.models import Institution, Level, Unit, UnitKind
    from kervan.people.models import Enrolment, Person, RoleAssignment, User

    office = Office.objects.create(slug="bench", name_en="Bench University", name_tr="Ölçü Üniversitesi")
    home = Institution.objects.create(office=office, name="Ölçü Üniversitesi", country="TR")
    unit = Unit.objects.create(institution=home, kind=UnitKind.PROGRAMME, name_tr="İnşaat", name_en="Civil Engineering")
    user = User.objects.create_user("elif@bench.example", name="Elif")
    member = Person.objects.create(office=office, user=user, given_name="Elif", family_name="Kaya")
    RoleAssignment.objects.create(office=office, person=member, role=Role.STAFF)
    uids = []
    for number in range(count):
        person = Person.objects.create(
            office=office,
            given_name="Şükrü",
            family_name=f"Öğrenci {number}",
            student_number=f"2023{number:05}",
            language="tr" if number % 2 else "en",
        )
        Enrolment.objects.create(office=office, person=person, unit=unit, level=Level.BACHELOR)
        uids.append(person.uid)
    words = {"subject_en": "Stay abroad", "subject_tr": "Hareketlilik", "body_en": BODY, "body_tr": BODY}
    template = letters.create_template(
        office.pk, channel="letter", about="person", title_en="Letter", title_tr="Yazı", words=words, actor=user
    )
    version = letters.release(template.versions.get(), 1, actor=user)
    scope = Scope(office.pk, user.pk, member.pk, (Grant(Role.STAFF),))
    run = letter_runs.draft_run(version, uids, scope=scope, head=letter_runs.Head("Elif Kaya"), actor=user)
    letter_runs.start(run, actor=user)
    return run.pk, run.total


def watch(stop: threading.Event, waits: list[float]) -> None:
    """Write a small row again and again, as a web process would, and note how long each waits."""
    from django.db import connection
    from django.utils import timezone

    from kervan.core.models import Office

    while not stop.wait(0.1):
        began = time.perf_counter()
        Office.objects.update(phone=str(timezone.now().microsecond))
        waits.append(time.perf_counter() - began)
    connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=1000)
    count = parser.parse_args().letters
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        from kervan.core.models import IssuedDocument, RunState
        from kervan.core.services import letter_runs

        pk, total = make_run(count)
        stop, waits = threading.Event(), [0.0]
        watcher = threading.Thread(target=watch, args=(stop, waits))
        watcher.start()
        began, work, jobs = time.perf_counter(), time.process_time(), 0
        while letter_runs.LetterRun.objects.get(pk=pk).state == RunState.RUNNING:
            letter_runs.carry_on(pk)
            jobs += 1
        seconds, work = time.perf_counter() - began, time.process_time() - work
        stop.set()
        watcher.join()
        written = IssuedDocument.objects.count()
        sizes = [one.stat().st_size for one in Path(folder, "files").glob("*/*")]
        print(f"letters: {written} of {total} in {seconds:.1f} s ({1000 * seconds / total:.0f} ms each), {jobs} job(s)")
        print(f"letters: {1000 * work / total:.0f} ms of one core each")
        print(f"letters: a PDF has {statistics.median(sizes) / 1000:.0f} kB")
        wait, longest = 1000 * statistics.median(waits), max(waits)
        print(f"letters: others waited to write {wait:.0f} ms (median), {longest:.2f} s at most")
        is_kept = written == total and seconds / total * 1000 <= MOST_SECONDS
        print(f"letters: at most {MOST_SECONDS:.0f} s for 1,000: {'kept' if is_kept else 'NOT KEPT'}")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
