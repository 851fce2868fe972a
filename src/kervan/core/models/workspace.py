"""What lightens the daily work: saved views, tasks, calendar, notices, notes, attachments, frozen tables, imports."""

from datetime import time
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kervan.core.models.base import Owned, OwnedQuerySet, StoredFile
from kervan.core.models.letters import OfficeOnlyQuerySet
from kervan.core.rules.turkish import search_key
from kervan.core.scope import Role, Scope


class OwnQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Whoever it belongs to."""
        return self.in_office_of(scope).filter(user_id=scope.user_id) if scope.signed_in else self.none()


class SavedViewQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """One's own, and what others share with every member."""
        if not scope.signed_in:
            return self.none()
        shared = Q(is_shared=True) if scope.grants else Q(pk__in=[])
        return self.in_office_of(scope).filter(Q(user_id=scope.user_id) | shared)


class SavedView(Owned):
    """A list with its search, filters and order under a name. `query`: the address's parameters."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=40)
    title = models.CharField(_("name of the view"), max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(_("everybody in the office sees it"), default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "user", "list_name", "title"], name="saved_view_once")]
        indexes = [models.Index(fields=["office", "list_name"], name="saved_view_list")]

    def __str__(self) -> str:
        return self.title


class BulkState(models.TextChoices):
    CHOSEN = "chosen", _("Preview")
    WAITING = "waiting", _("At work")
    DONE = "done", _("Done")
    FAILED = "failed", _("Could not be done")


class BulkRun(Owned):
    """One action on many rows: what was chosen, what the preview said of each row, how far it is, what came of it.

    `path`, `query`: the list it began on. `data`: what was typed, as sent. `preview`, `problems`: uid, name, url, will,
    sentence of each row, in the language of whoever acts.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=40)
    action = models.CharField(max_length=40)
    path = models.CharField(max_length=300)
    query = models.CharField(max_length=1000, blank=True)
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(_("state"), max_length=8, choices=BulkState, default=BulkState.CHOSEN)
    uids = models.JSONField(default=list)
    data = models.JSONField(null=True)
    preview = models.JSONField(null=True)
    position = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = OwnQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.list_name}: {self.action}"


class TaskState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Not needed any more")


class TaskQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office and auditor: all; any other member: those they have or gave."""
        rows = self.in_office_of(scope)
        if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR):
            return rows
        if not scope.grants:
            return rows.none()
        return rows.filter(Q(assigned_to_id=scope.user_id) | Q(made_by_id=scope.user_id))

    def matching(self, text: str) -> Self:
        """Rows whose folded title or record holds every word of the text."""
        found = self
        for word in search_key(text).split():
            found = found.filter(search_key__contains=word)
        return found


class Task(Owned):
    """Something to do until a day, about a record or by itself. Follow-ups of visits and checks are tasks too.

    `search_key`: title and record, folded; `bulk_create` callers set it by `folded`.
    """

    title = models.CharField(_("what is to be done"), max_length=200)
    text = models.TextField(_("details"), blank=True)
    due_on = models.DateField(_("until"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("who"),
    )
    subject_type = models.CharField(max_length=40, blank=True)
    subject_uid = models.CharField(max_length=12, blank=True)
    subject_label = models.CharField(max_length=250, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=TaskState, default=TaskState.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    search_key = models.CharField(max_length=460, editable=False, default="")
    version = models.PositiveIntegerField(default=1)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["office", "state", "due_on", "id"], name="task_due"),
            models.Index(fields=["office", "assigned_to", "state", "due_on"], name="task_of"),
            models.Index(fields=["office", "subject_type", "subject_uid"], name="task_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    @staticmethod
    def folded(title: str, subject_label: str) -> str:
        """What a task is searched by."""
        return search_key(f"{title} {subject_label}")[:460]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_key = self.folded(self.title, self.subject_label)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The task's page."""
        return reverse("core:task", args=[self.uid])


class CalendarFeed(Owned):
    """A personal iCal address; a new `nonce` makes the former address worthless.

    `digest`: of the dates as they were last read; `changed_at`: when they were first read so.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=24)
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(null=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "user"], name="calendar_feed_once")]

    def __str__(self) -> str:
        return f"{self.user}"


class Notice(Owned):
    """Something an account should know: code and parameters, put into words when shown.

    `mailed_at`: when it was settled whether a mail tells of it: written, not wanted, or read before.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["office", "user", "-id"], name="notice_of"),
            models.Index(fields=["office", "user"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["id"], name="notice_to_mail", condition=Q(mailed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.code}"


class NoticeMail(models.TextChoices):
    NEVER = "never", _("Never")
    DAILY = "daily", _("Once a day, all together")
    AT_ONCE = "at_once", _("At once")


class NoticeChoice(Owned):
    """How an account wants to hear of things: mail or not, and the hours in which no mail comes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mail = models.CharField(_("mail"), max_length=8, choices=NoticeMail, default=NoticeMail.DAILY)
    quiet_from = models.TimeField(_("quiet from"), default=time(18))
    quiet_until = models.TimeField(_("quiet until"), default=time(8))
    quiet_weekend = models.BooleanField(_("quiet on Saturday and Sunday"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "user"], name="notice_choice_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.mail}"


class Note(Owned):
    """A remark of the office on a record. Read on the record's page, by whoever finds the record and works here."""

    subject_type = models.CharField(max_length=40)
    subject_uid = models.CharField(max_length=12)
    text = models.TextField(_("note"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = OfficeOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["office", "subject_type", "subject_uid", "-id"], name="note_subject")]

    def __str__(self) -> str:
        return self.text[:80]


class Attachment(Owned):
    """A document that belongs to a record, with its number in the university's document system."""

    subject_type = models.CharField(max_length=40)
    subject_uid = models.CharField(max_length=12)
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("what it is"), max_length=200)
    document_number = models.CharField(_("number in the document system"), max_length=60, blank=True)
    dated = models.DateField(_("dated"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = OfficeOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["office", "subject_type", "subject_uid", "-id"], name="attachment_subject")]

    def __str__(self) -> str:
        return self.title


class FrozenTable(Owned):
    """A list as it was on a day, for whoever asked for figures: it never changes again. The rows stand in the files.

    `about`: language -> caption, filters and order in words.
    """

    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(_("for whom and why"), max_length=300, blank=True)
    list_name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    about = models.JSONField(default=dict)
    row_count = models.PositiveIntegerField(default=0)
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    csv_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    frozen_at = models.DateTimeField(auto_now_add=True)

    objects = OfficeOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["office", "-id"], name="frozen_table_order")]

    def __str__(self) -> str:
        return self.title


class SheetState(models.TextChoices):
    MAPPING = "mapping", _("Columns to choose")
    PREVIEW = "preview", _("Preview")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")


class SheetImport(Owned):
    """An uploaded table on its way into records of the office: columns, preview row by row, what was applied."""

    kind = models.CharField(max_length=20)
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.MAPPING)
    mapping = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    preview = models.JSONField(default=list, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfficeOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["office", "kind", "-id"], name="sheet_import_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"
