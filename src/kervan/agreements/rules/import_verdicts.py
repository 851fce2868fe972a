"""What a table of agreement lines would change of what is here already."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kervan.agreements.rules.importing import LINE_FIELDS, Problem

CREATE, CHANGE, SAME, REFUSE = "create", "change", "same", "refuse"
ACTIONS = (CREATE, CHANGE, SAME, REFUSE)

# How an agreement that is here already takes changes from a table.
OPEN, TOUCHED, DECIDED = "open", "touched", "decided"
_KEY_FIELDS = ("direction", "stay", "unit", "partner_unit", "levels", "fields", "terms")


@dataclass(frozen=True, slots=True)
class Existing:
    """An agreement that is here under the same reference. lines: line_uid -> what it says. standing: OPEN (a draft that
    nobody touched), TOUCHED (a draft that somebody worked on), DECIDED (proposed, in force, ended)."""

    standing: str
    lines: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row would do. line_uid: the line that it is about, when there is one already.

    changes: (field, before, after) in the order of LINE_FIELDS.
    """

    action: str
    line_uid: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def judge(lines: Sequence[Mapping[str, str]], existing: Existing | None) -> list[Verdict]:
    """Say for each line of one agreement what it would do, in the same order.

    lines: as the rows say them, remark included. A line that says word for word what another row or a stored line says
    changes nothing. What remains is paired with stored lines of the same direction, kind, unit, levels, fields and
    terms, in order: those would be changed. The rest would be created. Stored lines that the table does not name stay.
    An agreement that somebody worked on since, or that was decided on, is not changed by a table: such rows are
    refused.
    """
    stored = dict(existing.lines) if existing else {}
    equal = _by_key(stored, _words)
    verdicts: dict[int, Verdict] = {}
    seen: set[tuple[str, ...]] = set()
    for at, line in enumerate(lines):
        key = _words(line)
        if equal.get(key):
            uid = equal[key].pop(0)
            del stored[uid]
            verdicts[at] = Verdict(SAME, uid)
        elif key in seen:
            verdicts[at] = Verdict(SAME)
        seen.add(key)
    near = _by_key(stored, _line_key)
    for at, line in enumerate(lines):
        if at not in verdicts:
            uids = near.get(_line_key(line), [])
            uid = uids.pop(0) if uids else ""
            verdicts[at] = Verdict(CHANGE if uid else CREATE, uid, differences(stored.get(uid, {}), line))
    return [_guarded(verdicts[at], existing) for at in range(len(lines))]


def _by_key(
    stored: Mapping[str, Mapping[str, str]], key: Callable[[Mapping[str, str]], tuple[str, ...]]
) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for uid, line in stored.items():
        found.setdefault(key(line), []).append(uid)
    return found


def _words(line: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(line.get(name, "") for name in LINE_FIELDS)


def _line_key(line: Mapping[str, str]) -> tuple[str, ...]:
    """By what a line is known again; of a line without a unit the first line of its remark may name one."""
    head = "" if line.get("unit") else line.get("remark", "").split("\n")[0]
    return (*(line.get(name, "") for name in _KEY_FIELDS), head)


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Return (field, before, after) of all that differs, in the order of LINE_FIELDS."""
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in LINE_FIELDS)
    return tuple(one for one in pairs if one[1] != one[2])


def _guarded(verdict: Verdict, existing: Existing | None) -> Verdict:
    if existing is None or existing.standing == OPEN or verdict.action == SAME:
        return verdict
    code = "agreement_touched" if existing.standing == TOUCHED else "agreement_decided"
    return replace(verdict, action=REFUSE, changes=(), problems=(Problem(code),))


def totals(actions: Iterable[str]) -> dict[str, int]:
    """Count the rows by what they do."""
    counted = Counter(actions)
    return {action: counted[action] for action in ACTIONS}
