"""`./kervan test [--all] [pytest options and files]`: check, then all tests on SQLite, PostgreSQL and in a browser.

What is missing on this machine is left out and said in the last lines; with --all it is a failure. With files or
options of pytest only those tests run, once, on SQLite and without the checks.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import browser
import postgres
from check import PYTHON, ROOT, check

PYTEST = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
PARALLEL = ["-n", str(min(os.cpu_count() or 1, 8)), "--maxprocesses", "8"]
QUICK = ["-m", "not browser and not faults"]
ABSENT = {"PostgreSQL": "apt install postgresql", "Browser tests": "apt install chromium libatomic1"}


@contextmanager
def environment(database_url: str | None = None) -> Iterator[dict[str, str]]:
    """Yield variables that keep the tests away from this checkout's data."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("KERVAN_D", "KERVAN_HOSTS", "PORT"))
    }
    with tempfile.TemporaryDirectory(prefix="kervan-test-") as data:
        kept["KERVAN_DATA_DIR"] = data
        if database_url:
            kept["KERVAN_DATABASE_URL"] = database_url
        yield kept


def stage(name: str, options: list[str], database_url: str | None = None) -> str | None:
    """Run one part of the tests; return a line about its failure, or None."""
    print(f"\n{name}", flush=True)
    begin = time.monotonic()
    with environment(database_url) as variables:
        code = subprocess.call([*PYTEST, *options], cwd=ROOT, env=variables)
    print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    return None if code == 0 else f"{name} FAILED"


def everything() -> tuple[list[str], list[str]]:
    """Run all that can run here; return the failures and the names of what is absent."""
    failures = [None if check() else "Check FAILED", stage("Tests on SQLite", [*PARALLEL, *QUICK])]
    absent = []
    if postgres.found():
        with postgres.database_url() as url:
            failures.append(stage("Tests on PostgreSQL", [*PARALLEL, *QUICK, "--only-database"], url))
            failures.append(stage("Faults on PostgreSQL", ["-m", "faults"], url))
    else:
        absent.append("PostgreSQL")
    failures.append(stage("Faults on SQLite", ["-m", "faults"]))
    if browser.find_browser():
        failures.append(stage("Tests in a browser", ["-m", "browser"]))
    else:
        absent.append("Browser tests")
    return [failure for failure in failures if failure], absent


def main(arguments: list[str]) -> int:
    wants_all = "--all" in arguments
    chosen = [argument for argument in arguments if argument != "--all"]
    if chosen:
        failure = stage("Chosen tests on SQLite", chosen)
        return 1 if failure else 0
    failures, absent = everything()
    print()
    for line in failures + [f"{name} NOT RUN: {ABSENT[name]}" for name in absent]:
        print(line)
    passed = not failures and not (wants_all and absent)
    print("All tests passed." if passed and not absent else "What could run has passed." if passed else "NOT PASSED.")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
