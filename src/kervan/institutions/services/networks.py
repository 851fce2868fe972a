"""Networks, consortia and alliances that our university belongs to."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from kervan.core import history
from kervan.core.editing import save_if_current
from kervan.institutions.models import Institution, Network


@transaction.atomic
def add(office_id: int, *, members: Iterable[Institution], actor: Any, **values: Any) -> Network:
    """Write down a network with its members beside us."""
    network = Network.objects.create(office_id=office_id, **values)
    network.members.set(members)
    history.record(network, "network.added", actor=actor)
    return network


@transaction.atomic
def change(
    network: Network, version_seen: int, *, members: Iterable[Institution], actor: Any, **values: Any
) -> Network:
    """Change a network and its members; who came and who went stands in the history. Raises Stale."""
    before = {one.pk: one.name for one in network.members.all()}
    current: Network = save_if_current(network, version_seen, **values)
    after = {one.pk: one.name for one in members}
    current.members.set(after)
    came = [after[key] for key in after.keys() - before.keys()]
    went = [before[key] for key in before.keys() - after.keys()]
    history.record(current, "network.changed", actor=actor, came=sorted(came), went=sorted(went))
    return current
