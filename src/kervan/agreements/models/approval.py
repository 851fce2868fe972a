"""How an agreement comes about: a department's proposal, our bodies' decisions, the partner's answer, signatures."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kervan.agreements.models.agreements import Agreement, AgreementKind, AgreementVersion
from kervan.agreements.models.links import PartnerLink
from kervan.core.models import Owned, OwnedQuerySet
from kervan.core.scope import Role, Scope
from kervan.core.text import bilingual
from kervan.institutions.models import Institution, Unit
from kervan.people.models import Person


class Side(models.TextChoices):
    OURS = "ours", _("Our university")
    PARTNER = "partner", _("The partner")


class ProposalState(models.TextChoices):
    SUBMITTED = "submitted", _("Handed in")
    RETURNED = "returned", _("Returned with a question")
    TAKEN_UP = "taken_up", _("Taken up")
    DECLINED = "declined", _("Not taken up")
    WITHDRAWN = "withdrawn", _("Taken back")


class ProposalQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office, auditor, leadership: all; coordinators: of their units; whoever made it: their own."""
        rows = self.in_office_of(scope)
        if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP):
            return rows
        if not scope.person_id:
            return rows.none()
        units = scope.unit_ids(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.COORDINATOR)
        return rows.filter(Q(unit_id__in=units) | Q(made_by_id=scope.person_id))


class Proposal(Owned):
    """A department asks the office for an agreement with somebody; what it wants, and what became of it."""

    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("our unit")
    )
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner")
    )
    institution_name = models.CharField(
        _("name of the university, when not in the directory"), max_length=300, blank=True
    )
    kind = models.CharField(_("kind"), max_length=14, choices=AgreementKind)
    purpose = models.TextField(_("why, and for whom"))
    fields = models.JSONField(_("fields of study (ISCED-F)"), default=list, blank=True)
    people_per_year = models.PositiveSmallIntegerField(_("people a year, about"), null=True, blank=True)
    contact = models.TextField(_("whom you know there"), blank=True)
    answer = models.TextField(_("the office's answer"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.SUBMITTED)
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals")
    made_at = models.DateTimeField(auto_now_add=True)
    is_invented = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["office", "state", "id"], name="proposal_state")]

    def __str__(self) -> str:
        return f"{self.institution or self.institution_name}"


class ApprovalBody(Owned):
    """A body that decides on agreements (department board, faculty board, senate, rectorate), in this order.

    `kinds`: kinds of agreement it decides on; empty: all.
    """

    name_en = models.CharField(_("name in English"), max_length=120)
    name_tr = models.CharField(_("name in Turkish"), max_length=120)
    kinds = models.JSONField(_("decides on"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = OwnedQuerySet.as_manager()
    name = bilingual("name")

    class Meta:
        indexes = [models.Index(fields=["office", "position", "id"], name="approval_body_order")]

    def __str__(self) -> str:
        return str(self.name)


class ApprovalState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    DROPPED = "dropped", _("Not asked any more")


class OfVersionQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Whoever sees the agreement."""
        return self.filter(agreement_version__agreement__in=Agreement.objects.visible_to(scope))


class Approval(Owned):
    """One body's decision on one version, with date and number. `digest`: the words it decided on.

    A version that is taken back and proposed again begins a new `round`; former decisions stay.
    """

    agreement_version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="approvals")
    round = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    name_en = models.CharField(max_length=120)
    name_tr = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=ApprovalState, default=ApprovalState.WAITING)
    decided_on = models.DateField(_("day of the decision"), null=True, blank=True)
    decision_number = models.CharField(_("number of the decision"), max_length=60, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    digest = models.CharField(max_length=64, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(null=True)

    objects = OfVersionQuerySet.as_manager()
    name = bilingual("name")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement_version", "round", "position"], name="approval_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class PartnerAnswer(Owned):
    """What the partner said to a version, by the link or as the office recorded it from a letter."""

    agreement_version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="answers")
    is_accepted = models.BooleanField()
    name = models.CharField(_("name"), max_length=200)
    function = models.CharField(_("function"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    digest = models.CharField(max_length=64)
    link = models.ForeignKey(PartnerLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = OfVersionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}: {self.is_accepted}"


class Signature(Owned):
    """Who signed a version for which side, and when."""

    agreement_version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="signatures")
    side = models.CharField(_("side"), max_length=8, choices=Side)
    name = models.CharField(_("name"), max_length=200)
    function = models.CharField(_("function"), max_length=200, blank=True)
    signed_on = models.DateField(_("signed on"))
    digest = models.CharField(max_length=64, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement_version", "side"], name="signature_of_side_once")]

    def __str__(self) -> str:
        return f"{self.side}: {self.name}"


class Comment(Owned):
    """A remark on a version, from our office or from the partner."""

    agreement_version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="comments")
    side = models.CharField(max_length=8, choices=Side)
    name = models.CharField(_("name"), max_length=200)
    text = models.TextField(_("comment"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    link = models.ForeignKey(PartnerLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agreement_version", "id"], name="comment_order")]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"
