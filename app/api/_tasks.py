"""Tasks as they travel: what is sent to make and move them, and how they are told."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from app.api._wire import NO_NUL, ActorOut, In, Message, Out
from specs.revision import Actor
from sync.service.tasks.spending import LONGEST_MODEL, MOST_COST, MOST_TOKENS, Bill
from sync.service.tasks.tasks import Held, LookedAt
from sync.store.artifacts import Artifact
from sync.store.errands import Served
from sync.store.tasks import Note
from sync.store.usage import Spent
from sync.tasks.lifecycle import standing
from sync.tasks.overlaps import Overlap
from sync.tasks.task import (
    DEFAULT_LEASE,
    LEAST_LEASE,
    LONGEST_INTENT,
    LONGEST_NAME,
    MOST_LEASE,
    MOST_NAMED,
    Area,
    Phase,
    Size,
    Task,
    TaskState,
    Wanted,
)

Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f\x7f]*$")]
Names = Annotated[tuple[Name, ...], Meta(max_length=MOST_NAMED)]
_LEAST, _MOST = int(LEAST_LEASE.total_seconds()), int(MOST_LEASE.total_seconds())
Lease = Annotated[int, Meta(ge=_LEAST, le=_MOST, description="Seconds.")]
Fencing = Annotated[int, Meta(ge=1, le=2**53, description="The token that the claim gave.")]
LEASE = int(DEFAULT_LEASE.total_seconds())


class TaskIn(In):
    """What is to be done, and what it will touch. With `claim` it is claimed at once, for `lease` seconds."""

    intent: Annotated[str, Meta(min_length=1, max_length=LONGEST_INTENT, pattern=NO_NUL)]
    paths: Names = ()
    symbols: Names = ()
    sections: Names = ()
    size: Size = Size.UNSAID
    phase: Phase = Phase.FREE
    last_phase: Phase | None = None
    claim: bool = False
    lease: Lease = LEASE

    @property
    def wanted(self) -> Wanted:
        """Give the core's value."""
        area = Area(self.paths, self.symbols, self.sections)
        return Wanted(self.intent, area, self.size, self.phase, self.last_phase)


class LeaseIn(In):
    """For how long a task is wanted."""

    lease: Lease = LEASE

    @property
    def span(self) -> timedelta:
        """Give it as the core has it."""
        return timedelta(seconds=self.lease)


class NextIn(LeaseIn):
    """Which task is wanted: the oldest free one, in a `phase` where one is named."""

    phase: Phase | None = None


class RenewIn(LeaseIn, kw_only=True):
    """Whose lease is to last longer."""

    fencing: Fencing


class FinishIn(In):
    """That the phase is finished: what came of it, and the `commit` whose check tells whether it holds."""

    fencing: Fencing
    note: Message = ""
    commit: Annotated[str, Meta(max_length=64, pattern=r"^[0-9a-f]*$")] = ""


class ReleaseIn(In):
    """That the task is given back; `note` says how far it came."""

    fencing: Fencing
    note: Message = ""


