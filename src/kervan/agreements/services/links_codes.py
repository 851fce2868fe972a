"""The code by mail: whoever decides for a partner must read the contact's mail, not only hold the address."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kervan.agreements import link_signing, mails
from kervan.agreements.models import LinkCode, PartnerLink
from kervan.agreements.rules import links as rules
from kervan.agreements.services.links_uses import Visit, note
from kervan.core.errors import NotPossible

WRONG_CODE = "code_wrong"


@transaction.atomic
def send_code(link: PartnerLink, visit: Visit) -> LinkCode:
    """Mail a new code to the contact; earlier ones open nothing any more.

    Raises NotPossible without a mail address, after three codes in an hour, and after forty wrong ones in a month.
    """
    PartnerLink.objects.select_for_update().get(pk=link.pk)
    now = timezone.now()
    _check_may_send(link, now)
    link.codes.filter(used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    digits = str(secrets.randbelow(10**rules.CODE_DIGITS)).zfill(rules.CODE_DIGITS)
    code = LinkCode(office_id=link.office_id, link=link, expires_at=now + rules.CODE_LASTS)
    code.digest = link_signing.code_digest(code, digits)
    code.save(force_insert=True)
    mails.write_code(link, code, digits)
    note(link, "code_sent", visit)
    return code


def _check_may_send(link: PartnerLink, now: datetime) -> None:
    if not link.email:
        raise NotPossible(_("We have no mail address of yours, so we cannot send you a code."))
    wrong = link.uses.filter(action=WRONG_CODE, at__gt=now - rules.WRONG_IN).count()
    if wrong >= rules.MOST_WRONG:
        raise NotPossible(
            _("Wrong codes were typed too often by this link. Please write to the office: you get a new one.")
        )
    later = rules.next_code_at(list(link.codes.values_list("made_at", flat=True)), now)
    if later:
        raise NotPossible(
            _("Three codes were sent within an hour. The next one can be sent at %(time)s.") % {"time": _time(later)}
        )


def _time(at: datetime) -> str:
    return formats.time_format(timezone.localtime(at), "H:i")


def confirm(link: PartnerLink, digits: str, visit: Visit) -> datetime:
    """Check a typed code; return until when the browser may decide. A wrong one is counted, then NotPossible."""
    now = timezone.now()
    verdict, left = _judged(link, digits, visit, now)
    if verdict == rules.RIGHT:
        return now + rules.DECIDES_FOR
    if verdict == rules.WRONG and left:
        raise NotPossible(
            ngettext(
                "“%(code)s” is not the code of the last mail. You can try %(count)d more time.",
                "“%(code)s” is not the code of the last mail. You can try %(count)d more times.",
                left,
            )
            % {"code": digits, "count": left}
        )
    if verdict in (rules.WRONG, rules.SPENT):
        raise NotPossible(_("A wrong code was typed five times. Ask for a new one."))
    raise NotPossible(_("No code waits: it was used already, or it is older than half an hour. Ask for a new one."))


@transaction.atomic
def _judged(link: PartnerLink, digits: str, visit: Visit, now: datetime) -> tuple[str, int]:
    """Judge a typed code and keep the attempt, committed before anything is answered."""
    PartnerLink.objects.select_for_update().get(pk=link.pk)
    code = link.codes.order_by("-pk").first()
    if code is None:
        return rules.NONE, 0
    stands = rules.Code(code.attempts, code.expires_at, code.used_at is not None)
    verdict = rules.judge_code(stands, is_same=link_signing.is_code(code, digits), now=now)
    if verdict == rules.WRONG:
        code.attempts += 1
        note(link, WRONG_CODE, visit)
    if verdict == rules.RIGHT:
        code.used_at = now
        note(link, "confirmed", visit)
    code.save(update_fields=["attempts", "used_at"])
    return verdict, rules.attempts_left(code.attempts)
