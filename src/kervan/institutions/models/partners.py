"""What one office knows about other institutions: partners, their contacts and fact sheets, visits, networks."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kervan.core.models import Owned, OwnedQuerySet
from kervan.core.rules.turkish import search_key, sort_key
from kervan.core.scope import Role, Scope
from kervan.core.search_index import holding
from kervan.core.text import bilingual
from kervan.institutions.models.directory import Institution


class PartnerState(models.TextChoices):
    PROSPECT = "prospect", _("Being considered")
    ACTIVE = "active", _("Active")
    DORMANT = "dormant", _("At rest")


class PartnerQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office, auditor, leadership and coordinators: all of the office's partners; anybody else: none."""
        if scope.has(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP, Role.COORDINATOR):
            return self.in_office_of(scope)
        return self.none()

    def matching(self, text: str) -> Self:
        """Rows whose institution's folded name, code, city or country holds every word of the text."""
        return self.filter(holding(text, institution=Institution))


class Partner(Owned):
    """An institution as our office knows it. The institution itself is shared by all offices."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="partners")
    state = models.CharField(_("state"), max_length=8, choices=PartnerState, default=PartnerState.ACTIVE)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("who looks after it"),
    )
    is_public = models.BooleanField(_("shown on the public partner pages"), default=True)
    is_invented = models.BooleanField(default=False)
    sort_key = models.CharField(max_length=300, editable=False, default="")
    version = models.PositiveIntegerField(default=1)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "institution"], name="partner_once")]
        indexes = [
            models.Index(fields=["office", "sort_key", "id"], name="partner_order"),
            models.Index(fields=["office", "responsible"], name="partner_responsible"),
        ]

    def __str__(self) -> str:
        return str(self.institution)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the order key of the institution; `bulk_create` callers set it themselves."""
        self.sort_key = self.institution.sort_key
        super().save(*args, **kwargs)


class ContactRole(models.TextChoices):
    INSTITUTIONAL = "institutional", _("Institutional coordinator")
    DEPARTMENTAL = "departmental", _("Departmental coordinator")
    AGREEMENTS = "agreements", _("Agreements")
    NOMINATIONS = "nominations", _("Nominations")
    INCOMING = "incoming", _("Incoming students")
    OUTGOING = "outgoing", _("Outgoing students")
    STAFF = "staff", _("Staff mobility")
    SIGNATORY = "signatory", _("Signs agreements")


class ContactQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office and auditor: all; coordinators too, who write to the same people; anybody else: none."""
        if scope.has(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.COORDINATOR):
            return self.in_office_of(scope)
        return self.none()

    def matching(self, text: str) -> Self:
        """Rows whose folded name, function, address or institution holds every word."""
        return self.filter(holding(text, pk=Contact))


class Contact(Owned):
    """Somebody at a partner: what they do there, how to reach them, when that was last confirmed."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="contacts")
    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    family_name = models.CharField(_("family name"), max_length=120)
    title = models.CharField(_("academic title"), max_length=40, blank=True)
    function = models.CharField(_("function"), max_length=200, blank=True)
    unit = models.CharField(_("office or faculty"), max_length=200, blank=True)
    roles = models.JSONField(_("roles"), default=list, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(
        _("language of letters"), max_length=5, default="en", choices=[("en", "English"), ("tr", "Türkçe")]
    )
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)
    asked_on = models.DateField(_("last asked"), null=True, blank=True)
    left_on = models.DateField(_("not there any more since"), null=True, blank=True)
    answers = models.PositiveSmallIntegerField(default=0, editable=False)  # an answer spends its address
    is_invented = models.BooleanField(default=False)
    country = models.CharField(max_length=2, editable=False, default="")
    search_key = models.CharField(max_length=700, editable=False)
    sort_key = models.CharField(max_length=250, editable=False)
    version = models.PositiveIntegerField(default=1)
    searched_by: ClassVar[str] = "search_key"

    objects = ContactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["office", "sort_key", "id"], name="contact_order"),
            models.Index(fields=["office", "confirmed_on", "id"], name="contact_freshness"),
            models.Index(F("office"), Lower("email"), name="contact_email"),
            models.Index(fields=["office", "country", "sort_key", "id"], name="contact_country"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)

    def fill_keys(self) -> None:
        """Set the folded columns for search and order; `bulk_create` callers do this themselves."""
        words = [self.full_name, self.function, self.unit, self.email, self.partner.institution.search_key]
        self.search_key = search_key(" ".join(words))[:700]
        self.sort_key = sort_key(f"{self.family_name} {self.given_name}")[:250]
        self.country = self.partner.institution.country

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)


class FactSheetQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Whoever sees partners sees all sheets of the office; everybody else those that are public."""
        rows = self.in_office_of(scope)
        if scope.has(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP, Role.COORDINATOR):
            return rows
        return rows.public()

    def public(self) -> Self:
        """Published sheets: ours, and those of partners that are shown on the public pages."""
        return self.filter(Q(partner__isnull=True) | Q(partner__is_public=True), is_published=True)


class FactSheet(Owned):
    """What exchange students and their offices must know of a university: ours (`partner` empty) or a partner's.

    Dates that come each year are month and day as "05-15"; `academic_year` says for which year real dates are.
    """

    partner = models.OneToOneField(
        Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="fact_sheet", verbose_name=_("partner")
    )
    academic_year = models.PositiveSmallIntegerField(_("academic year"), null=True, blank=True)
    nomination_autumn = models.CharField(_("nominations for autumn until"), max_length=5, blank=True)
    nomination_spring = models.CharField(_("nominations for spring until"), max_length=5, blank=True)
    application_autumn = models.CharField(_("applications for autumn until"), max_length=5, blank=True)
    application_spring = models.CharField(_("applications for spring until"), max_length=5, blank=True)
    autumn_from = models.DateField(_("autumn term begins"), null=True, blank=True)
    autumn_until = models.DateField(_("autumn term ends"), null=True, blank=True)
    spring_from = models.DateField(_("spring term begins"), null=True, blank=True)
    spring_until = models.DateField(_("spring term ends"), null=True, blank=True)
    decision_weeks = models.PositiveSmallIntegerField(_("weeks until an answer"), null=True, blank=True)
    transcript_weeks = models.PositiveSmallIntegerField(_("weeks until the transcript"), null=True, blank=True)
    languages_en = models.TextField(_("languages of teaching and levels, in English"), blank=True)
    languages_tr = models.TextField(_("languages of teaching and levels, in Turkish"), blank=True)
    requirements_en = models.TextField(_("requirements, in English"), blank=True)
    requirements_tr = models.TextField(_("requirements, in Turkish"), blank=True)
    housing_en = models.TextField(_("housing, in English"), blank=True)
    housing_tr = models.TextField(_("housing, in Turkish"), blank=True)
    visa_en = models.TextField(_("visa and residence, in English"), blank=True)
    visa_tr = models.TextField(_("visa and residence, in Turkish"), blank=True)
    insurance_en = models.TextField(_("insurance, in English"), blank=True)
    insurance_tr = models.TextField(_("insurance, in Turkish"), blank=True)
    inclusion_en = models.TextField(_("support for people with special needs, in English"), blank=True)
    inclusion_tr = models.TextField(_("support for people with special needs, in Turkish"), blank=True)
    grading_en = models.TextField(_("grading, in English"), blank=True)
    grading_tr = models.TextField(_("grading, in Turkish"), blank=True)
    website = models.URLField(_("website for exchange students"), max_length=300, blank=True)
    course_catalogue = models.URLField(_("course catalogue"), max_length=300, blank=True)
    email = models.EmailField(_("address for exchange students"), blank=True)
    is_published = models.BooleanField(_("public"), default=False)
    confirmed_on = models.DateField(_("last confirmed"), null=True, blank=True)
    is_invented = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = FactSheetQuerySet.as_manager()
    languages = bilingual("languages")
    requirements = bilingual("requirements")
    housing = bilingual("housing")
    visa = bilingual("visa")
    insurance = bilingual("insurance")
    inclusion = bilingual("inclusion")
    grading = bilingual("grading")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office"], condition=Q(partner__isnull=True), name="fact_sheet_own_once")
        ]

    def __str__(self) -> str:
        return f"{self.partner or self.office}"


class VisitKind(models.TextChoices):
    VISIT = "visit", _("Our visit to a partner")
    DELEGATION = "delegation", _("Delegation to us")
    FAIR = "fair", _("Fair or conference")
    CEREMONY = "ceremony", _("Signing ceremony")
    ONLINE = "online", _("Online meeting")


class VisitQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Office, auditor, leadership and coordinators; anybody else: none."""
        if scope.has(Role.STAFF, Role.HEAD, Role.AUDITOR, Role.LEADERSHIP, Role.COORDINATOR):
            return self.in_office_of(scope)
        return self.none()


class Visit(Owned):
    """A visit, delegation, fair or ceremony: with whom, when, who took part, what came of it. Follow-ups are tasks."""

    kind = models.CharField(_("kind"), max_length=10, choices=VisitKind)
    title = models.CharField(_("title"), max_length=200)
    partners = models.ManyToManyField(Partner, related_name="visits", blank=True, verbose_name=_("partners"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    place = models.CharField(_("where"), max_length=200, blank=True)
    participants = models.TextField(_("who takes part"), blank=True)
    report = models.TextField(_("what came of it"), blank=True)
    is_invented = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["office", "starts_on", "id"], name="visit_order")]

    def __str__(self) -> str:
        return self.title


class Network(Owned):
    """A consortium, network or alliance that our university belongs to."""

    name_en = models.CharField(_("name in English"), max_length=200)
    name_tr = models.CharField(_("name in Turkish"), max_length=200)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        default="network",
        choices=[("consortium", _("Consortium")), ("network", _("Network")), ("alliance", _("Alliance"))],
    )
    website = models.URLField(_("website"), max_length=300, blank=True)
    text_en = models.TextField(_("about it, in English"), blank=True)
    text_tr = models.TextField(_("about it, in Turkish"), blank=True)
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    left_on = models.DateField(_("member until"), null=True, blank=True)
    members = models.ManyToManyField(Institution, related_name="networks", blank=True, verbose_name=_("members"))
    coordinator = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("coordinator")
    )
    is_public = models.BooleanField(_("shown on the public partner pages"), default=True)
    is_invented = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = VisitQuerySet.as_manager()
    name = bilingual("name")
    text = bilingual("text")

    class Meta:
        indexes = [models.Index(fields=["office", "id"], name="network_order")]

    def __str__(self) -> str:
        return str(self.name)
