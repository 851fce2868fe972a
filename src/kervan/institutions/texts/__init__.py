"""What is said about institutions, partners, contacts, visits and networks."""

from kervan.institutions.texts.directory import charter as charter
from kervan.institutions.texts.partners import freshness as freshness
from kervan.institutions.texts.partners import freshness_sentence as freshness_sentence
from kervan.institutions.texts.partners import roles as roles
