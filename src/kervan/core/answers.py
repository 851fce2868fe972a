"""What a button answers that does one thing: it is done, or why not, on the page it came from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kervan.core.errors import NotPossible


def attempt(request: HttpRequest, act: Callable[[], Any], done: str, *target: str) -> HttpResponse:
    """Do one thing, say that it is done or why not, and go back to a page (name or address, and arguments)."""
    try:
        act()
        messages.success(request, done)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    name, *arguments = target
    return redirect(name, *arguments)
