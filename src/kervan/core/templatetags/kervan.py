"""Template tags and filters of our own; available on every page."""

import re
import secrets
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import lucide
import nh3
from django import template
from django.template.context import Context
from django.template.loader import select_template
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markdown_it import MarkdownIt

register = template.Library()
TONE_ICONS = {"ok": "check", "warn": "triangle-alert", "bad": "circle-x", "info": "info", "next": "hourglass"}
MESSAGE_TONES = {"success": "ok", "warning": "warn", "error": "bad", "info": "info", "debug": "info"}
LONG_WORD = re.compile(r"\S{30}")
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
MARKDOWN_TAGS = {
    *("p", "br", "em", "strong", "a", "ul", "ol", "li", "h2", "h3", "h4", "blockquote", "code", "pre", "hr"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """An icon beside words that say the same: hidden from screen readers."""
    # The figures come from the package's own file, never from a person's input.
    return mark_safe(lucide._render_icon(str(name), size, **{"aria-hidden": "true"}))  # nosec B308 B703


@register.simple_tag
def unique_id() -> str:
    """An id for a heading that another element names."""
    return f"n{secrets.token_hex(4)}"


@register.filter
def tone_icon(tone: str) -> str:
    """The icon that goes with a tone, "" for none."""
    return TONE_ICONS.get(str(tone), "")


@register.filter
def message_tone(tags: str) -> str:
    """The tone of a Django message, by its level tag."""
    return next((MESSAGE_TONES[tag] for tag in str(tags).split() if tag in MESSAGE_TONES), "info")


@register.simple_tag(takes_context=True)
def demo_ribbon(context: Context) -> str:
    """The role switcher in the ribbon of a demonstration, where the demo app brings one."""
    return select_template(["demo/ribbon.html", "components/nothing.html"]).render(context.flatten())


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def when(value: Any) -> str:
    """Day and time; a date without time as its day; words stay as they are."""
    return formats.date_format(_local(value), "j F Y, H:i") if isinstance(value, datetime) else day(value)


@register.filter
def day(value: Any) -> str:
    return formats.date_format(_local(value), "j F Y") if isinstance(value, date) else str(value or "")


@register.filter
def short_day(value: Any) -> str:
    return formats.date_format(_local(value), "j M Y") if isinstance(value, date) else str(value or "")


@register.filter
def iso(value: Any) -> str:
    """For `<time datetime>`; "" where the value is words."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else ""


@register.filter
def days_left(until: Any, today: Any) -> str:
    """How far a day is, in words. Both dates; a time counts by its local day."""
    last, first = (value.date() if isinstance(value, datetime) else value for value in (_local(until), _local(today)))
    days = (last - first).days
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


@register.filter
def figure(value: Any) -> str:
    """A number in the reader's way, with a true minus; words stay as they are, nothing is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    return formats.number_format(value, use_l10n=True, force_grouping=True).replace("-", "−")


@register.filter
def faults(form: Any, lines: Any = None) -> int:
    """How many things a form says must be put right, with those of its lines (a formset or nothing)."""
    return len(form.errors) + (sum(len(errors) for errors in (*lines.errors, lines.non_form_errors())) if lines else 0)


@register.filter
def breakable(value: Any) -> str:
    """Words for a column: one without a space for 30 signs may break there, so that no column pushes the others out."""
    text = str(value)
    if isinstance(text, SafeString) or not LONG_WORD.search(text):
        return text
    pieces = LONG_WORD.sub("\\g<0>\0", text).split("\0")
    return format_html_join(SafeString("<wbr>"), "{}", ((piece,) for piece in pieces))


@register.filter
def plain_number(value: Any) -> str:
    """A number for an attribute such as `value` of `<progress>`: point, no grouping; 0 for what is no number."""
    try:
        return str(Decimal(str(value)))
    except InvalidOperation:
        return "0"


@register.filter
def initials(name: Any) -> str:
    """First letters of the first and last word, as they are written."""
    words = str(name).split()
    return "".join(word[0] for word in (words if len(words) < 2 else [words[0], words[-1]]))


@register.filter
def pairs(items: Any) -> list[dict[str, Any]]:
    """Let (label, value) pairs, dicts and objects stand for one another in components that take items."""
    return [{"label": item[0], "value": item[1]} if isinstance(item, tuple) else item for item in items or []]


@register.filter
def links(items: Any) -> list[dict[str, Any]]:
    """The same for (label, url)."""
    return [{"label": item[0], "url": item[1]} if isinstance(item, tuple) else item for item in items or []]


@register.filter
def columns(header: Any) -> list[dict[str, Any]]:
    """The same for table heads: a label, or (label, kind)."""
    return [
        {"label": item, "kind": ""} if isinstance(item, str | Promise) else {"label": item[0], "kind": item[1]}
        for item in header or []
    ]


@register.filter
def markdown(text: Any) -> SafeString:
    """Staff's Markdown as HTML: raw HTML is shown as text, only harmless elements and addresses remain."""
    clean = nh3.clean(
        _markdown.render(str(text or "")),
        tags=MARKDOWN_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto", "tel"},
    )
    return mark_safe(clean)  # nosec B308 B703


@register.filter
def input_kind(field: Any) -> str:
    """How a bound field is laid out: "check" (a box before its label), "group" (several choices), "file" or "line"."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    if getattr(widget, "use_fieldset", False) or kind == "radio":
        return "group"
    return {"checkbox": "check", "file": "file"}.get(kind, "line")
