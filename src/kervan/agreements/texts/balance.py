"""Balance and use in words."""

from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kervan.agreements.rules import balance

TONES = {balance.NOBODY: "", balance.EVEN: "ok", balance.SENT_MORE: "warn", balance.RECEIVED_MORE: "info"}


def leaning(figures: balance.Year) -> str:
    """Say in words which way a balance leans, and by how many people."""
    count = abs(figures.difference)
    if figures.leaning == balance.SENT_MORE:
        words = ngettext("We sent %(count)d person more", "We sent %(count)d people more", count)
        return words % {"count": count}
    if figures.leaning == balance.RECEIVED_MORE:
        words = ngettext("We received %(count)d person more", "We received %(count)d people more", count)
        return words % {"count": count}
    return _("As many went as came") if figures.leaning == balance.EVEN else _("Nobody went or came")


def badge(row: Any) -> tuple[str, str]:
    """Return words and tone of a partner row `with_balance`."""
    figures = balance.Year(used_out=balance.Amount(row.used_out), used_in=balance.Amount(row.used_in))
    return leaning(figures), TONES[figures.leaning]


def months(amount: balance.Amount) -> str:
    """Return the months of an amount, or its days where only days are agreed; empty for none."""
    if amount.months:
        return _("%(months)s months") % {"months": formats.number_format(amount.months.normalize(), use_l10n=True)}
    if amount.days:
        return ngettext("%(count)d day", "%(count)d days", amount.days) % {"count": amount.days}
    return ""


def total(amount: balance.Amount, years: int | None) -> str:
    """Say what a line grants over its whole agreement: people times years."""
    if years is None:
        return _("without end")
    words = ngettext("%(people)d in %(years)d year", "%(people)d in %(years)d years", years)
    return words % {"people": amount.people, "years": years}
