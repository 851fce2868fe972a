"""Conversion of grade averages between scales."""

import csv
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "data" / "tr-gpa-4-to-100.csv"
COLUMNS = {"cut": "score_100_truncated", "rounded": "score_100_rounded"}
LOWEST, HIGHEST = Decimal("1.00"), Decimal("4.00")


class AverageRefused(ValueError):
    """A grade average that the table does not hold; `allowed` says which it holds."""

    allowed = f"a grade average from {LOWEST} to {HIGHEST} with at most two decimals"

    def __init__(self, average: Decimal) -> None:
        self.average = average
        super().__init__(f"{average} is not {self.allowed}")


@lru_cache
def table(column: str) -> dict[Decimal, Decimal]:
    """The 4 to 100 table: average of 4 -> mark of 100, both with two decimals. column: "cut" or "rounded"."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {Decimal(row["gpa_4"]): Decimal(row[COLUMNS[column]]) for row in csv.DictReader(file)}


def to_100(average: Decimal, column: str) -> Decimal:
    """Convert a grade average of 4.00 to the 100 scale by looking it up.

    average: 1.00 to 4.00, at most two decimals, never rounded here.  column: whether the table's third decimal was
    "cut" or "rounded", a setting of the rule pack.  Returns 30 to 100, two decimals.  Raises AverageRefused for an
    average outside the table or with more decimals, KeyError for an unknown column.
    Source: linear from 1.00 = 30 to 4.00 = 100; published points 2.00 = 53.33, 2.20 = 58, 2.50 = 65, 2.74 = 70.60.
    """
    marks = table(column)
    if not average.is_finite() or average not in marks:
        raise AverageRefused(average)
    return marks[average]
