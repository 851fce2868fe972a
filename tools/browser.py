"""The browser for the tests: whatever Chromium this machine has; nothing is downloaded."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]


def find_browser() -> str | None:
    """Return the path of a Chromium, KERVAN_CHROMIUM before the path, or None where none can be driven."""
    named = os.environ.get("KERVAN_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, NAMES)), None)
    return path if path and driver_starts() else None


def driver_starts() -> bool:
    """Return whether Playwright's own program runs here; a bare Debian lacks a library that it needs (libatomic1)."""
    from playwright._impl._driver import compute_driver_executable

    node, _script = compute_driver_executable()
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0
