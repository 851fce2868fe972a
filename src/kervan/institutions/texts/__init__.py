"""What is said about institutions, partners, contacts, visits and networks."""

from kervan.institutions.texts.charters import CHARTER_KINDS as CHARTER_KINDS
from kervan.institutions.texts.charters import charter_changes as charter_changes
from kervan.institutions.texts.charters import charter_counts as charter_counts
from kervan.institutions.texts.charters import charter_refusal as charter_refusal
from kervan.institutions.texts.directory import charter as charter
from kervan.institutions.texts.partners import FRESHNESS as FRESHNESS
from kervan.institutions.texts.partners import days as days
from kervan.institutions.texts.partners import field_label as field_label
from kervan.institutions.texts.partners import freshness as freshness
from kervan.institutions.texts.partners import freshness_sentence as freshness_sentence
from kervan.institutions.texts.partners import membership as membership
from kervan.institutions.texts.partners import not_asked as not_asked
from kervan.institutions.texts.partners import report_badge as report_badge
from kervan.institutions.texts.partners import roles as roles