class UsageIn(In):
    """What was spent: tokens, and money in whatever currency the project counts in."""

    fencing: Fencing
    tokens: Annotated[int, Meta(ge=0, le=MOST_TOKENS)] = 0
    cost: Annotated[float, Meta(ge=0, le=MOST_COST)] = 0.0
    model: Annotated[str, Meta(max_length=LONGEST_MODEL, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class FailIn(In):
    """That the task cannot be done."""

    fencing: Fencing
    reason: Message


class NoteIn(In):
    """A remark. Whoever holds the task names its token."""

    body: Message
    fencing: Fencing | None = None


class ReasonIn(In):
    """Why a task is frozen or cancelled."""

    reason: Message


class ThawIn(In):
    """Why a task goes on."""

    reason: Message = ""


class AnswerIn(In):
    """What a person says of a finished phase that waits: it may pass, or is to be done again."""

    approve: bool
    body: Message = ""


class OverlapOut(Out):
    """Another task that somebody holds, and what of its area is touched."""

    task: UUID
    title: str
    phase: Phase
    holder: ActorOut | None = None
    lease_until: datetime | None = None
    paths: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    @classmethod
    def of(cls, overlap: Overlap) -> "OverlapOut":
        """Make it from the core's value."""
        task, shared = overlap.task, overlap.shared
        return cls(
            task=task.id,
            title=task.title,
            phase=task.phase,
            holder=_actor(task.holder),
            lease_until=task.lease_until,
            paths=shared.paths,
            symbols=shared.symbols,
            sections=shared.sections,
        )


class NoteOut(Out):
    """What was said of a task; `answer` is approve or decline where a phase waited for it."""

    actor: ActorOut
    at: datetime
    phase: Phase
    body: str = ""
    answer: str = ""

    @classmethod
    def of(cls, note: Note) -> "NoteOut":
        """Make it from the core's value."""
        return cls(actor=ActorOut.of(note.actor), at=note.at, phase=note.phase, body=note.body, answer=note.answer)


class SpentOut(Out):
    """What something cost: in a phase on a model, or for the tasks about a section."""

    tokens: int
    cost: float
    phase: Phase | None = None
    model: str = ""
    section: str = ""
    tasks: int = 0

    @classmethod
    def of(cls, spent: Spent) -> "SpentOut":
        """Make it from the core's value."""
        return cls(
            tokens=spent.tokens,
            cost=spent.cost,
            phase=spent.phase,
            model=spent.model,
            section=spent.section,
            tasks=spent.tasks,
        )


class ServedOut(Out):
    """Context that was served in the course of a task; `bundle` names its receipt."""

    bundle: UUID
    actor: ActorOut
    at: datetime
    tokens: int
    claim: int

    @classmethod
    def of(cls, served: Served) -> "ServedOut":
        """Make it from the core's value."""
        actor = ActorOut.of(served.actor)
        return cls(bundle=served.bundle, actor=actor, at=served.at, tokens=served.tokens, claim=served.fencing)


class ArtifactOut(Out):
    """A spec that was written in the course of a task; `phase` once that is finished."""

    spec: UUID
    path: str
    title: str = ""
    phase: str = ""

    @classmethod
    def of(cls, artifact: Artifact) -> "ArtifactOut":
        """Make it from the core's value."""
        return cls(spec=artifact.spec, path=artifact.path, title=artifact.title, phase=artifact.phase)


class TaskOut(Out):
    """A task. `lease_left` counts seconds; `wanted` says for whose approval a finished phase waits.

    `fencing` is there for whoever holds it, in the answers to what they do. `news` is told once: who came into the
    area, and which requirements changed since they were read.
    """

    id: UUID
    number: int
    title: str
    intent: str
    phase: Phase
    last_phase: Phase
    state: TaskState
    by: ActorOut
    created_at: datetime
    updated_at: datetime
    size: Size = Size.UNSAID
    claims: int = 0
    paths: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    holder: ActorOut | None = None
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    lease_left: int = 0
    fencing: int = 0
    waits: bool = False
    wanted: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    reason: str = ""
    ended_at: datetime | None = None
    overlaps: tuple[OverlapOut, ...] = ()
    notes: tuple[NoteOut, ...] = ()
    news: tuple[Mapping[str, Any], ...] = ()
    tokens: int = 0
    cost: float = 0.0
    usage: tuple[SpentOut, ...] = ()
    context: tuple[ServedOut, ...] = ()
    artifacts: tuple[ArtifactOut, ...] = ()

    @classmethod
    def of(cls, task: Task, now: datetime) -> "TaskOut":
        """Make it from the core's value, as it stands now."""
        state = standing(task, now)
        claimed = state is TaskState.CLAIMED
        return cls(
            id=task.id,
            number=task.number,
            title=task.title,
            intent=task.intent,
            phase=task.phase,
            last_phase=task.last,
            state=state,
            by=ActorOut.of(task.by),
            created_at=task.created_at,
            updated_at=task.updated_at,
            size=task.size,
            claims=task.fencing,
            paths=task.area.paths,
            symbols=task.area.symbols,
            sections=task.area.sections,
            holder=_actor(task.holder) if claimed else None,
            claimed_at=task.claimed_at if claimed else None,
            lease_until=task.lease_until if claimed else None,
            lease_left=int(task.left(now).total_seconds()),
            waits=task.waits,
            wanted=tuple(one.told for one in task.needs),
            reasons=task.reasons,
            reason=task.reason,
            ended_at=task.ended_at,
        )

    @classmethod
    def of_held(cls, held: Held) -> "TaskOut":
        """Make it for whoever holds it, or just let it go."""
        made = cls.of(held.task, held.now)
        made.fencing = held.task.fencing if held.task.state is TaskState.CLAIMED else 0
        made.overlaps = tuple(map(OverlapOut.of, held.overlaps))
        made.news = held.news
        return made

    @classmethod
    def of_bill(cls, bill: Bill) -> "TaskOut":
        """Make it for whoever told what it cost."""
        made = cls.of_held(bill.held)
        made.tokens, made.cost = bill.spent.tokens, bill.spent.cost
        return made

    @classmethod
    def of_looked(cls, looked: LookedAt) -> "TaskOut":
        """Make it for anyone who looks at it."""
        made = cls.of(looked.task, looked.now)
        made.overlaps = tuple(map(OverlapOut.of, looked.overlaps))
        made.notes = tuple(map(NoteOut.of, looked.notes))
        made.usage = tuple(map(SpentOut.of, looked.spent))
        made.tokens = sum(one.tokens for one in looked.spent)
        made.cost = round(sum(one.cost for one in looked.spent), 6)
        made.context = tuple(map(ServedOut.of, looked.receipts))
        made.artifacts = tuple(map(ArtifactOut.of, looked.artifacts))
        return made


def _actor(actor: Actor | None) -> ActorOut | None:
    return None if actor is None else ActorOut.of(actor)
