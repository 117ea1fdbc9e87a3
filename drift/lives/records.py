"""What the server remembers of code and drift, as values: repositories, checks, findings with their events, verdicts.

Made by the store, served by the service. Knows no storage and no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from drift.lives.life import CauseKind, LifeEvent, LifeState, Reason
from specs.document import Yaml
from specs.problem import Severity

# How an invariant stands of which all that is found is waived.
WAIVED = "waived"


class RepositoryState(StrEnum):
    """How the last try to read a repository ended. `PENDING`: there was none yet."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Repository:
    """A registered repository. `branch` is the one that is followed ("" until the first fetch tells the default).

    `head` is the commit that was evaluated last, `fetched` the one the branch was at when it was last fetched.
    `problem` and `hint` say why the last try failed; `note` what a person should know although it did not
    (commits skipped, history rewritten). `skipped` counts the commits that were never evaluated, `failures` the tries
    that failed since one did not.
    """

    id: UUID
    project: UUID
    name: str
    url: str
    branch: str
    state: RepositoryState
    created_at: datetime
    problem: str = ""
    hint: str = ""
    note: str = ""
    head: str = ""
    fetched: str = ""
    skipped: int = 0
    failures: int = 0
    tried_at: datetime | None = None
    synced_at: datetime | None = None
    webhook_salt: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CommitRecord:
    """A commit that was evaluated. Name and address are what it claims."""

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    at: datetime
    message: str


class CheckVerdict(StrEnum):
    """What a check came to. `ERROR`: it did not finish; `problem` says why."""

    KEPT = "kept"
    BROKEN = "broken"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class CauseRecord:
    """Why a check was made: a commit, or a spec's revision (`spec` and its `path` are then set)."""

    kind: CauseKind
    reference: str
    actor: str
    at: datetime
    spec: UUID | None = None
    spec_path: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One evaluation of one commit against one set of spec revisions (`specs_digest`)."""

    id: UUID
    repository: UUID
    commit: str
    specs_digest: str
    verdict: CheckVerdict
    problem: str
    counts: Mapping[str, int]
    cause: CauseRecord
    at: datetime
    duration_ms: int
    invariants: int
    broken: int
    opened: int
    resolved: int
    regressed: int


@dataclass(frozen=True, slots=True)
class CheckDetail:
    """A check with its whole report (the JSON of `holdfast check`, version 1); empty when it did not finish."""

    check: Check
    report: Mapping[str, Yaml]


@dataclass(frozen=True, slots=True)
class InvariantVerdict:
    """How an invariant stands in one repository at the last check; `waived` where all that breaks it is."""

    repository: UUID
    invariant: str
    name: str
    kind: str
    spec: UUID | None
    spec_path: str
    anchor: str
    line: int
    verdict: str
    findings: int
    waived: bool = False

    @property
    def word(self) -> str:
        """How it stands in one word: the verdict, or `waived`."""
        return WAIVED if self.waived else self.verdict


@dataclass(frozen=True, slots=True)
class Badge:
    """How many invariants of one spec are kept, broken, unmatched, in error or waived; how many findings are open.

    Of those that are open `errors` break a check, and `info` only tell something.
    """

    kept: int = 0
    broken: int = 0
    unmatched: int = 0
    error: int = 0
    open: int = 0
    waived: int = 0
    info: int = 0
    errors: int = 0

    @property
    def warnings(self) -> int:
        """How many open findings warn."""
        return self.open - self.info - self.errors

    @property
    def total(self) -> int:
        """How many invariants the spec has."""
        return self.kept + self.broken + self.unmatched + self.error + self.waived

    @property
    def word(self) -> str:
        """One word for the badge: the worst that there is, or `none` for a spec without invariants."""
        if not self.total:
            return "drift" if self.errors or self.warnings else "none"
        return next((word for word in ("error", "broken", "unmatched", WAIVED) if getattr(self, word)), "kept")

    @property
    def verdict(self) -> str:
        """What open findings and invariants come to: broken, warning, told, unmatched, waived, kept or none.

        As of a check: broken is what has an open error, or cannot be checked; what else is found warns, or only tells.
        """
        if self.errors or self.error or (self.broken and not self.open):
            return "broken"
        if self.warnings:
            return "warning"
        if self.broken:
            return "told"
        return self.word


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding with its life. `data` is the finding as `holdfast check --format json` prints it.

    `opened` is the cause that brought it first, `changed` the one behind its last event.
    """

    repository: UUID
    fingerprint: str
    invariant: str
    kind: str
    severity: Severity
    spec: UUID | None
    spec_path: str
    spec_anchor: str
    code_path: str
    line: int
    message: str
    fix: str
    state: LifeState
    regressed: int
    opened: CauseRecord
    changed: CauseRecord
    data: Mapping[str, Yaml]


@dataclass(frozen=True, slots=True)
class FindingEvent:
    """One event of a finding's life, with the check that saw it."""

    kind: LifeEvent
    cause: CauseRecord
    reason: Reason | None
    check: UUID


@dataclass(frozen=True, slots=True)
class FindingDetail:
    """A finding and all that ever happened to it, oldest first."""

    finding: FindingRecord
    events: tuple[FindingEvent, ...]


@dataclass(frozen=True, slots=True)
class RepositoryVerdict:
    """One sentence's worth: "`broken` of `invariants` invariants broken on `branch` since `since`".

    `verdict` is None before the first check. `since` is when the verdict last changed to what it is, `commit` the one
    that changed it; `open` counts open findings by severity. `broken` and `unmatched` leave out the `waived`: those of
    which all that is found is.
    """

    repository: Repository
    verdict: CheckVerdict | None
    invariants: int
    broken: int
    unmatched: int
    since: datetime | None
    commit: str
    problem: str
    open: Mapping[str, int]
    waived: int = 0


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What is known of a path at a repository's head: its module, what that imports, the invariants that govern it.

    `together` are the files that history changed along with it most.
    """

    repository: UUID
    path: str
    module: str
    imports: tuple[str, ...]
    invariants: tuple[str, ...]
    together: tuple[str, ...] = ()
