"""Calls with places and caps, applications with wishes and files, scores, placement runs and outcomes, imports."""

from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kervan.agreements.models import Condition
from kervan.core.models import Owned, OwnedQuerySet, PackVersion, StoredFile
from kervan.core.scope import Role, Scope
from kervan.core.text import bilingual
from kervan.institutions.models import Institution, Level, Unit
from kervan.people.models import Person
from kervan.selection.states import ApplicationState, CallState, RunState

OFFICE_READERS = (Role.STAFF, Role.HEAD, Role.AUDITOR)
UNIT_READERS = (*OFFICE_READERS, Role.COORDINATOR)


class Door(models.TextChoices):
    KERVAN = "kervan", _("Here, in Kervan")
    PORTAL = "portal", _("On the national portal")
    BOTH = "both", _("Here or on the national portal")


class CallQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Announced calls are public; drafts are seen by the office and the auditor."""
        rows = self.in_office_of(scope)
        return rows if scope.has(*OFFICE_READERS) else rows.exclude(state=CallState.DRAFT)


class Call(Owned):
    """One call for applications: rules (a pinned pack version), places, dates, texts."""

    title_en = models.CharField(_("title in English"), max_length=200)
    title_tr = models.CharField(_("title in Turkish"), max_length=200)
    text_en = models.TextField(_("text in English"), blank=True)
    text_tr = models.TextField(_("text in Turkish"), blank=True)
    pack_version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("rules"))
    academic_year = models.PositiveSmallIntegerField(_("academic year"))
    door = models.CharField(_("applications are made"), max_length=8, choices=Door, default=Door.KERVAN)
    partner = models.ForeignKey(
        Institution,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("only places at"),
        help_text=_("Empty: places of all partners."),
    )
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    results_on = models.DateField(_("results by"), null=True, blank=True)
    waiver_days = models.PositiveSmallIntegerField(_("days to give up without loss"), default=5)
    max_wishes = models.PositiveSmallIntegerField(_("wishes at most"), default=5)
    mode = models.CharField(
        _("a freed place goes to"),
        max_length=8,
        default="reserve",
        choices=[("reserve", _("the best on its reserve list")), ("chain", _("everybody who moves up"))],
    )
    funded_places = models.PositiveIntegerField(_("places with a grant"), null=True, blank=True)
    seed = models.CharField(_("seed for ties"), max_length=40)
    is_invented = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=CallState, default=CallState.DRAFT)
    version = models.PositiveIntegerField(default=1)

    objects = CallQuerySet.as_manager()
    title = bilingual("title")
    text = bilingual("text")

    class Meta:
        indexes = [models.Index(fields=["office", "state", "closes_on"], name="call_state")]

    def __str__(self) -> str:
        return str(self.title)

    def _midnight(self, day: datetime) -> datetime:
        return day.replace(tzinfo=ZoneInfo(self.office.time_zone))

    @property
    def opens_at(self) -> datetime:
        return self._midnight(datetime.combine(self.opens_on, time.min))

    @property
    def deadline(self) -> datetime:
        """The midnight after the last day, in the office's zone, exclusive."""
        return self._midnight(datetime.combine(self.closes_on + timedelta(days=1), time.min))

    @property
    def is_open(self) -> bool:
        return self.state == CallState.ANNOUNCED and self.opens_at <= timezone.now() < self.deadline

    @property
    def is_closed(self) -> bool:
        return self.state != CallState.DRAFT and timezone.now() >= self.deadline

    @property
    def takes_applications_here(self) -> bool:
        return self.door in (Door.KERVAN, Door.BOTH)


class Term(models.TextChoices):
    AUTUMN = "autumn", _("Autumn term")
    SPRING = "spring", _("Spring term")
    YEAR = "year", _("Whole year")


class PlaceQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(call__in=Call.objects.visible_to(scope))


class Place(Owned):
    """An agreement line in one term, as offered in a call. Its uid is the key in the placement."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="places")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="+")
    line_uid = models.CharField(max_length=12)
    term = models.CharField(_("term"), max_length=6, choices=Term)
    capacity = models.PositiveSmallIntegerField(_("places"))
    reserve_quota = models.PositiveSmallIntegerField(_("reserve places"), default=0)
    months = models.DecimalField(_("months of one stay"), max_digits=4, decimal_places=1, default=5)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "line_uid", "term"], name="place_once")]

    def __str__(self) -> str:
        return f"{self.condition.agreement_version.agreement.institution}, {self.get_term_display()}"


class Cap(Owned):
    """A limit on the whole call: home quota by unit and level, partner total, … `dimensions`: [[name, value], …]."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="caps")
    label_en = models.CharField(max_length=200)
    label_tr = models.CharField(max_length=200)
    dimensions = models.JSONField(default=list, blank=True)
    measure = models.CharField(
        max_length=8, default="persons", choices=[("persons", _("people")), ("months", _("months"))]
    )
    maximum = models.DecimalField(_("at most"), max_digits=7, decimal_places=1)

    objects = PlaceQuerySet.as_manager()
    label = bilingual("label")

    def __str__(self) -> str:
        return str(self.label)


class ApplicationQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """One's own; the office and auditor all but drafts; a coordinator those of their units but drafts."""
        rows = self.in_office_of(scope)
        mine = models.Q(person_id=scope.person_id) if scope.person_id else models.Q(pk__in=[])
        handed_in = ~models.Q(state=ApplicationState.DRAFT)
        if scope.everywhere(*OFFICE_READERS):
            return rows.filter(mine | handed_in)
        units = scope.unit_ids(*UNIT_READERS)
        return rows.filter(mine | (handed_in & models.Q(unit_id__in=units))) if units else rows.filter(mine)

    def handed_in(self) -> Self:
        """All but drafts and those withdrawn before the results."""
        return self.exclude(state=ApplicationState.DRAFT)


class Application(Owned):
    """One person's application to one call. Submitting freezes the enrolment values beside it."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    door = models.CharField(max_length=8, choices=Door, default=Door.KERVAN)
    portal_number = models.CharField(_("number on the national portal"), max_length=40, blank=True)
    unit = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("study programme")
    )
    level = models.CharField(_("level"), max_length=10, choices=Level, blank=True)
    gpa_4 = models.DecimalField(_("grade average of 4"), max_digits=3, decimal_places=2, null=True, blank=True)
    gpa_100 = models.DecimalField(_("grade average of 100"), max_digits=5, decimal_places=2, null=True, blank=True)
    isced = models.CharField(_("field of study"), max_length=4, blank=True)
    exam_language = models.CharField(_("exam language"), max_length=2, blank=True)
    statement = models.TextField(_("why you want to go"), blank=True)
    returned_reason = models.TextField(_("what is missing"), blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)
    is_force_majeure = models.BooleanField(_("force majeure"), default=False)
    sort_key = models.CharField(max_length=250, editable=False, default="")
    state = models.CharField(max_length=10, choices=ApplicationState, default=ApplicationState.DRAFT)
    version = models.PositiveIntegerField(default=1)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "person"], name="application_once"),
            models.UniqueConstraint(
                fields=["call", "portal_number"], condition=~models.Q(portal_number=""), name="application_portal_once"
            ),
        ]
        indexes = [
            models.Index(fields=["call", "state", "id"], name="application_state"),
            models.Index(fields=["call", "sort_key", "id"], name="application_order"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.call}"


class PartQuerySet(OwnedQuerySet):
    """Parts of an application: whoever sees the application sees them."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(application__in=Application.objects.visible_to(scope))


class Wish(Owned):
    """One ranked wish, from 1."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="wishes")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="wishes")
    rank = models.PositiveSmallIntegerField()

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["application", "rank"], name="wish_rank_once"),
            models.UniqueConstraint(fields=["application", "place"], name="wish_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.place}"


class CheckState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("document", "To be checked")
    ACCEPTED = "accepted", pgettext_lazy("document", "Accepted")
    RETURNED = "returned", pgettext_lazy("document", "Returned")


class ApplicationDocument(Owned):
    """A file for one required document (`code` of the pack) or for a claimed point item (`claim`)."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    code = models.CharField(max_length=40)
    stored_file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="application_document")
    state = models.CharField(max_length=10, choices=CheckState, default=CheckState.WAITING)
    reason = models.CharField(max_length=300, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="document_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.application_id}"


class ExamResult(Owned):
    """The marks of one language exam or certificate; the CEFR level is stored beside the mark."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="exams")
    language = models.CharField(_("language"), max_length=2)
    written = models.DecimalField(_("written"), max_digits=5, decimal_places=2, null=True, blank=True)
    oral = models.DecimalField(_("oral"), max_digits=5, decimal_places=2, null=True, blank=True)
    mark = models.DecimalField(_("mark of 100"), max_digits=5, decimal_places=2, null=True, blank=True)
    level = models.CharField(_("CEFR level"), max_length=2, blank=True)
    was_absent = models.BooleanField(_("did not come"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "language"], name="exam_once")]

    def __str__(self) -> str:
        return f"{self.language} {self.mark}"


class PointClaim(Owned):
    """A claimed or noted point item of the pack. A special category keeps its kind sealed, `item` empty."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="claims")
    item = models.CharField(max_length=40, blank=True)
    sealed_item = models.TextField(blank=True)
    count = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=CheckState, default=CheckState.WAITING)

    objects = PartQuerySet.as_manager()

    def __str__(self) -> str:
        return self.item or "special"


