"""Writes to the directory of institutions and to units."""

from kervan.institutions.services.directory import Outcome, import_eche, load_directory
from kervan.institutions.services.units import load_units

__all__ = ["Outcome", "import_eche", "load_directory", "load_units"]
