"""Saved views: a list with its search, filters and order, under a name."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kervan.core.errors import NotPossible
from kervan.core.models import SavedView

MOST_VIEWS = 50
LONGEST_QUERY = 1_000


@transaction.atomic
def save(office_id: int, *, list_name: str, title: str, query: str, is_shared: bool, actor: Any) -> SavedView:
    """Keep a view. Raises NotPossible for a name that is taken, too long a search, or too many views of one list."""
    own = SavedView.objects.filter(office_id=office_id, user=actor, list_name=list_name)
    _refuse_taken(own, title)
    if len(query) > LONGEST_QUERY:
        raise NotPossible(_("This search is too long to be saved. Narrow it with fewer words."))
    if own.count() >= MOST_VIEWS:
        raise NotPossible(_("This list has %(count)d views of yours. Delete one first.") % {"count": MOST_VIEWS})
    view: SavedView = SavedView.objects.create(
        office_id=office_id, user=actor, list_name=list_name, title=title, query=query, is_shared=is_shared
    )
    return view


@transaction.atomic
def change(view: SavedView, *, title: str, is_shared: bool) -> SavedView:
    """Give a view another name, share it or keep it to oneself. Raises NotPossible for a name that is taken."""
    own = SavedView.objects.filter(office_id=view.office_id, user_id=view.user_id, list_name=view.list_name)
    _refuse_taken(own.exclude(pk=view.pk), title)
    view.title, view.is_shared = title, is_shared
    view.save(update_fields=["title", "is_shared"])
    return view


def delete(view: SavedView) -> None:
    """Take a view away; the rows it showed are not touched."""
    view.delete()


def _refuse_taken(rows: Any, title: str) -> None:
    if rows.filter(title=title).exists():
        raise NotPossible(
            _("You already have a view called “%(title)s” on this list. Choose another name.") % {"title": title}
        )
