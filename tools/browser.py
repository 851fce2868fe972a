"""The browser for the tests: whatever Chromium this machine has; nothing is downloaded."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]


def find_browser() -> str | None:
    """Return the path of a Chromium, KERVAN_CHROMIUM before the path, or None."""
    named = os.environ.get("KERVAN_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)
