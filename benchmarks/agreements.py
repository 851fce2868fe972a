"""Questions, balance and partner pages with 200 and 20,000 agreements, 1,000 and 100,000 contacts.

Run: python benchmarks/agreements.py [--postgres] [--requests 40]. The rows are those of benchmarks/lists.py, with
fields of study, use in three years and a tenth of the agreements as incomplete drafts. What is printed is told there.
"""

import argparse
import random
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from benchmarks import lists  # noqa: E402

FIELDS = ("0111", "0311", "0421", "0611", "0613", "0713", "0912", "0913", "1013")
YEARS = (2024, 2025, 2026)
PAGES = {
    "ask: university and field, yes": "",
    "ask: city and field": "/office/agreements/ask/?q=Graz+law",
    "ask: country, field, level": "/office/agreements/ask/?q=Poland+nursing+master",
    "ask: nothing fits": "/office/agreements/ask/?q=Germany+veterinary+doctorate",
    "ask: far too wide": "/office/agreements/ask/?q=outgoing",
    "balance of all partners": "/office/agreements/balance/",
    "balance, a year ago": "/office/agreements/balance/?year=2025",
    "balance, sorted by difference": "/office/agreements/balance/?sort=-difference",
    "balance, we sent more": "/office/agreements/balance/?leaning=sent_more",
    "balance of one partner": "",
    "one partner": "",
    "agreements, incomplete drafts": "/office/agreements/?lacking=incomplete",
}


def enrich(office: Any) -> None:
    """Give every new line a field of study, some use, and a tenth of the agreements an incomplete draft."""
    from kervan.agreements.models import Agreement, AgreementVersion, Condition, LineUse

    dice = random.Random(7)
    lines = list(Condition.objects.filter(fields_key="").order_by("pk"))
    for line in lines:
        line.fields = [dice.choice(FIELDS)]
        line.fields_key = f" {line.fields[0]} "
    Condition.objects.bulk_update(lines, ["fields", "fields_key"], batch_size=500)
    uses = [
        LineUse(office=office, line_uid=line.line_uid, academic_year=year, source="recorded", people=dice.randint(0, 3))
        for line in lines
        for year in YEARS
    ]
    LineUse.objects.bulk_create(uses, batch_size=500)
    versions = [line.agreement_version_id for line in lines[::20]]
    for start in range(0, len(versions), 500):
        some = AgreementVersion.objects.filter(pk__in=versions[start : start + 500])
        Agreement.objects.filter(versions__in=some).update(state="draft")
        Condition.objects.filter(agreement_version__in=some).update(people_per_year=None)
        some.update(state="draft", in_force_since=None)


def addresses() -> dict[str, str]:
    """The pages, those of single rows filled in."""
    from kervan.institutions.models import Partner

    partner = Partner.objects.select_related("institution").order_by("sort_key", "pk")[20]
    pages = dict(PAGES)
    pages["ask: university and field, yes"] = f"/office/agreements/ask/?q={partner.institution.erasmus_code}+law"
    pages["balance of one partner"] = f"/office/agreements/balance/{partner.uid}/"
    pages["one partner"] = f"/office/partners/{partner.uid}/"
    return pages


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--postgres", action="store_true")
    arguments.add_argument("--requests", type=int, default=40)
    options = arguments.parse_args()
    with lists.database(options.postgres):
        from django.test import Client

        office, user = lists.begin()
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        client.force_login(user)
        clock = time.perf_counter if options.postgres else time.process_time
        found, done = {}, 0
        for size in lists.SIZES:
            lists.grow(office, user, done, size)
            enrich(office)
            done = size
            found[size] = {
                name: lists.measure(client.get, address, options.requests, clock)
                for name, address in addresses().items()
            }
        lists._report(found)


if __name__ == "__main__":
    main()
