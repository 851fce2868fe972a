"""What should be known before a version is proposed, in words."""

from django.utils.translation import gettext as _

from kervan.agreements.rules import checks
from kervan.agreements.texts.lines import day
from kervan.core import years


def finding(one: checks.Finding) -> str:
    """Return one finding as a sentence."""
    words = {"day": day(one.day), "year": years.label(one.year) if one.year else ""}
    sentences = {
        checks.CHARTER_GONE: _("The partner has been missing in the list of Erasmus charters since %(day)s."),
        checks.CHARTER_EXPIRED: _("The partner’s Erasmus charter ends on %(day)s, before this agreement does."),
        checks.CHARTER_UNKNOWN: _("The directory knows no Erasmus charter of the partner. Both sides need one."),
        checks.OUTLIVES_PROGRAMME: _("The programme ends on %(day)s; the agreement should not last longer."),
        checks.NUMBERS_LATE: _("Numbers can be changed until the end of January before the year: now for %(year)s on."),
    }
    return sentences[one.code] % words
