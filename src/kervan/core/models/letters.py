"""Letters and mails from templates that the office writes itself, and every document that was issued."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kervan.core.models.base import OutboxMessage, Owned, OwnedQuerySet, StoredFile
from kervan.core.scope import Role, Scope
from kervan.core.text import bilingual


class OfficeOnlyQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Staff, head and auditor of the whole office."""
        if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR):
            return self.in_office_of(scope)
        return self.none()


class LetterChannel(models.TextChoices):
    MAIL = "mail", _("Mail")
    LETTER = "letter", _("Letter as PDF")


class LetterTemplate(Owned):
    """A letter or mail that the office writes; its words stand in versions. `about`: name of a merge source."""

    code = models.SlugField(_("short name"), max_length=60)
    channel = models.CharField(_("sent as"), max_length=8, choices=LetterChannel)
    about = models.CharField(_("about"), max_length=40)
    title_en = models.CharField(_("title in English"), max_length=200)
    title_tr = models.CharField(_("title in Turkish"), max_length=200)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfficeOnlyQuerySet.as_manager()
    title = bilingual("title")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="letter_template_code")]

    def __str__(self) -> str:
        return str(self.title)


class LetterVersion(Owned):
    """The words of a template, in both languages, as Markdown with {{ merge fields }}; immutable once released."""

    template = models.ForeignKey(LetterTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    subject_en = models.CharField(_("subject in English"), max_length=200)
    subject_tr = models.CharField(_("subject in Turkish"), max_length=200)
    body_en = models.TextField(_("text in English"))
    body_tr = models.TextField(_("text in Turkish"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfficeOnlyQuerySet.as_manager()
    subject = bilingual("subject")
    body = bilingual("body")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="letter_version_once")]

    def __str__(self) -> str:
        return f"{self.template.code} v{self.number}"


class RunState(models.TextChoices):
    DRAFT = "draft", _("Preview")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


class LetterRun(Owned):
    """One version sent to many: draft with a preview, then written by the worker item by item."""

    letter_version = models.ForeignKey(LetterVersion, on_delete=models.PROTECT, related_name="runs")
    signatory = models.CharField(_("who signs"), max_length=200, blank=True)
    function_en = models.CharField(_("function in English"), max_length=200, blank=True)
    function_tr = models.CharField(_("function in Turkish"), max_length=200, blank=True)
    dated = models.DateField(_("date of the letter"), null=True)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.DRAFT)
    total = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfficeOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["office", "-id"], name="letter_run_order")]

    def __str__(self) -> str:
        return f"{self.letter_version} {self.uid}"


class IssuedDocumentQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Staff, head and auditor of the whole office; a genuine code is checked without seeing the document."""
        if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR):
            return self.in_office_of(scope)
        return self.none()


class IssuedDocument(Owned):
    """A PDF that left the office: code, file, what it is about. The public page says only that it is genuine."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    title_en = models.CharField(_("title in English"), max_length=200)
    title_tr = models.CharField(_("title in Turkish"), max_length=200)
    recipient = models.CharField(_("for"), max_length=250, blank=True)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_uid = models.CharField(max_length=12, blank=True)
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    issued_on = models.DateField(_("issued on"))
    issued_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = IssuedDocumentQuerySet.as_manager()
    title = bilingual("title")

    class Meta:
        indexes = [
            models.Index(fields=["office", "-id"], name="document_order"),
            models.Index(fields=["office", "subject_type", "subject_uid"], name="document_subject"),
        ]

    def __str__(self) -> str:
        return self.code


class ItemState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Left out")


class LetterItem(Owned):
    """One reader of a run. Written once: the row, its document and its mail are one transaction."""

    run = models.ForeignKey(LetterRun, on_delete=models.CASCADE, related_name="items")
    subject_uid = models.CharField(max_length=12)
    recipient = models.CharField(_("to"), max_length=250)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.WAITING)
    problem = models.CharField(max_length=40, blank=True)
    problem_values = models.JSONField(default=dict, blank=True)
    document = models.ForeignKey(IssuedDocument, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.ForeignKey(OutboxMessage, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = OfficeOnlyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "subject_uid"], name="letter_item_once")]
        indexes = [models.Index(fields=["run", "state", "id"], name="letter_item_state")]

    def __str__(self) -> str:
        return f"{self.recipient} {self.state}"
