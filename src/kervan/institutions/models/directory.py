"""Institutions (shared by all offices) and units (of an institution; ours and invented ones abroad)."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from kervan.core.models import Office, UidField
from kervan.core.rules.turkish import search_key, sort_key
from kervan.core.scope import Scope
from kervan.core.search_index import holding
from kervan.core.text import bilingual
from kervan.institutions import reference


class InstitutionQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> Self:
        """The directory is public; what an office knows about a partner hangs elsewhere."""
        return self.all()

    def matching(self, text: str) -> Self:
        """Rows whose folded name, code, city or country holds every word of the text."""
        return self.filter(holding(text, pk=Institution))


class Institution(models.Model):
    """A university or organisation. PIC is the key of the ECHE list; universities without a charter have none."""

    uid = UidField()
    office = models.OneToOneField(Office, null=True, blank=True, on_delete=models.SET_NULL, related_name="institution")
    pic = models.CharField(_("PIC"), max_length=9, null=True, blank=True, unique=True)
    erasmus_code = models.CharField(_("Erasmus code"), max_length=20, blank=True)
    erasmus_code_raw = models.CharField(max_length=40, blank=True)
    oid = models.CharField(_("OID"), max_length=20, blank=True)
    schac = models.CharField(_("SCHAC code"), max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    country = models.CharField(_("country"), max_length=2)
    city = models.CharField(_("city"), max_length=120, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    charter_from = models.DateField(_("charter valid from"), null=True, blank=True)
    charter_until = models.DateField(_("charter valid until"), null=True, blank=True)
    charter_gone_on = models.DateField(
        _("missing in the list of charters since"), null=True, blank=True, help_text=_("The charter was withdrawn.")
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    search_key = models.CharField(max_length=700, editable=False)
    sort_key = models.CharField(max_length=300, editable=False, db_index=True)
    version = models.PositiveIntegerField(default=1)
    is_shared_table: ClassVar[bool] = True
    searched_by: ClassVar[str] = "search_key"

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["country", "sort_key"], name="institution_country"),
            models.Index(fields=["erasmus_code"], name="institution_code"),
            models.Index(fields=["sort_key", "id"], name="institution_sort"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_keys()
        super().save(*args, **kwargs)

    def fill_keys(self) -> None:
        """Set the folded columns for search and order; `bulk_create` callers do this themselves."""
        found = reference.country(self.country)
        countries = f"{found.name_en} {found.name_tr}" if found else ""
        words = [self.name, self.name_en, self.erasmus_code, self.pic or "", self.city, self.country, countries]
        self.search_key = search_key(" ".join(words))[:700]
        self.sort_key = sort_key(self.name)[:300]


class UnitKind(models.TextChoices):
    FACULTY = "faculty", _("Faculty")
    SCHOOL = "school", _("School")
    INSTITUTE = "institute", _("Graduate school")
    DEPARTMENT = "department", _("Department")
    PROGRAMME = "programme", _("Study programme")


class Level(models.TextChoices):
    ASSOCIATE = "associate", _("Associate degree")
    BACHELOR = "bachelor", _("Bachelor")
    MASTER = "master", _("Master")
    DOCTORATE = "doctorate", _("Doctorate")


class UnitQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> Self:
        """Units are public, like the institution they belong to."""
        return self.all()

    def below(self, unit: "Unit") -> Self:
        """The unit itself and everything under it."""
        return self.filter(institution_id=unit.institution_id, path__startswith=unit.path)


class Unit(models.Model):
    """A faculty, school, department or study programme. `path`: the chain of keys, "12/57/"."""

    uid = UidField()
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    path = models.CharField(max_length=120, editable=False, db_index=True)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    level = models.CharField(_("level"), max_length=10, choices=Level, blank=True)
    name_tr = models.CharField(_("name in Turkish"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    isced = models.CharField(_("field of study (ISCED-F)"), max_length=4, blank=True)
    programme_code = models.CharField(max_length=20, blank=True)
    is_invented = models.BooleanField(default=False)
    sort_key = models.CharField(max_length=200, editable=False)
    version = models.PositiveIntegerField(default=1)
    is_shared_table: ClassVar[bool] = True

    objects = UnitQuerySet.as_manager()
    name = bilingual("name")

    class Meta:
        indexes = [models.Index(fields=["institution", "sort_key"], name="unit_order")]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Set the order key and, once the key is known, the path."""
        self.sort_key = sort_key(self.name_tr)[:200]
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else ''}{self.pk}/"
        if path != self.path:
            self.path = path
            super().save(update_fields=["path"])