class PriorStay(Owned):
    """Earlier stays and penalties that count in later calls. Written by services only."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="prior_stays")
    item = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=Level, blank=True)
    academic_year = models.PositiveSmallIntegerField()
    remark = models.CharField(max_length=200, blank=True)

    class QuerySet(OwnedQuerySet):
        def visible_to(self, scope: Scope) -> Self:
            return self.filter(person__in=Person.objects.visible_to(scope))

    objects = QuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.item} {self.academic_year}"


class Score(Owned):
    """The score of an application with all its parts. Parts of special items are sealed; all see the sum."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="score")
    academic = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    language = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    base = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    final = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    passes = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)
    parts = models.JSONField(default=list)
    sealed_parts = models.TextField(blank=True)
    made_at = models.DateTimeField()

    objects = PartQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["office", "-final", "id"], name="score_order")]

    def __str__(self) -> str:
        return str(self.final)


class PlacementRunQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office and auditor: all; leadership and coordinators: published ones."""
        rows = self.in_office_of(scope)
        if scope.everywhere(*OFFICE_READERS):
            return rows
        if scope.has(*UNIT_READERS, Role.LEADERSHIP):
            return rows.filter(state=RunState.PUBLISHED)
        return rows.none()


class PlacementRun(Owned):
    """A placement, or a succession after a withdrawal (`parent`): snapshot of inputs and result, certificate."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="runs")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=RunState, default=RunState.COMPUTING)
    snapshot = models.TextField(blank=True)
    input_sha256 = models.CharField(max_length=64, blank=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    certificate = models.JSONField(default=dict, blank=True)
    totals = models.JSONField(default=dict, blank=True)
    remark = models.TextField(blank=True)
    error = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    adopted_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = PlacementRunQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="run_number_once")]

    def __str__(self) -> str:
        return f"{self.call} #{self.number}"


class RunKeyQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(
            run__in=PlacementRun.objects.visible_to(scope), application__in=Application.objects.visible_to(scope)
        )


class RunKey(Owned):
    """Which application stands behind a key of the snapshot. Erasable: the snapshot stays, the person is gone."""

    run = models.ForeignKey(PlacementRun, on_delete=models.CASCADE, related_name="keys")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="run_keys")
    key = models.CharField(max_length=12)

    objects = RunKeyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="run_key_once")]

    def __str__(self) -> str:
        return self.key


class OutcomeQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """The office sees all runs; coordinators and applicants only what is published and theirs."""
        rows = self.in_office_of(scope)
        if scope.everywhere(*OFFICE_READERS):
            return rows
        return rows.filter(run__state=RunState.PUBLISHED, application__in=Application.objects.visible_to(scope))


class Outcome(Owned):
    """What one application got in one run; `wishes`: one entry per wish, code and parameters."""

    run = models.ForeignKey(PlacementRun, on_delete=models.CASCADE, related_name="outcomes")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="outcomes")
    rank = models.PositiveIntegerField(null=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    result = models.CharField(max_length=12)
    grant = models.CharField(max_length=12, blank=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="outcomes")
    wish_rank = models.PositiveSmallIntegerField(null=True)
    reserve_rank = models.PositiveIntegerField(null=True)
    is_promoted = models.BooleanField(default=False)
    rejections = models.JSONField(default=list, blank=True)
    wishes = models.JSONField(default=list, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "application"], name="outcome_once")]
        indexes = [
            models.Index(fields=["run", "result", "rank"], name="outcome_result"),
            models.Index(fields=["run", "rank"], name="outcome_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.result} {self.rank}"


class ImportKind(models.TextChoices):
    PORTAL = "portal", _("Applications of the national portal")
    EXAMS = "exams", _("Exam results")


class ImportState(models.TextChoices):
    MAPPING = "mapping", _("Columns to be chosen")
    PREVIEW = "preview", _("Preview")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")


class ImportQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Staff, head and auditor of the whole office."""
        return self.in_office_of(scope) if scope.everywhere(*OFFICE_READERS) else self.none()


class ImportBatch(Owned):
    """One uploaded table on its way into a call: columns, preview row by row, what was applied."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=8, choices=ImportKind, default=ImportKind.PORTAL)
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.MAPPING)
    mapping = models.JSONField(default=dict, blank=True)
    preview = models.JSONField(default=list, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ImportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class ImportMapping(Owned):
    """The columns an office chose for tables with the same header line; used again next time."""

    kind = models.CharField(max_length=8, choices=ImportKind)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "kind", "signature"], name="mapping_once")]

    def __str__(self) -> str:
        return self.signature
