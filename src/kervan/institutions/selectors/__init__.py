"""Institutions, partners and whom we know there, as pages need them."""

from kervan.institutions.selectors.directory import Branch as Branch
from kervan.institutions.selectors.directory import by_charter as by_charter
from kervan.institutions.selectors.directory import country_choices as country_choices
from kervan.institutions.selectors.directory import country_name as country_name
from kervan.institutions.selectors.directory import tree_of as tree_of
from kervan.institutions.selectors.directory import units_of as units_of
