"""What it means that an institution is missing in a newer list of charters."""

from datetime import date

GONE, ENDED = "gone", "ended"


def standing_of_missing(charter_until: date | None, of_day: date) -> str:
    """Say what happened to a charter that a list of a certain day does not hold any more.

    `ended`: it ran out before that day. `gone`: it would still run, so it was withdrawn or given back:
    exchange under it is not possible any more.
    Source: Erasmus charter for higher education, monitoring: a charter may be withdrawn at any time of its validity.
    """
    return ENDED if charter_until is None or charter_until < of_day else GONE
