"""Kervan running as a user would start it, and a browser, for journeys through the whole product."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser import FLAGS, find_browser
from walker import DESKTOP, Walker

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One running browser for all journeys; each test opens its own context."""
    path = find_browser()
    if not path:
        pytest.skip("no Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@dataclass(frozen=True)
class TryOut:
    """A running `./kervan run` on its own data: its address, its process and the variables it was started with."""

    url: str
    process: subprocess.Popen[str]
    variables: dict[str, str]

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command of this installation."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(command, env=self.variables, text=True, capture_output=True, check=False)


@contextmanager
def running_kervan(data: Path, **variables: str) -> Iterator[TryOut]:
    """Start Kervan as a user would, on an empty data folder and a free port; end it and all its children afterwards."""
    with own_database(data) as database, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        own = {**os.environ, "PORT": port, "KERVAN_DATA_DIR": str(data), "KERVAN_DATABASE_URL": database, **variables}
        own.pop("DJANGO_SETTINGS_MODULE", None)
        with (data / "output.txt").open("w") as output:
            process = subprocess.Popen([str(ROOT / "kervan"), "run"], env=own, text=True, stdout=output, stderr=output)
            try:
                wait_for_line(data / "output.txt", "Kervan runs at", process)
                yield TryOut(f"http://localhost:{port}", process, own)
            finally:
                process.terminate()
                process.wait(timeout=30)


def wait_for_line(path: Path, words: str, process: subprocess.Popen[str], seconds: int = 180) -> None:
    """Wait until a program has printed certain words; show what it printed when it does not."""
    end = time.monotonic() + seconds
    while words not in path.read_text():
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(path.read_text())
        time.sleep(0.1)


@contextmanager
def own_database(data: Path) -> Iterator[str]:
    """Yield the address of an empty database: beside the data, or a new one on the PostgreSQL server of this run."""
    server = os.environ.get("KERVAN_DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{data / 'kervan.sqlite3'}"
        return
    import psycopg

    name = f"kervan_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")  # type: ignore[arg-type]
        try:
            yield f"{server.rsplit('/', 1)[0]}/{name}"
        finally:
            connection.execute(f"drop database {name} with (force)")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def try_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TryOut]:
    """One try-out with the demo office, shared by the tests of a module."""
    with running_kervan(tmp_path_factory.mktemp("try-out")) as started:
        yield started


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables of an installation with empty tables, on which no server runs."""
    data = tmp_path_factory.mktemp("bare")
    with own_database(data) as database:
        own = {**os.environ, "KERVAN_DATA_DIR": str(data), "KERVAN_DATABASE_URL": database}
        own.pop("DJANGO_SETTINGS_MODULE", None)
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"], env=own, check=True)
        yield own


@pytest.fixture(scope="session")
def start_kervan() -> Any:
    """How to start a try-out of one's own, for tests that break things."""
    return running_kervan


@pytest.fixture
def walkers(chromium: Any, try_out: Any, root: Path) -> Iterator[Any]:
    """Makes walkers through the running demonstration: of a screen size and a language."""
    made: list[Walker] = []

    def make(viewport: dict[str, int] = DESKTOP, locale: str = "en") -> Walker:
        made.append(Walker(chromium, try_out.url, viewport, root, locale))
        return made[-1]

    yield make
    for one in made:
        one.close()
