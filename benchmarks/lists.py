"""How lists behave when they grow a hundredfold: 200 and 20,000 agreements, 1,000 and 100,000 contacts.

Run: python benchmarks/lists.py [--postgres] [--requests 40]. Every page is asked for warm, in one process, by the test
client. Printed for each: queries at both sizes, which must be equal, the median of the milliseconds, and their ratio,
which should stay under 1.5. On SQLite, which works inside the process, milliseconds are those of the processor, so
that a busy machine does not blur them; on PostgreSQL those of the clock. Queries and ratios are what counts.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
SIZES = (200, 20_000)
WORDS = (
    "Universität",
    "Uniwersytet",
    "Università",
    "Üniversitesi",
    "Universidade",
    "Högskola",
    "Université",
    "College",
)
COUNTRIES = ("AT", "PL", "PT", "SE", "RO", "HU")
PLACES = ("Wien", "Łódź", "Évora", "Umeå", "Iaşi", "Pécs", "Graz", "Şumnu", "Oulu", "Gent", "Brno", "Porto", "Siena")
PAGES = {
    "agreements by partner": "/office/agreements/",
    "agreements by partner, page in the middle": "",
    "agreements by reference": "/office/agreements/?sort=-reference",
    "agreements by last day": "/office/agreements/?sort=until",
    "agreements that end": "/office/agreements/?state=ending",
    "agreements in force": "/office/agreements/?state=in_force",
    "agreements, one country": "/office/agreements/?country=AT",
    "agreements, search for one": "/office/agreements/?q=B-00117",
    "agreements, search for many": "/office/agreements/?q=bench",
    "agreements, search for none": "/office/agreements/?q=qqqq",
    "contacts": "/office/contacts/",
    "contacts, search for many": "/office/contacts/?q=bench",
    "contacts, search for one": "/office/contacts/?q=c00042",
    "contacts, search for none": "/office/contacts/?q=qqqq",
    "partners": "/office/partners/",
    "find anything": "/find/?q=graz",
    "start": "/start/",
    "one agreement": "",
    "one university": "",
}


@contextmanager
def database(on_postgres: bool) -> Iterator[None]:
    """A database of its own, thrown away."""
    from tools.postgres import database_url

    with tempfile.TemporaryDirectory() as folder, database_url() if on_postgres else nullcontext("") as url:
        os.environ |= {"KERVAN_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "kervan.settings"}
        if url:
            os.environ["KERVAN_DATABASE_URL"] = url
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield


def begin() -> tuple[Any, Any]:
    """The office and its officer."""
    from kervan.core.models import Office
    from kervan.institutions.models import Institution
    from kervan.people.models import Person, RoleAssignment, User

    office = Office.objects.create(slug="bench", hosts=["localhost"], name_en="Bench", name_tr="Deneme")
    Institution.objects.create(office=office, name="Deneme Üniversitesi", country="TR")
    user = User.objects.create_user("elif@bench.example", name="Elif Kaya")
    person = Person.objects.create(office=office, user=user, given_name="Elif", family_name="Kaya", email=user.email)
    RoleAssignment.objects.create(office=office, person=person, role="staff")
    return office, user


def grow(office: Any, user: Any, first: int, last: int) -> None:
    """Make agreements first … last with partners (one for five), two lines each and five contacts."""
    from django.db import connection

    dice = random.Random(first)
    partners = _partners(office, dice, first, last)
    _agreements(office, user, partners, dice, first, last)
    _contacts(office, partners, dice, (last - first) * 5)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _partners(office: Any, dice: random.Random, first: int, last: int) -> list[Any]:
    from kervan.institutions.models import Institution, Partner

    rows = []
    for number in range(first // 5, last // 5):
        name = f"{dice.choice(WORDS)} {dice.choice(PLACES)} {number}"
        row = Institution(name=name, country=dice.choice(COUNTRIES), city=dice.choice(PLACES))
        row.erasmus_code = f"X BENCH{number:05}"
        row.fill_keys()
        rows.append(row)
    made = Institution.objects.bulk_create(rows, batch_size=500)
    partners = [Partner(office=office, institution=row, sort_key=row.sort_key) for row in made]
    return Partner.objects.bulk_create(partners, batch_size=500)


def _agreements(office: Any, user: Any, partners: list[Any], dice: random.Random, first: int, last: int) -> None:
    from kervan.agreements.models import Agreement, AgreementVersion, Condition
    from kervan.core.rules.turkish import search_key

    heads = []
    for number in range(first, last):
        row = Agreement(office=office, institution=dice.choice(partners).institution, reference=f"B-{number:05}")
        row.kind, row.state = dice.choice(("erasmus_iia", "bilateral", "mevlana")), "in_force"
        row.reference_key = search_key(row.reference)
        row.responsible = user if number % 3 else None
        heads.append(row)
    Agreement.objects.bulk_create(heads, batch_size=500)
    versions = [_version(office, row, dice) for row in heads]
    AgreementVersion.objects.bulk_create(versions, batch_size=500)
    lines = [
        Condition(
            office=office, agreement_version=one, direction=direction, kind="study", people_per_year=dice.randint(1, 4)
        )
        for one in versions
        for direction in ("outgoing", "incoming")
    ]
    Condition.objects.bulk_create(lines, batch_size=500)
    after_bulk(heads, versions)


def _version(office: Any, row: Any, dice: random.Random) -> Any:
    from django.utils import timezone

    from kervan.agreements.models import AgreementVersion

    begins = date(2022, 9, 1)
    soon = dice.random() < 0.3  # so that the shortest list fills a page, too
    ends = timezone.localdate() + timedelta(days=dice.randint(1, 170) if soon else dice.randint(200, 2_000))
    return AgreementVersion(
        office=office,
        agreement=row,
        number=1,
        state="in_force",
        valid_from=begins,
        valid_until=ends,
        in_force_since=begins,
    )


def after_bulk(heads: list[Any], versions: list[Any]) -> None:
    """What services keep beside the rows, when rows are made in bulk."""


def _contacts(office: Any, partners: list[Any], dice: random.Random, count: int) -> None:
    from kervan.institutions.models import Contact

    rows = []
    for number in range(count):
        row = Contact(office=office, partner=dice.choice(partners), given_name=dice.choice("ABCDEFG"))
        row.family_name, row.email = f"{dice.choice(PLACES)}er {number}", f"c{number:05}@bench.example"
        row.fill_keys()
        rows.append(row)
    Contact.objects.bulk_create(rows, batch_size=500)


def addresses() -> dict[str, str]:
    """The pages, those of single rows filled in."""
    from kervan.agreements.models import Agreement

    row = Agreement.objects.select_related("institution").order_by("institution__sort_key", "pk")[100]
    pages = dict(PAGES)
    pages["one agreement"] = f"/office/agreements/{row.uid}/"
    pages["one university"] = f"/institutions/{row.institution.uid}/"
    pages["agreements by partner, page in the middle"] = _middle()
    return pages


def _middle() -> str:
    from kervan.agreements.models import Agreement
    from kervan.core.lists import _write_cursor

    rows = Agreement.objects.order_by("institution__sort_key", "pk")
    key, value = rows.values_list("pk", "institution__sort_key")[rows.count() // 2]
    return f"/office/agreements/?after={_write_cursor(key, value)}"


def measure(get: Callable[[str], Any], address: str, requests: int, clock: Callable[[], float]) -> tuple[int, float]:
    """Queries of one request and the median milliseconds of many."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _warm in range(3):
        answer = get(address)
    if answer.status_code != 200:
        print(f"{address}: {answer.status_code}", file=sys.stderr)
        return 0, 1.0
    with CaptureQueriesContext(connection) as queries:
        get(address)
    return len(queries), statistics.median(_timed(get, address, clock) for _request in range(requests))


