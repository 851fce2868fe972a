#!/usr/bin/env python
"""Django's command line for Kervan; `./kervan NAME` calls it with the project's own environment."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kervan.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kervan", *sys.argv[1:]])
