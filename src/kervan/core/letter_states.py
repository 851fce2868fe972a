"""The states of a run of letters."""

from kervan.core.models.letters import RunState as S
from kervan.core.states import Move

RUN_MOVES = {
    "start": Move((S.DRAFT,), S.RUNNING),
    "stop": Move((S.DRAFT, S.RUNNING), S.STOPPED),
    "go_on": Move((S.STOPPED,), S.RUNNING),
    "finish": Move((S.RUNNING,), S.DONE),
}
