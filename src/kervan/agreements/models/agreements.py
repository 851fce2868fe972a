"""Agreements: a head, immutable versions, conditions (the places) with a stable `line_uid`, and their use per year."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kervan.core.identity import new_uid
from kervan.core.models import Owned, OwnedQuerySet
from kervan.core.rules.turkish import search_key
from kervan.core.scope import Role, Scope
from kervan.core.search_index import holding
from kervan.institutions.models import Institution, Unit


class AgreementKind(models.TextChoices):
    ERASMUS = "erasmus_iia", _("Erasmus+ inter-institutional agreement")
    MEVLANA = "mevlana", _("Mevlana protocol")
    KA171 = "ka171", _("Erasmus+ agreement beyond the programme countries (KA171)")
    BILATERAL = "bilateral", _("Bilateral agreement")
    MOU = "mou", _("Memorandum of understanding")
    DOUBLE_DEGREE = "double_degree", _("Double degree agreement")


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    TERMINATED = "terminated", _("Terminated")


class AgreementQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office, leadership, auditor: all; coordinator: with a line of their units or of no unit; others: none."""
        rows = self.in_office_of(scope)
        if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP):
            return rows
        units = scope.unit_ids(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.COORDINATOR)
        if not units and not scope.has(Role.COORDINATOR):
            return rows.none()
        lines = Condition.objects.filter(models.Q(unit__in=units) | models.Q(unit__isnull=True))
        return rows.filter(pk__in=lines.values("agreement_version__agreement_id"))

    def matching(self, text: str) -> Self:
        """Rows whose folded reference or partner holds every word of the text."""
        return self.filter(holding(text, pk=Agreement, institution=Institution))


class Agreement(Owned):
    """The head: with whom, of which kind. What was agreed stands in its versions."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(_("kind"), max_length=14, choices=AgreementKind)
    reference = models.CharField(_("reference"), max_length=80)
    reference_key = models.CharField(max_length=80, editable=False, default="")
    state = models.CharField(_("state"), max_length=12, choices=AgreementState, default=AgreementState.DRAFT)
    ends_on = models.DateField(_("ends early on"), null=True, blank=True, help_text=_("Last day after a termination."))
    told_on = models.DateField(_("termination told on"), null=True, blank=True)
    ended_by = models.CharField(
        _("ended by"),
        max_length=7,
        blank=True,
        choices=[("us", _("us")), ("partner", _("the partner")), ("both", _("both together"))],
    )
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("who looks after it"),
    )
    sample_of = models.CharField(
        _("whose agreements these are"),
        max_length=200,
        blank=True,
        help_text=_("Not ours: agreements of another university, brought in to try the software."),
    )
    is_invented = models.BooleanField(_("invented for the demonstration"), default=False)
    version = models.PositiveIntegerField(default=1)
    searched_by: ClassVar[str] = "reference_key"

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "reference"], name="agreement_reference")]
        indexes = [
            models.Index(fields=["office", "state", "id"], name="agreement_state"),
            models.Index(fields=["office", "responsible"], name="agreement_responsible"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.institution}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the folded reference beside the written one."""
        self.reference_key = search_key(self.reference)[:80]
        super().save(*args, **kwargs)


class AgreementVersionQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(agreement__in=Agreement.objects.visible_to(scope))


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waits for our decisions")
    APPROVED = "approved", _("Approved by us")
    AGREED = "agreed", _("Agreed by both")
    REFUSED = "refused", _("Refused")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Replaced by a newer version")


class AgreementVersion(Owned):
    """What was agreed, word for word; immutable from the moment it is proposed. `digest`: of the words proposed."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    digest = models.CharField(max_length=64, blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    proposed_on = models.DateField(_("proposed on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    in_force_since = models.DateField(null=True)
    document = models.CharField(_("document that proves it"), max_length=200, blank=True)
    document_number = models.CharField(_("number in the document system"), max_length=60, blank=True)
    body_en = models.TextField(_("text in English"), blank=True)
    body_tr = models.TextField(_("text in Turkish"), blank=True)
    change_reason = models.CharField(_("why this version"), max_length=300, blank=True)
    notes_en = models.TextField(blank=True)
    notes_tr = models.TextField(blank=True)

    objects = AgreementVersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once")]
        indexes = [
            models.Index(fields=["state", "valid_until", "agreement"], name="version_last_day"),
            models.Index(
                fields=["agreement", "state"], name="version_waiting", condition=models.Q(in_force_since__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.reference} v{self.number}"


class Direction(models.TextChoices):
    OUTGOING = "outgoing", _("Outgoing")
    INCOMING = "incoming", _("Incoming")


class StayKind(models.TextChoices):
    STUDY = "study", _("Study")
    TRAINEESHIP = "traineeship", _("Traineeship")
    TEACHING = "teaching", _("Teaching")
    TRAINING = "training", _("Staff training")


class ConditionQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(agreement_version__agreement__in=Agreement.objects.visible_to(scope))


class Condition(Owned):
    """One line: how many people and months a year, for whom. `line_uid` stays the same through all versions."""

    agreement_version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="conditions")
    line_uid = models.CharField(max_length=12, default=new_uid, editable=False)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction, blank=True)
    kind = models.CharField(_("kind of stay"), max_length=12, choices=StayKind, blank=True)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("our unit")
    )
    levels = models.JSONField(_("levels"), default=list, blank=True)
    fields = models.JSONField(_("fields of study (ISCED-F)"), default=list, blank=True)
    people_per_year = models.PositiveSmallIntegerField(_("people a year"), null=True, blank=True)
    months_per_year = models.DecimalField(
        _("months a year in all"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    days_per_year = models.PositiveSmallIntegerField(_("days a year in all"), null=True, blank=True)
    is_blended = models.BooleanField(_("blended"), default=False)
    partner_unit = models.CharField(_("the partner's unit"), max_length=200, blank=True)
    fields_key = models.CharField(max_length=200, editable=False, default="")
    terms = models.JSONField(_("terms"), default=list, blank=True)
    languages = models.JSONField(
        _("languages"), default=list, blank=True, help_text="[{language, level, demand: required|recommended}]"
    )
    notes_en = models.TextField(_("remark in English"), blank=True)
    notes_tr = models.TextField(_("remark in Turkish"), blank=True)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement_version", "line_uid"], name="condition_line_once")]
        indexes = [models.Index(fields=["office", "line_uid"], name="condition_line")]

    def __str__(self) -> str:
        return f"{self.line_uid}: {self.people_per_year}"


class LineUseQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        rows = self.in_office_of(scope)
        lines = Condition.objects.visible_to(scope).values("line_uid")
        return rows.filter(line_uid__in=lines)


class LineUse(Owned):
    """How much of a line is used in an academic year, by source (a call, later a stay). Written by services only."""

    line_uid = models.CharField(max_length=12)
    academic_year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=40)
    people = models.PositiveIntegerField(default=0)
    months = models.DecimalField(max_digits=7, decimal_places=1, default=0)

    objects = LineUseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "line_uid", "academic_year", "source"], name="line_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line_uid} {self.academic_year}: {self.people}"
