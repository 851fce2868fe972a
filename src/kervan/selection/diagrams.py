"""The life of a call as a picture, drawn from the same table of moves that the services read."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kervan.core.states import MoveTable
from kervan.selection.states import CALL_MOVES, CallState

MOVES: dict[str, str | Promise] = {
    "announce": gettext_lazy("announce"),
    "take_back": gettext_lazy("take back"),
    "score": gettext_lazy("score"),
    "publish": gettext_lazy("publish"),
    "finish": gettext_lazy("close for good"),
}
BOX_WIDTH, BOX_HEIGHT, GAP, TOP, BEND = 144, 44, 80, 48, 40


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its words and where it stands."""

    label: str
    x: int
    y: int
    middle: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move: its words, its line, the point of its tip and where the words stand."""

    label: str
    path: str
    tip: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """Boxes in a row, arrows to the right between them, back below them, onto themselves above them."""

    boxes: list[Box]
    arrows: list[Arrow]
    width: int
    height: int
    text: str


def of_call(state: str) -> Diagram:
    """Return the life of a call with the present state marked."""
    names = [one.value for one in CallState]
    labels = {one.value: str(one.label) for one in CallState}
    boxes = [Box(labels[name], _left(n), TOP, _left(n) + BOX_WIDTH // 2, name == state) for n, name in enumerate(names)]
    arrows = [
        _arrow(str(MOVES[move]), names.index(source), names.index(one.target))
        for move, one in CALL_MOVES.items()
        for source in one.sources
    ]
    return Diagram(
        boxes, arrows, _left(len(names)) - GAP + 1, TOP + BOX_HEIGHT + BEND + 24, in_words(CALL_MOVES, labels)
    )


def in_words(table: MoveTable, labels: dict[str, str]) -> str:
    """Return the moves as lines of text."""
    line = _("%(move)s: from “%(source)s” to “%(target)s”")
    return "\n".join(
        line % {"move": MOVES[move], "source": labels[source], "target": labels[one.target]}
        for move, one in table.items()
        for source in one.sources
    )


def _left(n: int) -> int:
    return 1 + n * (BOX_WIDTH + GAP)


def _arrow(label: str, source: int, target: int) -> Arrow:
    start, end, middle = _left(source), _left(target), TOP + BOX_HEIGHT // 2
    if target > source:
        begin = start + BOX_WIDTH
        return Arrow(label, f"M{begin} {middle}H{end - 6}", _tip(end, middle, -8, 0), (begin + end) // 2, middle - 8)
    if target == source:
        left, right = start + 44, start + BOX_WIDTH - 44
        path = f"M{left} {TOP}C{left} {TOP - 32} {right} {TOP - 32} {right} {TOP - 6}"
        return Arrow(label, path, _tip(right, TOP, 0, -8), start + BOX_WIDTH // 2, TOP - 32)
    low, begin, finish = TOP + BOX_HEIGHT, start + BOX_WIDTH // 2, end + BOX_WIDTH // 2
    path = f"M{begin} {low}C{begin} {low + BEND} {finish} {low + BEND} {finish} {low + 6}"
    return Arrow(label, path, _tip(finish, low, 0, 8), (begin + finish) // 2, low + BEND + 8)


def _tip(x: int, y: int, dx: int, dy: int) -> str:
    """The three corners of an arrow head whose point is at (x, y) and whose back lies at (dx, dy) from it."""
    if dx:
        return f"{x},{y} {x + dx},{y - 5} {x + dx},{y + 5}"
    return f"{x},{y} {x - 5},{y + dy} {x + 5},{y + dy}"
