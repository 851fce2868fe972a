"""Inputs that forms of all apps share."""

from typing import Any

from django import forms


class WebAddress(forms.URLField):
    """An address of the web; one typed without its scheme is taken as https."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"assume_scheme": "https", **options})
