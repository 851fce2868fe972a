"""Institutions and units (shared by all offices), and what one office knows about its partners."""

from kervan.institutions.models.directory import Institution as Institution
from kervan.institutions.models.directory import InstitutionQuerySet as InstitutionQuerySet
from kervan.institutions.models.directory import Level as Level
from kervan.institutions.models.directory import Unit as Unit
from kervan.institutions.models.directory import UnitKind as UnitKind
from kervan.institutions.models.directory import UnitQuerySet as UnitQuerySet
from kervan.institutions.models.partners import Contact as Contact
from kervan.institutions.models.partners import ContactRole as ContactRole
from kervan.institutions.models.partners import FactSheet as FactSheet
from kervan.institutions.models.partners import Network as Network
from kervan.institutions.models.partners import Partner as Partner
from kervan.institutions.models.partners import PartnerState as PartnerState
from kervan.institutions.models.partners import Visit as Visit
from kervan.institutions.models.partners import VisitKind as VisitKind
