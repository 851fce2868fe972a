"""Which lines of agreements a call may offer: those of its programme's kind, perhaps at one partner only."""

from collections.abc import Mapping

from kervan.agreements.models import AgreementKind, Condition, Direction, StayKind
from kervan.selection.models import Call

KINDS: Mapping[str, AgreementKind] = {
    "erasmus-ka131": AgreementKind.ERASMUS,
    "erasmus-ka171": AgreementKind.KA171,
    "mevlana": AgreementKind.MEVLANA,
    "bilateral": AgreementKind.BILATERAL,
}


def kind_of(call: Call) -> AgreementKind | None:
    """Return the kind of agreement whose lines the call offers; None, any kind, for a programme of the office's own."""
    return KINDS.get(call.pack_version.programme)


def is_study_abroad(condition: Condition) -> bool:
    """Whether a line sends students to study; lines of staff and of trainees have no level and no term to wish for."""
    return condition.direction == Direction.OUTGOING and condition.kind == StayKind.STUDY


def is_of_kind(call: Call, condition: Condition) -> bool:
    """Whether a line belongs to an agreement of the call's kind."""
    kind = kind_of(call)
    return kind is None or condition.agreement_version.agreement.kind == kind


def is_at_partner(call: Call, condition: Condition) -> bool:
    """Whether a line is at the one partner that the call is limited to, if it is."""
    return call.partner_id is None or condition.agreement_version.agreement.institution_id == call.partner_id


def fits(call: Call, condition: Condition) -> bool:
    """Whether a call may offer a line at all."""
    return is_study_abroad(condition) and is_of_kind(call, condition) and is_at_partner(call, condition)
