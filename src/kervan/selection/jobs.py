"""What the worker does for the selection. Each job may run twice: killed in the middle, it leaves nothing behind."""

from kervan.selection.models import PlacementRun
from kervan.selection.services import placement
from kervan.selection.states import RunState


def compute_run(uid: str) -> str:
    """Compute a placement run and keep its result once."""
    run = PlacementRun.objects.select_related("call__office", "call__pack_version").filter(uid=uid).first()
    if run is None or run.state != RunState.COMPUTING:
        return "nothing to do"
    try:
        computed = placement.compute(run)
    except ValueError as error:
        placement.fail_run(run, str(error))
        return "cannot be decided"
    return "computed" if placement.finish_run(run, computed) else "another worker was faster"
