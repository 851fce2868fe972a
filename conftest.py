"""What holds for every test: the catalogues are compiled, no data folder is touched, each skip has a known reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kervan.core import catalogues

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}
KNOWN_SKIPS = {
    "shared folder absent": "the folder with worked cases and open data is not beside the repository",
    "no Chromium": "tests in a browser need one: apt install chromium libatomic1",
    "only on PostgreSQL": "what SQLite cannot do",
    "only on SQLite": "what only SQLite does",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-database", action="store_true", help="leave out tests that never open a database")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        catalogues.compile_all()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --only-database keep what a second database could make different."""
    if config.getoption("--only-database"):
        kept = [item for item in items if uses_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def uses_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(DATABASE_FIXTURES & names)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print every skip with its reason."""
    for reason, place in skips(terminalreporter):
        known = "" if reason in KNOWN_SKIPS else "  <- this reason is not listed in conftest.py, so the run fails"
        terminalreporter.write_line(f"skipped: {reason} ({place}){known}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_main = reporter and not hasattr(session.config, "workerinput")
    if is_main and any(reason not in KNOWN_SKIPS for reason, _place in skips(reporter)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def skips(terminalreporter: Any) -> list[tuple[str, str]]:
    """Return (reason, place) of each skipped test."""
    reports = terminalreporter.stats.get("skipped", [])
    return sorted((report.longrepr[2].removeprefix("Skipped: "), report.nodeid) for report in reports)


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Path | None]:
    """Give each test that opens a database its own folder for files and mail."""
    if not uses_database(request.node):
        yield None
        return
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("data")
    with override_settings(DATA_DIR=folder, FILES_DIR=folder / "files", MAIL_DIR=folder / "mail"):
        yield folder
