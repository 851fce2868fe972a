"""Forms that change a record: typed things survive, a stale save shows both versions, a search saves nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible, Stale

MakeForm = Callable[..., forms.BaseForm]
YES_NO = {True: lambda: _("yes"), False: lambda: _("no")}


def form_of(request: HttpRequest, make: MakeForm, **options: Any) -> forms.BaseForm:
    """Return the form: empty or from the record, as it was sent, or as typed so far while somebody still searches."""
    if request.method != "POST":
        return make(**options)
    if "find" not in request.POST:
        return make(data=request.POST, **options)
    form = make(**options)
    for name, field in form.fields.items():
        form.initial[name] = field.widget.value_from_datadict(request.POST, request.FILES, name)
    return form


def change(
    request: HttpRequest,
    row: Any,
    form: forms.BaseForm,
    save: Callable[[int], Any],
    now: Callable[[Any], Mapping[str, Any]] = vars,
) -> dict[str, Any]:
    """Save a bound form through `save(version seen)`. Returns the context of the page; `is_saved` when it went well.

    now: the stored row -> field -> value, to show beside what was typed after a stale save.
    """
    seen = version_sent(request, row.version)
    context: dict[str, Any] = {"form": form, "version": seen}
    if not form.is_bound or not form.is_valid():
        return context
    try:
        save(seen)
        context["is_saved"] = True
    except Stale as stale:
        current: Any = stale.current
        context |= {"stale": stale, "version": current.version, "differences": _differences(form, now(current))}
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    return context


def _differences(form: forms.BaseForm, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Yours beside theirs, for every field of the form."""
    return [
        {
            "label": field.label,
            "left": _shown(field, form.cleaned_data.get(name)),
            "right": _shown(field, stored.get(name)),
            "differs": form.cleaned_data.get(name) != stored.get(name),
        }
        for name, field in form.fields.items()
    ]


def _shown(field: Any, value: Any) -> str:
    """A value in words: choices by their labels, several after one another."""
    if isinstance(value, bool):
        return YES_NO[value]()
    labels = dict(getattr(field, "choices", []))
    values: Iterable[Any] = value if isinstance(value, list) else [value]
    return ", ".join(str(labels.get(one, one)) for one in values if one not in (None, "")) or "–"
