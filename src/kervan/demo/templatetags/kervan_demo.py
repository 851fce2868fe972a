"""What the ribbon of a demonstration shows."""

from typing import Any

from django import template
from django.template import Context

from kervan.demo.permissions import is_demonstration
from kervan.demo.selectors import panel

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_panel(context: Context) -> Any:
    """The role switcher and the tour for this request; None where they have no place."""
    request = context.get("request")
    return panel(request) if request is not None and is_demonstration(request) else None
