"""The lives of an agreement, of a version of it and of a proposal.

Whether an agreement has ended by its date is computed (`rules.quotas.standing`), never stored.
"""

from kervan.agreements.models import AgreementState as S
from kervan.agreements.models import ApprovalState, ProposalState
from kervan.agreements.models import VersionState as V
from kervan.core.states import Move

AGREEMENT_MOVES = {
    "put_in_force": Move((S.DRAFT,), S.IN_FORCE),
    "renew": Move((S.IN_FORCE,), S.IN_FORCE),
    "terminate": Move((S.IN_FORCE,), S.TERMINATED),
    "take_back_end": Move((S.TERMINATED,), S.IN_FORCE),
}
VERSION_MOVES = {
    "propose": Move((V.DRAFT,), V.PROPOSED),
    "approve": Move((V.PROPOSED,), V.APPROVED),
    "agree": Move((V.APPROVED,), V.AGREED),
    "refuse": Move((V.PROPOSED, V.APPROVED), V.REFUSED),
    "take_back": Move((V.PROPOSED, V.APPROVED, V.AGREED, V.REFUSED), V.DRAFT),
    "put_in_force": Move((V.AGREED,), V.IN_FORCE),
    "record_in_force": Move((V.DRAFT,), V.IN_FORCE),
    "supersede": Move((V.IN_FORCE,), V.SUPERSEDED),
}
APPROVAL_MOVES = {
    "approve": Move((ApprovalState.WAITING,), ApprovalState.APPROVED),
    "refuse": Move((ApprovalState.WAITING,), ApprovalState.REFUSED),
    "drop": Move((ApprovalState.WAITING,), ApprovalState.DROPPED),
}
PROPOSAL_MOVES = {
    "return": Move((ProposalState.SUBMITTED,), ProposalState.RETURNED),
    "submit": Move((ProposalState.RETURNED,), ProposalState.SUBMITTED),
    "take_up": Move((ProposalState.SUBMITTED, ProposalState.RETURNED), ProposalState.TAKEN_UP),
    "decline": Move((ProposalState.SUBMITTED, ProposalState.RETURNED), ProposalState.DECLINED),
    "withdraw": Move((ProposalState.SUBMITTED, ProposalState.RETURNED), ProposalState.WITHDRAWN),
}
# A version in one of these states waits for something; refused ones and those in force do not.
OPEN = (V.DRAFT, V.PROPOSED, V.APPROVED, V.AGREED)
# What the partner may see of a version that is not in force.
SHOWN_TO_PARTNER = (V.APPROVED, V.AGREED, V.REFUSED)
