"""The rules a call is pinned to."""

from kervan.core import packs
from kervan.core.rules.packs import Pack
from kervan.selection.models import Call
from kervan.selection.rules.packs import Document, SelectionRules, selection_of


def pack_of(call: Call) -> Pack:
    """Return the checked pack of the call's pinned version."""
    return packs.pack_of(call.pack_version)


def rules_of(call: Call) -> SelectionRules:
    """Return what the pack says on selection."""
    return selection_of(pack_of(call))


def documents_of(call: Call) -> list[Document]:
    """Return the documents that an application must hold."""
    return [document for document in rules_of(call).documents if document.stage == "application"]
