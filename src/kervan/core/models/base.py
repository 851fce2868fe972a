"""Offices, history, outbox, rule packs, files. Shared tables carry no office; all others belong to one."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kervan.core.identity import new_uid
from kervan.core.scope import Role, Scope
from kervan.core.text import bilingual


class UidField(models.CharField):  # type: ignore[type-arg]
    """The random public identifier of a row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 12, "unique": True, "default": new_uid, "editable": False, **options})


class Office(models.Model):
    """One international relations office of this installation. The host name chooses it; a sole one answers any."""

    uid = UidField()
    slug = models.SlugField(_("short name"), unique=True)
    hosts = models.JSONField(_("host names"), default=list, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_tr = models.CharField(_("name in Turkish"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Istanbul")
    email = models.EmailField(_("address shown to applicants"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    address_en = models.CharField(_("postal address in English"), max_length=300, blank=True)
    address_tr = models.CharField(_("postal address in Turkish"), max_length=300, blank=True)
    hours_en = models.CharField(_("opening hours in English"), max_length=200, blank=True)
    hours_tr = models.CharField(_("opening hours in Turkish"), max_length=200, blank=True)
    publish_needs_two = models.BooleanField(_("publishing needs a second person"), default=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)
    version = models.PositiveIntegerField(default=1)
    is_shared_table: ClassVar[bool] = True

    name = bilingual("name")
    address = bilingual("address")
    hours = bilingual("hours")

    def __str__(self) -> str:
        return self.name_en


class OwnedQuerySet(models.QuerySet[Any]):
    """Base of all querysets on owned tables: `visible_to` starts from the reader's office."""

    def in_office_of(self, scope: Scope) -> Self:
        return self.filter(office_id=scope.office_id) if scope.office_id is not None else self.none()


class Owned(models.Model):
    """A row that belongs to one office and is known outside by its `uid`."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    uid = UidField()

    class Meta:
        abstract = True


class EventQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office and auditor read all events of their office; anybody else reads them on the object's page."""
        if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR):
            return self.in_office_of(scope)
        return self.none()

    def about(self, row: Any) -> Self:
        """Events of a row that the caller has already found through its own `visible_to`."""
        return self.filter(office_id=row.office_id, subject_type=row._meta.model_name, subject_uid=row.uid).order_by(
            "pk"
        )


class Event(Owned):
    """Something that happened, for ever. Values and actor can be erased; the office's chain binds their digests."""

    sequence = models.BigIntegerField(null=True)
    chain = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_digest = models.CharField(max_length=64, blank=True)
    subject_type = models.CharField(max_length=40)
    subject_uid = models.CharField(max_length=12)
    values = models.JSONField(default=dict, null=True)
    salt = models.CharField(max_length=16, blank=True)
    digest = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "sequence"], name="event_sequence_once")]
        indexes = [
            models.Index(fields=["office", "subject_type", "subject_uid", "id"], name="event_subject"),
            models.Index(fields=["office", "kind", "id"], name="event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_uid}"


class OutboxState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class OutboxQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Staff, head and auditor of the whole office."""
        if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR):
            return self.in_office_of(scope)
        return self.none()


class OutboxMessage(Owned):
    """A rendered message that must leave. Business code writes it in its own transaction; only the worker sends."""

    channel = models.CharField(max_length=10, choices=[("mail", _("Mail"))], default="mail")
    ordering_key = models.CharField(max_length=254)
    dedupe_key = models.CharField(max_length=120)
    recipient = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=10, choices=OutboxState, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    written_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "dedupe_key"], name="outbox_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="outbox_due", condition=models.Q(state="waiting")),
            models.Index(
                fields=["office", "ordering_key", "id"], name="outbox_order", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["office", "state", "id"], name="outbox_screen"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"


class PackVersion(models.Model):
    """One immutable version of a rule pack: canonical JSON with everything resolved, and its SHA-256."""

    uid = UidField()
    name = models.CharField(max_length=80)
    number = models.CharField(max_length=20)
    title_en = models.CharField(max_length=200)
    title_tr = models.CharField(max_length=200)
    programme = models.CharField(max_length=40)
    is_historical = models.BooleanField(default=False)
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now_add=True)
    is_shared_table: ClassVar[bool] = True

    title = bilingual("title")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "number"], name="pack_version_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class OfficePack(Owned):
    """An office's adoption of a pack version, under its own label; only a released one can be used in a call."""

    pack_version = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="adoptions")
    label_en = models.CharField(max_length=200)
    label_tr = models.CharField(max_length=200)
    released_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet.as_manager()
    label = bilingual("label")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "pack_version"], name="office_pack_once")]

    def __str__(self) -> str:
        return self.label_en


class StoredFile(Owned):
    """A file under the data directory by its random name. `is_sealed`: encrypted, each reading recorded."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_sealed = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(Owned):
    """The key of a form that creates: a second submission by the same user finds what the first one made.

    `purpose`: what is made, and the path of the page that makes it.
    """

    key = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=250)
    made_uid = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "user", "purpose", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return self.key
