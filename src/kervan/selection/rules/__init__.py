"""Decisions of the selection as plain functions: no Django, no database, no clock."""
