"""The life of an agreement. Whether it has ended by its date is computed (`rules.quotas.standing`), never stored."""

from kervan.agreements.models import AgreementState as S
from kervan.core.states import Move

AGREEMENT_MOVES = {
    "put_in_force": Move((S.DRAFT,), S.IN_FORCE),
    "renew": Move((S.IN_FORCE,), S.IN_FORCE),
    "terminate": Move((S.IN_FORCE,), S.TERMINATED),
}
