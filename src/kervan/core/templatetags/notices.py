"""The bell in the frame."""

from django import template
from django.template.context import Context

from kervan.core.scope import VISITOR
from kervan.core.selectors import notices

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: Context) -> str:
    """How many notices the reader has not read: "" for none, "99+" for many. One query, only where the frame is."""
    count = notices.unread_count(context.get("scope") or VISITOR)
    return f"{notices.COUNT_LIMIT}+" if count > notices.COUNT_LIMIT else str(count or "")