def _timed(get: Callable[[str], Any], address: str, clock: Callable[[], float]) -> float:
    begun = clock()
    get(address)
    return (clock() - begun) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--postgres", action="store_true")
    arguments.add_argument("--requests", type=int, default=40)
    options = arguments.parse_args()
    with database(options.postgres):
        from django.test import Client

        office, user = begin()
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        client.force_login(user)
        clock = time.perf_counter if options.postgres else time.process_time
        found, done = {}, 0
        for size in SIZES:
            grow(office, user, done, size)
            done = size
            found[size] = {
                name: measure(client.get, address, options.requests, clock) for name, address in addresses().items()
            }
        _report(found)


def _report(found: dict[int, dict[str, tuple[int, float]]]) -> None:
    small, large = SIZES
    print(f"{'':44}{'queries':>12}{f'ms at {small}':>12}{f'ms at {large:,}':>14}{'ratio':>8}")
    for name, (queries, milliseconds) in found[small].items():
        more_queries, more = found[large][name]
        shown = f"{queries}" if queries == more_queries else f"{queries} / {more_queries}"
        mark = "" if more / milliseconds <= 1.5 and queries == more_queries else "  <-"
        print(f"{name:44}{shown:>12}{milliseconds:>12.1f}{more:>14.1f}{more / milliseconds:>8.2f}{mark}")


if __name__ == "__main__":
    main()
