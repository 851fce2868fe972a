"""What all steps of building share: for whom, from which seed, on which day."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kervan.core import years
from kervan.core.models import Office
from kervan.demo.history import Past
from kervan.demo.invention.draw import uid_for
from kervan.institutions.models import Institution, Unit
from kervan.people.models import Person, User


@dataclass
class World:
    """The demonstration while it is built. Everything but the dates follows from `seed` and the university."""

    home: Institution
    seed: str
    today: date
    office: Office = field(init=False)
    faculties: list[Unit] = field(default_factory=list)
    programmes: list[Unit] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    past: list[Past] = field(default_factory=list)

    @property
    def academic_year(self) -> int:
        """The year that people apply for: the next one."""
        return years.of(self.today) + 1

    @property
    def has_erasmus(self) -> bool:
        return bool(self.home.erasmus_code)

    def uid(self, *key: object) -> str:
        """The identifier of one thing of this world."""
        return uid_for(self.seed, home_key(self.home), *key)

    def at(self, days_ago: int, hour: int = 10, minute: int = 0) -> datetime:
        """A moment some days ago, in the office's zone."""
        day = datetime.combine(self.today - timedelta(days=days_ago), time(hour, minute))
        return day.replace(tzinfo=ZoneInfo(self.office.time_zone))

    def happened(self, at: datetime, row: Any, kind: str, actor: Any, **values: Any) -> None:
        """Keep an event for the history."""
        self.past.append(Past(at, row._meta.model_name, row.uid, kind, actor, values))


def home_key(home: Institution) -> str:
    """What a university is known by everywhere: PIC, else code, else name."""
    return home.pic or home.erasmus_code or home.name
