"""Outcomes in words: the codes of a stored outcome through `reasons`, with the names of places and caps put in."""

from kervan.selection.models import Outcome


def result_lines(outcome: Outcome) -> list[str]:
    """Return the result and its reasons as sentences."""
    return [outcome.result]
