"""One small world for the promise tests: two offices, everybody who could come, one thing of every kind for each."""

from django.core.cache import cache

from small_world import agreements, facts, letters, links, partners, people, selection, tables, tasks, workspace
from small_world.base import HOST, OTHER_HOST, PDF, Before, Sent, Thing, World, undone, walk
from small_world.selection import PORTAL

__all__ = ["BEFORE", "HOST", "OTHER_HOST", "PDF", "PORTAL", "SENT", "Thing", "World", "build", "undone", "walk"]

SENT: Sent = {}
for part in (agreements, facts, letters, links, partners, people, selection, tables, tasks, workspace):
    SENT |= part.SENT
BEFORE: Before = {**agreements.BEFORE, **selection.BEFORE}


def build(rows: int = 0) -> World:
    """Make everything. Rate limits begin anew. `rows`: so many more of each kind, to see what pages cost."""
    cache.clear()
    office = people.make_office("bayburt", HOST, "Bayburt Üniversitesi", "TR", "TR BAYBURT01")
    other = people.make_office("uppsala", OTHER_HOST, "Uppsala universitet", "SE", "S UPPSALA01")
    world = World(office, other)
    units = people.make_units(office)
    theirs = people.make_units(other)
    people.make_people(world, units, theirs)
    people.make_office_pages(world, rows)
    pack = selection.make_packs(office, other)
    agreements.make_agreements(world, office, units)
    agreements.make_agreements(world, other, theirs, is_other=True)
    many = agreements.make_more(world, units, rows)
    selection.make_calls(world, office, pack, many)
    selection.make_open_call(world, units)
    selection.make_runs(world, units, many)
    selection.make_theirs(world, other, pack, theirs)
    selection.make_imports(world)
    tasks.make_messages(world)
    for make in (
        facts.make_facts,
        partners.make_partners,
        agreements.make_process,
        links.make_links,
        letters.make_letters,
        tables.make_tables,
        tasks.make_tasks,
        workspace.make_workspace,
        selection.make_long_histories,
    ):
        make(world, rows)
    return world
