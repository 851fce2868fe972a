"""Writes: one function per thing the office or an applicant does."""
