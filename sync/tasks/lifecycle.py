"""How tasks move: each step takes a task and the time and gives the task after it, or says why it cannot be taken.

The time is the database's, whoever asks. A lease that ran out needs nobody to end it: from then on its token changes
nothing and anybody may claim the task. Fencing tokens of a task only ever grow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from specs.revision import Actor
from specs.rules.actions import Reviewers
from sync.tasks.task import ENDED, Phase, Task, TaskState

FOLLOWING = {Phase.RESEARCH: Phase.PLAN, Phase.PLAN: Phase.IMPLEMENT}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step cannot be taken: a stable kebab-case `code`, a sentence, and what to do."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Step:
    """A task after a step; with a refusal, it is as it was before."""

    task: Task
    refusal: Refusal | None = None


def standing(task: Task, now: datetime) -> TaskState:
    """Say how a task stands now: one whose lease ran out is expired, whether or not anyone wrote that down."""
    if task.state is TaskState.CLAIMED and not _leased(task, now):
        return TaskState.EXPIRED
    return task.state


def claimable(task: Task, now: datetime) -> bool:
    """Say whether a task may be claimed."""
    return standing(task, now) in {TaskState.OPEN, TaskState.EXPIRED} and not task.waits


def fenced(task: Task, fencing: int, now: datetime, actor: Actor | None = None) -> Refusal | None:
    """Say why a fencing token may change nothing, or give None where it is the one that holds.

    With an `actor`, it must be the one who claimed.
    """
    mine = actor is None or (task.holder is not None and task.holder.id == actor.id)
    if task.state is TaskState.CLAIMED and task.fencing == fencing and _leased(task, now) and mine:
        return None
    told = {
        TaskState.CLAIMED: f"{'the task is held under another token' if mine else 'someone else holds the task'} now",
        TaskState.EXPIRED: "the lease ran out",
        TaskState.FROZEN: f"the task is frozen: {task.reason}" if task.reason else "the task is frozen",
        TaskState.OPEN: "the task was given back",
        TaskState.DONE: "the task is done",
        TaskState.FAILED: "the task has failed",
    }[standing(task, now) if task.fencing == fencing or task.state is not TaskState.CLAIMED else task.state]
    hint = (
        "Stop: what you do under this token changes nothing. Claim the task, or another, and begin from what is there."
    )
    return Refusal("stale-fencing", f"This fencing token no longer holds: {told}.", hint)


def claim(task: Task, actor: Actor, lease: timedelta, now: datetime) -> Step:
    """Give a task to someone for a time, with a new fencing token."""
    state = standing(task, now)
    if task.waits and state is TaskState.OPEN:
        wanted = " and ".join(one.told for one in task.needs) or "a person"
        return Step(
            task, Refusal("waits", f"The phase {task.phase} waits for {wanted}.", "Take another task meanwhile.")
        )
    if not claimable(task, now):
        return Step(task, _not_claimable(task, state, now))
    return Step(
        replace(
            task,
            state=TaskState.CLAIMED,
            fencing=task.fencing + 1,
            holder=actor,
            claimed_at=now,
            lease_until=now + lease,
            reason="",
            updated_at=now,
        )
    )


def renew(task: Task, actor: Actor, fencing: int, lease: timedelta, now: datetime) -> Step:
    """Let a lease last longer, from now; it never becomes shorter."""
    refusal = fenced(task, fencing, now, actor)
    if refusal is not None:
        return Step(task, refusal)
    until = max(now + lease, task.lease_until or now)
    return Step(replace(task, lease_until=until, updated_at=now))


def complete(  # noqa: PLR0913 (who finishes what, when, and what the policies said of it)
    task: Task,
    actor: Actor,
    fencing: int,
    now: datetime,
    *,
    needs: Sequence[Reviewers] = (),
    reasons: Sequence[str] = (),
) -> Step:
    """Finish the phase a task is in: it goes on to the next one, or is done; with `needs` it waits for people first.

    Said again with the token that finished the last phase, it changes nothing and is no mistake.
    """
    if task.state is TaskState.DONE and task.fencing == fencing:
        return Step(task)
    refusal = fenced(task, fencing, now, actor)
    if refusal is not None:
        return Step(task, refusal)
    if needs:
        return Step(
            replace(
                _given_back(task, now), waits=True, asker=actor, needs=tuple(needs), reasons=tuple(reasons), reason=""
            )
        )
    return Step(_passed(task, now))


def approve(task: Task, now: datetime) -> Step:
    """Let a phase that waits for people pass."""
    return Step(_passed(task, now)) if task.waits else Step(task, _waits_not())


def decline(task: Task, reason: str, now: datetime) -> Step:
    """Send a phase that waits for people back: it is to be done again."""
    if not task.waits:
        return Step(task, _waits_not())
    return Step(replace(_given_back(task, now), reason=reason))


def give_back(task: Task, actor: Actor, fencing: int, now: datetime) -> Step:
    """Let go of a task that is not finished: it is open again."""
    refusal = fenced(task, fencing, now, actor)
    return Step(task, refusal) if refusal is not None else Step(_given_back(task, now))


def fail(task: Task, actor: Actor, fencing: int, reason: str, now: datetime) -> Step:
    """End a task that cannot be done. Said again with the same token, it changes nothing and is no mistake."""
    if task.state is TaskState.FAILED and task.fencing == fencing:
        return Step(task)
    refusal = fenced(task, fencing, now, actor)
    if refusal is not None:
        return Step(task, refusal)
    return Step(replace(_given_back(task, now), state=TaskState.FAILED, reason=reason, ended_at=now))


def expire(task: Task, now: datetime) -> Step:
    """Write down that a lease ran out."""
    if standing(task, now) is not TaskState.EXPIRED or task.state is TaskState.EXPIRED:
        return Step(task, Refusal("not-expired", "The lease has not run out.", "Wait until it has."))
    return Step(replace(_given_back(task, now), state=TaskState.EXPIRED))


def freeze(task: Task, reason: str, now: datetime) -> Step:
    """Stop a task: its token holds no longer and nobody may claim it."""
    if task.state in ENDED or task.state is TaskState.FROZEN:
        return Step(task, _over(task))
    # What waited for people waits for them again when it is thawed.
    stopped = replace(task, state=TaskState.FROZEN, holder=None, claimed_at=None, lease_until=None)
    return Step(replace(stopped, reason=reason, updated_at=now))


def thaw(task: Task, spent_from: int, now: datetime) -> Step:
    """Open a frozen task again; its budget is counted anew from the usage with a number on."""
    if task.state is not TaskState.FROZEN:
        return Step(task, Refusal("not-frozen", "The task is not frozen.", "Look at how it stands."))
    return Step(replace(task, state=TaskState.OPEN, reason="", spent_from=spent_from, updated_at=now))


def cancel(task: Task, reason: str, now: datetime) -> Step:
    """End a task that is wanted no longer; whoever holds it is stopped."""
    if task.state in ENDED:
        return Step(task, _over(task))
    return Step(replace(_given_back(task, now), state=TaskState.FAILED, reason=reason, ended_at=now))


def _leased(task: Task, now: datetime) -> bool:
    return task.lease_until is not None and now < task.lease_until


def _given_back(task: Task, now: datetime) -> Task:
    return replace(
        task,
        state=TaskState.OPEN,
        holder=None,
        claimed_at=None,
        lease_until=None,
        waits=False,
        asker=None,
        needs=(),
        reasons=(),
        updated_at=now,
    )


def _passed(task: Task, now: datetime) -> Task:
    back = replace(_given_back(task, now), reason="")
    if task.phase is task.last or task.phase not in FOLLOWING:
        return replace(back, state=TaskState.DONE, ended_at=now)
    return replace(back, phase=FOLLOWING[task.phase])


def _not_claimable(task: Task, state: TaskState, now: datetime) -> Refusal:
    if state is TaskState.CLAIMED and task.holder is not None:
        seconds = int(task.left(now).total_seconds()) + 1
        hint = f"Its lease lasts {seconds} seconds yet, unless it is renewed. Take another task, or wait."
        return Refusal("claimed", f"{task.holder.name} holds the task.", hint)
    if state is TaskState.FROZEN:
        why = f": {task.reason}" if task.reason else "."
        return Refusal("frozen", f"The task is frozen{why}", "A reviewer of the project thaws it.")
    return _over(task)


def _over(task: Task) -> Refusal:
    return Refusal(
        "over", f"The task is {task.state} already.", "Look at how it stands; a new task takes further work."
    )


def _waits_not() -> Refusal:
    return Refusal("waits-not", "No phase of the task waits for anyone.", "Look at how it stands.")
