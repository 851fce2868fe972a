"""The partner's own way in: a signed address for one contact, that ends, can be taken back and leaves a trace."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kervan.core.models import OfficeOnlyQuerySet, Owned, OwnedQuerySet
from kervan.core.scope import Scope
from kervan.institutions.models import Contact, Partner


class PartnerLink(Owned):
    """A personal address for a partner's contact. The address is signed over uid and nonce; no part of it is stored.

    `email`: where the office sent it. Codes go there and nowhere else: who changes the contact's data with a forwarded
    mail does not get them.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="links")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="links", verbose_name=_("for"))
    email = models.EmailField(_("codes go to"), blank=True)
    nonce = models.CharField(max_length=24)
    expires_on = models.DateField(_("valid until"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfficeOnlyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["partner", "-id"], name="partner_link_order")]

    def __str__(self) -> str:
        return f"{self.partner}: {self.contact}"


class OfLinkQuerySet(OwnedQuerySet):
    def visible_to(self, scope: Scope) -> Self:
        """Whoever sees the link."""
        return self.filter(link__in=PartnerLink.objects.visible_to(scope))


class LinkUse(Owned):
    """One use of a partner's address: when, from where, what was done. `action`: opened, code_sent, confirmed, …

    `key`: of the form that was sent, so that a form sent twice does one thing.
    """

    link = models.ForeignKey(PartnerLink, on_delete=models.CASCADE, related_name="uses")
    action = models.CharField(max_length=40)
    detail = models.CharField(max_length=200, blank=True)
    address = models.CharField(_("network address"), max_length=60, blank=True)
    browser = models.CharField(_("browser"), max_length=120, blank=True)
    key = models.CharField(max_length=40, blank=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)

    objects = OfLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["link", "-id"], name="link_use_order")]
        constraints = [
            models.UniqueConstraint(fields=["link", "key"], condition=~models.Q(key=""), name="link_use_once")
        ]

    def __str__(self) -> str:
        return self.action


class LinkCode(Owned):
    """A code mailed to the contact: whoever decides for the partner must read the contact's mail, not only the link."""

    link = models.ForeignKey(PartnerLink, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = OfLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.link_id} {self.made_at}"
