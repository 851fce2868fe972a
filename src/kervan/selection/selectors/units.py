"""The office's own units as the placement knows them, read once for a whole call."""

from collections.abc import Mapping
from dataclasses import dataclass

from kervan.core.models import Office
from kervan.institutions.models import Unit


@dataclass(frozen=True, slots=True)
class HomeUnits:
    """uids: key of a unit -> its identifier. paths: identifier -> chain of keys ("12/57/")."""

    uids: Mapping[int, str]
    paths: Mapping[str, str]

    def faculty_of(self, unit: Unit | None) -> str:
        """Return the unit at the top of a unit's chain, "" if there is none."""
        return self.uids.get(int(unit.path.split("/")[0]), "") if unit and unit.path else ""

    def covered_by(self, unit: Unit | None) -> tuple[str, ...]:
        """Return the units whose people a line agreed for this unit takes; none at all when it is for everybody.

        A faculty stands for itself, since applicants carry it; any lower unit brings along everything under it.
        """
        if unit is None:
            return ()
        below = (uid for uid, path in self.paths.items() if path.startswith(unit.path))
        return (unit.uid,) if unit.parent_id is None else tuple(sorted({unit.uid, *below}))


def home_units(office: Office | int) -> HomeUnits:
    """Return the units of the office's own institution. One query."""
    rows = list(Unit.objects.filter(institution__office=office).values_list("pk", "uid", "path"))
    return HomeUnits({pk: uid for pk, uid, _path in rows}, {uid: path for _pk, uid, path in rows})
