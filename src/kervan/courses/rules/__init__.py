"""Rules of grades and credits: pure functions."""
