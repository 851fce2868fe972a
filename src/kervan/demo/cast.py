"""The people who play the demonstration: one account for each way of looking at the same call. All invented."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kervan.core.scope import Role


@dataclass(frozen=True, slots=True)
class Persona:
    """One role of the switcher. `in_faculty`: the role is bounded to one faculty. Applicants hold no role."""

    code: str
    given: str
    family: str
    label: str | Promise
    sentence: str | Promise
    roles: tuple[Role, ...] = ()
    in_faculty: bool = False
    language: str = "en"

    @property
    def email(self) -> str:
        return f"{self.code}@demo.example"

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


ELIF = Persona("elif", "Elif", "Kaya", _("Office"), _("checks files, scores, places"), (Role.STAFF,))
LEYLA = Persona(
    "leyla", "Leyla", "Demir", _("Head of office"), _("releases the results"), (Role.HEAD, Role.SPECIAL_READER)
)
MERT = Persona("mert", "Mert", "Yıldız", _("Coordinator"), _("sees one faculty"), (Role.COORDINATOR,), in_faculty=True)
AYSE = Persona("ayse", "Ayşe", "Çelik", _("Applicant"), _("hopes for a place"))
EMRE = Persona("emre", "Emre", "Şahin", _("Angry applicant"), _("missed a place by little"))
RANA = Persona("rana", "Rana", "Aydın", _("Leadership"), _("sees totals only"), (Role.LEADERSHIP,))
DENIZ = Persona("deniz", "Deniz", "Arslan", _("Auditor"), _("reads all, changes nothing"), (Role.AUDITOR,))
ADA = Persona("ada", "Ada", "Koç", _("Administrator"), _("manages accounts"), (Role.ADMINISTRATOR,))
MEMBERS = (ELIF, LEYLA, MERT, RANA, DENIZ, ADA)
CAST = (ELIF, LEYLA, MERT, AYSE, EMRE, RANA, DENIZ, ADA)


def by_code(code: str) -> Persona | None:
    """Return a persona by its short name."""
    return next((one for one in CAST if one.code == code), None)
