"""Which findings a reader asks for, and how many there are of each sort. Values alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from drift.lives.life import LifeEvent, LifeState

CAME = frozenset({LifeEvent.OPENED, LifeEvent.REGRESSED, LifeEvent.LAPSED})
WENT = frozenset({LifeEvent.RESOLVED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings a list wants; what is not given does not limit. `path` is a file, or a folder and all below it.

    `specs` are those of an owner, with `unbound` also findings of no spec. Each word of `text` stands in the message,
    the path, the invariant or the name of who brought it. `happened` are events, from `since` on and before `until`.
    `open_at` asks for what was open at a moment.
    """

    repository: UUID | None = None
    state: LifeState | None = None
    spec: UUID | None = None
    invariant: str = ""
    path: str = ""
    severity: str = ""
    kind: str = ""
    specs: frozenset[UUID] | None = None
    unbound: bool = False
    text: str = ""
    opened_since: datetime | None = None
    opened_before: datetime | None = None
    happened: frozenset[LifeEvent] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    open_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings there are of one sort."""

    repository: UUID
    state: LifeState
    severity: str
    kind: str
    spec: UUID | None
    invariant: str
    count: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """The open findings of one invariant in one repository, as something to act on.

    `fresh` of them came or came back since the moment that was asked about, `returned` ever came back. `first` is when
    the oldest began, `last` when the newest did; `files` is how many they stand in, `sample` one of the newest.
    """

    repository: UUID
    invariant: str
    kind: str
    severity: str
    spec: UUID | None
    spec_path: str
    count: int
    fresh: int
    returned: int
    files: int
    first: datetime
    last: datetime
    sample: str
    message: str


SEVERE = ("error", "warning", "info")


def urgency(one: Cluster) -> tuple[int, bool, int, int, int, str, str]:
    """Give the order in which to act: errors first, fresh before old, what comes back, then what is many."""
    return (
        SEVERE.index(one.severity) if one.severity in SEVERE else len(SEVERE),
        not one.fresh,
        -one.returned,
        -one.fresh,
        -one.count,
        one.invariant,
        str(one.repository),
    )


def urgent(clusters: tuple[Cluster, ...], most: int) -> tuple[Cluster, ...]:
    """Give the first few to act on."""
    return tuple(sorted(clusters, key=urgency)[:most])
