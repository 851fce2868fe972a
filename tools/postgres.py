"""A PostgreSQL server for the tests: the one that was named, or a throw-away one from the programs of this machine."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "kervan"
START_SECONDS = 30
FAST = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=127.0.0.1",
    "max_connections=60",
]


def find_programs() -> Path | None:
    """Return the folder with initdb and postgres, the newest version first, or None."""
    on_path = shutil.which("initdb")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    folders = ([Path(on_path).resolve().parent] if on_path else []) + versions
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def found() -> bool:
    """Return whether tests can run on PostgreSQL here."""
    return bool(os.environ.get("KERVAN_TEST_DATABASE_URL")) or find_programs() is not None


@contextmanager
def database_url() -> Iterator[str]:
    """Yield the address of a database that tests may fill."""
    named = os.environ.get("KERVAN_TEST_DATABASE_URL")
    programs = find_programs()
    if named:
        yield named
    elif programs:
        with _cluster(programs) as url:
            yield url
    else:
        raise LookupError("PostgreSQL is not installed")


@contextmanager
def _cluster(programs: Path) -> Iterator[str]:
    """Run a server of our own in a temporary folder; it refuses to run as root, so root lends it another user."""
    folder = Path(tempfile.mkdtemp(prefix="kervan-pg-"))
    other = _other_user() if os.geteuid() == 0 else None
    if other:
        os.chown(folder, other.pw_uid, other.pw_gid)
    as_user = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []} if other else {}
    port = _free_port()
    log = (folder / "log").open("wb")
    setup = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    options = [f"port={port}", f"unix_socket_directories={folder}", *FAST]
    serve = [programs / "postgres", "-D", folder / "data", *(part for option in options for part in ("-c", option))]
    try:
        subprocess.run(setup, cwd=folder, check=True, stdout=log, stderr=log, **as_user)  # type: ignore[call-overload]
        server = subprocess.Popen(serve, cwd=folder, stdout=log, stderr=log, **as_user)  # type: ignore[call-overload]
        try:
            _wait(server, port, folder / "log")
            yield f"postgres://{USER}@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)
            _end(server)
    except subprocess.CalledProcessError as error:
        raise RuntimeError((folder / "log").read_text(errors="replace")) from error
    finally:
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _other_user() -> pwd.struct_passwd:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not _accepts(port):
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


def _accepts(port: int) -> bool:
    import psycopg

    try:
        psycopg.connect(host="127.0.0.1", port=port, user=USER, dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _end(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
