"""How sign-in, sign-up and its mails behave here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Keeps the language chosen on the page as the account's language."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.language = request.LANGUAGE_CODE  # type: ignore[attr-defined]
        return super().save_user(request, user, form, commit)
