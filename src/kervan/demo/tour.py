"""The guided tour: ten steps from the queue to the public list. How far one is, the database says where it can."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kervan.core.models import Office
from kervan.demo.applications import TO_CHECK
from kervan.selection.models import Application, Call, PlacementRun
from kervan.selection.states import ApplicationState, CallState, RunState

SESSION_KEY = "demo_tour_step"
STATES_AFTER = {
    CallState.SCORED: (CallState.SCORED, CallState.PUBLISHED, CallState.FINAL),
    CallState.PUBLISHED: (CallState.PUBLISHED, CallState.FINAL),
}


@dataclass(frozen=True, slots=True)
class Story:
    """What the tour is about: the closed call, its newest run, Ayşe's and Emre's applications."""

    call: Call
    run: PlacementRun | None
    ayse: Application | None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. persona: who does it, "" for a visitor. url: address of the page where it is done.

    done: tells from the database that it happened; None where only the reader knows.
    """

    code: str
    persona: str
    title: str | Promise
    sentence: str | Promise
    button: str | Promise
    url: Callable[[Story], str]
    done: Callable[[Story], bool] | None = None


def _start(story: Story) -> str:
    return reverse("core:start")


def _my(story: Story) -> str:
    return reverse("selection:my")


def _on_call(name: str) -> Callable[[Story], str]:
    return lambda story: reverse(f"selection:{name}", args=[story.call.uid])


def _to_check(story: Story) -> str:
    return f"{_on_call('office_applications')(story)}?state={ApplicationState.SUBMITTED.value}"


def _on_run(story: Story) -> str:
    """The newest run, or the list while there is none."""
    return reverse("selection:office_run", args=[story.run.uid]) if story.run else _on_call("office_runs")(story)


def _withdrawal(story: Story) -> str:
    if story.ayse is None:
        return _on_call("office_applications")(story)
    return reverse("selection:office_application", args=[story.ayse.uid])


def _is_after(state: CallState) -> Callable[[Story], bool]:
    return lambda story: story.call.state in STATES_AFTER[state]


def _some_checked(story: Story) -> bool:
    waiting = Application.objects.filter(call=story.call, state=ApplicationState.SUBMITTED).count()
    return waiting < len(TO_CHECK) or story.call.state != CallState.ANNOUNCED


def _is_placed(story: Story) -> bool:
    return story.run is not None and story.run.state != RunState.COMPUTING


def _is_adopted(story: Story) -> bool:
    return story.run is not None and story.run.state in (RunState.ADOPTED, RunState.PUBLISHED)


def _has_withdrawal(story: Story) -> bool:
    """Whether a place was given up; who withdraws before the results are out frees none."""
    return (
        _is_after(CallState.PUBLISHED)(story)
        and Application.objects.filter(call=story.call, state=ApplicationState.WITHDRAWN).exists()
    )


STEPS = (
    Step(
        "queue", "elif", _("See what waits"),
        _("The office's day begins with its queues. One call is closed; its files wait."),
        _("Open the start page"), _start,
    ),
    Step(
        "check", "elif", _("Check a file"),
        _("Twelve files are still to be checked. Open one, look at its papers, accept it or return it with a reason."),
        _("Open the applications"), _to_check, _some_checked,
    ),
    Step(
        "score", "elif", _("Score the applications"),
        _("Give all applications their scores by the rules of the call. Each score shows its parts."),
        _("Open the scores"), _on_call("office_scores"), _is_after(CallState.SCORED),
    ),
    Step(
        "place", "elif", _("Give out the places"),
        _("Give out the places: by score, each person the best wish that is still free."),
        _("Open the placement"), _on_call("office_runs"), _is_placed,
    ),
    Step(
        "seal", "elif", _("Look at the seal"),
        _("An independent check has certified the run. See which places are empty and who could still take them."),
        _("Open the run"), _on_run,
    ),
    Step(
        "adopt", "elif", _("Adopt the result"),
        _("Choose this run as the result. Nobody is told yet."), _("Open the run"), _on_run, _is_adopted,
    ),
    Step(
        "publish", "leyla", _("Publish as a second person"),
        _("Elif cannot publish what she prepared. The head looks at it and publishes; everybody gets a letter."),
        _("Open the run"), _on_run, _is_after(CallState.PUBLISHED),
    ),
    Step(
        "result", "emre", _("Read a refusal"),
        _("Emre missed his first wish by little. See, in a narrow window or on a phone, whether he understands why."),
        _("Open Emre's pages"), _my,
    ),
    Step(
        "withdraw", "elif", _("One person withdraws"),
        _("Ayşe gives her place up. Before anything is saved you see who moves up, and why."),
        _("Open Ayşe's application"), _withdrawal, _has_withdrawal,
    ),
    Step(
        "public", "", _("See what the public sees"),
        _("The public list hides names and numbers. Everybody can see scores, places and the order."),
        _("Open the public list"), _on_call("results"),
    ),
)  # fmt: skip


def story_of(office: Office) -> Story | None:
    """The tour's subject, None when the demonstration has no closed call. Three queries."""
    call = Call.objects.filter(office=office, is_invented=True).order_by("closes_on", "pk").first()
    if call is None:
        return None
    run = (
        PlacementRun.objects.filter(call=call).exclude(state=RunState.DISCARDED).defer("snapshot").order_by("pk").last()
    )
    ayse = Application.objects.filter(call=call, person__user__email="ayse@demo.example").first()
    return Story(call, run, ayse)


def position(story: Story, kept: int) -> int:
    """The number of the present step, from 0: the kept one, or the one after the last known as done."""
    done = [number for number, step in enumerate(STEPS) if step.done and step.done(story)]
    return max(kept, 0, *(number + 1 for number in done))
