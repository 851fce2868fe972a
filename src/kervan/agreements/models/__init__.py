"""Agreements with versions, lines and use; how they come about; the partner's own way in."""

from kervan.agreements.models.agreements import Agreement as Agreement
from kervan.agreements.models.agreements import AgreementKind as AgreementKind
from kervan.agreements.models.agreements import AgreementState as AgreementState
from kervan.agreements.models.agreements import AgreementVersion as AgreementVersion
from kervan.agreements.models.agreements import Condition as Condition
from kervan.agreements.models.agreements import Direction as Direction
from kervan.agreements.models.agreements import LineUse as LineUse
from kervan.agreements.models.agreements import StayKind as StayKind
from kervan.agreements.models.agreements import VersionState as VersionState
from kervan.agreements.models.approval import Approval as Approval
from kervan.agreements.models.approval import ApprovalBody as ApprovalBody
from kervan.agreements.models.approval import ApprovalState as ApprovalState
from kervan.agreements.models.approval import Comment as Comment
from kervan.agreements.models.approval import PartnerAnswer as PartnerAnswer
from kervan.agreements.models.approval import Proposal as Proposal
from kervan.agreements.models.approval import ProposalState as ProposalState
from kervan.agreements.models.approval import Side as Side
from kervan.agreements.models.approval import Signature as Signature
from kervan.agreements.models.links import LinkCode as LinkCode
from kervan.agreements.models.links import LinkUse as LinkUse
from kervan.agreements.models.links import PartnerLink as PartnerLink
