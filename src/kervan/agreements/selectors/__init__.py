"""Agreements as pages, calls and queues need them, each in a stated number of queries."""

from kervan.agreements.selectors.agreements import Line as Line
from kervan.agreements.selectors.agreements import draft_of as draft_of
from kervan.agreements.selectors.agreements import events_of as events_of
from kervan.agreements.selectors.agreements import in_standing as in_standing
from kervan.agreements.selectors.agreements import lines_of as lines_of
from kervan.agreements.selectors.agreements import open_version as open_version
from kervan.agreements.selectors.agreements import quota as quota
from kervan.agreements.selectors.agreements import shown as shown
from kervan.agreements.selectors.agreements import standing as standing
from kervan.agreements.selectors.agreements import uses_of as uses_of
from kervan.agreements.selectors.agreements import versions_of as versions_of
from kervan.agreements.selectors.agreements import with_figures as with_figures
from kervan.agreements.selectors.offers import OfferableLine as OfferableLine
from kervan.agreements.selectors.offers import offerable_lines as offerable_lines
from kervan.agreements.selectors.versions import answers_of as answers_of
from kervan.agreements.selectors.versions import approvals_of as approvals_of
from kervan.agreements.selectors.versions import bodies_for as bodies_for
from kervan.agreements.selectors.versions import comments_of as comments_of
from kervan.agreements.selectors.versions import current as current
from kervan.agreements.selectors.versions import digest_of as digest_of
from kervan.agreements.selectors.versions import has_decisions as has_decisions
from kervan.agreements.selectors.versions import next_approval as next_approval
from kervan.agreements.selectors.versions import signatures_of as signatures_of
from kervan.agreements.selectors.versions import step as step
from kervan.agreements.selectors.versions import versions_for_partner as versions_for_partner
