"""Accounts (installation-wide), persons and enrolments (of one office), roles in units."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kervan.core.models import Owned, OwnedQuerySet, UidField
from kervan.core.rules.turkish import search_key, sort_key
from kervan.core.scope import Role, Scope
from kervan.core.search_index import holding
from kervan.core.text import bilingual
from kervan.institutions.models import Level, Unit


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password it cannot sign in until one is set by mail."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account of the installation: e-mail and password, TOTP by choice. Its person's roles say what it may see."""

    uid = UidField()
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=5, default="en", choices=[("en", "English"), ("tr", "Türkçe")]
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    is_shared_table = True

    USERNAME_FIELD = "email"
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


class PersonQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office, auditor, administrator: all; coordinator: who is enrolled in their units; anybody else: oneself."""
        rows = self.in_office_of(scope)
        if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.ADMINISTRATOR):
            return rows
        mine = models.Q(pk=scope.person_id) if scope.person_id else models.Q(pk__in=[])
        units = scope.unit_ids(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.COORDINATOR)
        if units:
            enrolled = Enrolment.objects.filter(unit_id__in=units).values("person_id")
            mine |= models.Q(pk__in=enrolled)
        return rows.filter(mine)

    def matching(self, text: str) -> Self:
        """Rows whose folded name, student number or e-mail holds every word."""
        return self.filter(holding(text, pk=Person))


class Person(Owned):
    """Somebody the office deals with: student, teacher, staff, guest. The account is optional."""

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="persons")
    given_name = models.CharField(_("given name"), max_length=120)
    family_name = models.CharField(_("family name"), max_length=120)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    citizenships = models.JSONField(_("citizenships"), default=list, blank=True)
    student_number = models.CharField(_("student number"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    language = models.CharField(
        _("language of letters"), max_length=5, default="tr", choices=[("en", "English"), ("tr", "Türkçe")]
    )
    is_invented = models.BooleanField(default=False)
    search_key = models.CharField(max_length=500, editable=False)
    sort_key = models.CharField(max_length=250, editable=False)
    version = models.PositiveIntegerField(default=1)
    searched_by: ClassVar[str] = "search_key"

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "student_number"],
                condition=~models.Q(student_number=""),
                name="person_student_number",
            ),
            models.UniqueConstraint(
                fields=["office", "user"], condition=models.Q(user__isnull=False), name="person_of_user"
            ),
        ]
        indexes = [models.Index(fields=["office", "sort_key", "id"], name="person_order")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Return the name; who signed up and has not told it yet is known by the address."""
        return f"{self.given_name} {self.family_name}".strip() or self.email

    def get_absolute_url(self) -> str:
        """The person's page in the workspace."""
        return reverse("people:person", args=[self.uid])

    def fill_keys(self) -> None:
        """Set the folded columns for search and order; `bulk_create` callers do this themselves."""
        self.search_key = search_key(f"{self.full_name} {self.student_number} {self.email}")[:500]
        self.sort_key = sort_key(f"{self.family_name} {self.given_name}")[:250]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)


class EnrolmentQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Whoever sees the person sees the enrolment."""
        return self.filter(person__in=Person.objects.visible_to(scope))


class Enrolment(Owned):
    """A person's place in a study programme of ours, as the student record last told it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="enrolments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="enrolments")
    level = models.CharField(_("level"), max_length=10, choices=Level)
    gpa_4 = models.DecimalField(_("grade average of 4"), max_digits=3, decimal_places=2, null=True, blank=True)
    gpa_100 = models.DecimalField(_("grade average of 100"), max_digits=5, decimal_places=2, null=True, blank=True)
    study_year = models.PositiveSmallIntegerField(_("year of study"), null=True, blank=True)
    is_current = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "unit", "level"], name="enrolment_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.unit}"


ROLE_LABELS = {
    Role.COORDINATOR: _("Coordinator"),
    Role.STAFF: _("Office staff"),
    Role.HEAD: _("Head of office"),
    Role.LEADERSHIP: _("Leadership"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.SPECIAL_READER: _("May read special data"),
}


class RoleQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Administrator, head and auditor see all of the office's roles; anybody else their own."""
        rows = self.in_office_of(scope)
        if scope.everywhere(Role.ADMINISTRATOR, Role.HEAD, Role.AUDITOR):
            return rows
        return rows.filter(person_id=scope.person_id) if scope.person_id else rows.none()


class RoleAssignment(Owned):
    """A role of a person in the whole office (`unit` empty) or in one unit with everything under it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(
        _("role"), max_length=20, choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "unit"], condition=models.Q(unit__isnull=False), name="role_in_unit_once"
            ),
            models.UniqueConstraint(
                fields=["person", "role"], condition=models.Q(unit__isnull=True), name="role_in_office_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"


class DeputyQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office, auditor and administrator see who stands in for whom; anybody else where they are part of it."""
        rows = self.in_office_of(scope)
        if scope.everywhere(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.ADMINISTRATOR):
            return rows
        if not scope.person_id:
            return rows.none()
        return rows.filter(models.Q(person_id=scope.person_id) | models.Q(deputy_id=scope.person_id))


class Deputy(Owned):
    """While somebody is on leave a colleague holds the same roles. What the colleague does stays theirs by name."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="deputies")
    deputy = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stands_in", verbose_name=_("deputy"))
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Colleagues read it. Nothing about health, please.")
    )
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["deputy", "until_on"], name="deputy_of")]

    def __str__(self) -> str:
        return f"{self.person}: {self.deputy}"


class DutyQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Who does what is public, unless the line says otherwise; members see every line."""
        rows = self.in_office_of(scope)
        return rows if scope.grants else rows.filter(is_public=True)


class Duty(Owned):
    """A line of "who does what, where, when open"."""

    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="duties")
    title_en = models.CharField(_("what, in English"), max_length=200)
    title_tr = models.CharField(_("what, in Turkish"), max_length=200)
    room = models.CharField(_("where"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hours_en = models.CharField(_("when open, in English"), max_length=200, blank=True)
    hours_tr = models.CharField(_("when open, in Turkish"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_public = models.BooleanField(_("public"), default=True)
    version = models.PositiveIntegerField(default=1)

    objects = DutyQuerySet.as_manager()
    title = bilingual("title")
    hours = bilingual("hours")

    def __str__(self) -> str:
        return str(self.title)
