"""Writes that belong to no single subject."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model


def keep_language(user: Any, language: str) -> None:
    """Make the chosen language the account's, so that the next device begins in it; unknown ones change nothing."""
    if user.is_authenticated and language in dict(settings.LANGUAGES) and user.language != language:
        get_user_model().objects.filter(pk=user.pk).update(language=language)
