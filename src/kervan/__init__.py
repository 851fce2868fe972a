"""Kervan: the software of a university's international relations office."""

__version__ = "2026.11"
