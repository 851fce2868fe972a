"""Reads for the ribbon, the tour and the search for a university."""

from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Length
from django.http import HttpRequest

from kervan.core.scope import Scope
from kervan.demo import cast, tour
from kervan.demo.build import may_rebuild
from kervan.demo.spellings import meant
from kervan.institutions.models import Institution

SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class Panel:
    """What the ribbon shows: who one is now, the cast, and the present step of the tour (None when it is over)."""

    current: cast.Persona | None
    others: list[cast.Persona]
    step: tour.Step | None
    number: int
    total: int
    url: str
    actor: cast.Persona | None
    is_my_turn: bool

    @property
    def next_number(self) -> int:
        return self.number + 1


def panel(request: HttpRequest) -> Panel | None:
    """The ribbon of this reader; None where there is nothing to tour."""
    office = request.office  # type: ignore[attr-defined]
    story = tour.story_of(office)
    if story is None:
        return None
    current = persona_of(request.user)
    index = tour.position(story, int(request.session.get(tour.SESSION_KEY, 0)))
    step = tour.STEPS[index] if index < len(tour.STEPS) else None
    actor = cast.by_code(step.persona) if step and step.persona else None
    return Panel(
        current=current,
        others=[one for one in cast.CAST if one is not current],
        step=step,
        number=index + 1,
        total=len(tour.STEPS),
        url=step.url(story) if step else "",
        actor=actor,
        is_my_turn=step is not None and (actor is None or actor is current),
    )


def persona_of(user: Any) -> cast.Persona | None:
    """The persona that an account plays."""
    return next((one for one in cast.CAST if one.email == getattr(user, "email", "")), None)


def suggestions(text: str) -> list[Institution]:
    """The first universities of the directory that a text means, those of Türkiye first."""
    if len(text.strip()) < 2:
        return []
    rows = meant(text)
    turkish = list(rows.filter(country="TR").order_by("sort_key")[:SUGGESTIONS])
    plain_first = rows.exclude(country="TR").order_by(Length("name"), "sort_key")
    others = list(plain_first[: SUGGESTIONS - len(turkish)])
    return [*turkish, *others]


def try_out(scope: Scope) -> dict[str, object]:
    """What the part of the first page needs; nothing outside a demonstration."""
    home = Institution.objects.filter(office_id=scope.office_id).first() if scope.office_id else None
    return {"home": home, "may_rebuild": may_rebuild(), "cast": cast.CAST}
