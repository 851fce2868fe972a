"""How sign-in, sign-up and its mails behave here: mails go into the outbox, an account gets its person."""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from kervan.core import work
from kervan.people import mails
from kervan.people.services import persons as services


class AccountAdapter(DefaultAccountAdapter):
    """Ties the library's accounts to the office of the host."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return request.office is not None  # type: ignore[attr-defined]

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the language chosen on the page as the account's.

        The record at the office is opened when the address is confirmed, at once where nobody asks for that.
        """
        user.language = request.LANGUAGE_CODE  # type: ignore[attr-defined]
        saved = super().save_user(request, user, form, commit)
        is_trusted = app_settings.EMAIL_VERIFICATION != app_settings.EmailVerificationMethod.MANDATORY
        if commit and is_trusted and request.office:  # type: ignore[attr-defined]
            services.open_record(request.office, saved)  # type: ignore[attr-defined]
        return saved

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """A confirmed address joins the account with the record that waits for it, or opens one."""
        is_new = super().confirm_email(request, email_address)
        if request.office:  # type: ignore[attr-defined]
            services.open_record(request.office, email_address.user)  # type: ignore[attr-defined]
        return is_new

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:profile")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail into the outbox in its reader's language."""
        request = self.request
        if request.office is None:  # no office, no outbox
            super().send_mail(template_prefix, email, context)
            return
        language = mails.language_of(email, request.LANGUAGE_CODE)
        if not mails.write_account_mail(request.office, template_prefix, email, context, language):
            raise LookupError(f"no words for the mail {template_prefix}")
        work.drain_soon()
