"""Agreements: a head, immutable versions, conditions (the places) with a stable `line_uid`, and their use per year."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from kervan.core.identity import new_uid
from kervan.core.models import Owned, OwnedQuerySet
from kervan.core.rules.turkish import search_key
from kervan.core.scope import Role, Scope
from kervan.institutions.models import Institution, Unit


class AgreementKind(models.TextChoices):
    ERASMUS = "erasmus_iia", _("Erasmus+ inter-institutional agreement")
    MEVLANA = "mevlana", _("Mevlana protocol")
    BILATERAL = "bilateral", _("Bilateral agreement")


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
        found = self
        for word in search_key(text).split():
            here = models.Q(reference_key__contains=word) | models.Q(institution__search_key__contains=word)
            found = found.filter(here)
        return found


class Agreement(Owned):
    """The head: with whom, of which kind. What was agreed stands in its versions."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(_("kind"), max_length=12, choices=AgreementKind)
    reference = models.CharField(_("reference"), max_length=80)
    reference_key = models.CharField(max_length=80, editable=False, default="")
    state = models.CharField(_("state"), max_length=12, choices=AgreementState, default=AgreementState.DRAFT)
    ends_on = models.DateField(_("ends early on"), null=True, blank=True, help_text=_("Last day after a termination."))
    is_invented = models.BooleanField(_("invented for the demonstration"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "reference"], name="agreement_reference")]
        indexes = [models.Index(fields=["office", "state", "id"], name="agreement_state")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.institution}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the folded reference beside the written one."""
        self.reference_key = search_key(self.reference)[:80]
        super().save(*args, **kwargs)


class AgreementVersionQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(agreement__in=Agreement.objects.visible_to(scope))


class AgreementVersion(Owned):
    """What was agreed, word for word; immutable once in force."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    in_force_since = models.DateField(null=True)
    document = models.CharField(_("document that proves it"), max_length=200, blank=True)
    notes_en = models.TextField(blank=True)
    notes_tr = models.TextField(blank=True)

    objects = AgreementVersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once")]

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
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    kind = models.CharField(_("kind of stay"), max_length=12, choices=StayKind)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("our unit")
    )
    levels = models.JSONField(_("levels"), default=list, blank=True)
    fields = models.JSONField(_("fields of study (ISCED-F)"), default=list, blank=True)
    people_per_year = models.PositiveSmallIntegerField(_("people a year"))
    months_per_year = models.DecimalField(
        _("months a year in all"), max_digits=5, decimal_places=1, null=True, blank=True
    )
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
